package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import io.pawl.testing.Worker;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the upgradable read lock promises beside other readers, counted or in slots. */
@ParameterizedClass
@MethodSource("kindsAndFairness")
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class UpgradableReadLockTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final RwLock lock;
  private final RwLock.ReadLock read;
  private final RwLock.WriteLock write;
  private final UpgradableReadLock upgradable;
  private final java.util.concurrent.locks.Lock eagerRead;

  UpgradableReadLockTest(ThreadKind kind, boolean slots) {
    super(kind);
    lock = slots ? EagerSlots.opened() : new RwLock();
    read = lock.readLock();
    write = lock.writeLock();
    upgradable = lock.upgradableReadLock();
    eagerRead = slots ? new EagerSlots(lock).readLock() : read;
  }

  private Worker startBlocked(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private static void pass(java.util.concurrent.locks.Lock lock) {
    lock.lock();
    lock.unlock();
  }

  private void assertFree() {
    Await.until("an empty queue", () -> !lock.hasQueuedThreads());
    assertThat(lock.getReadLockCount()).isZero();
    assertThat(lock.isWriteLocked()).isFalse();
    crew.start(() -> pass(upgradable)).join();
    crew.start(() -> pass(write)).join();
    crew.start(() -> pass(read)).join();
  }

  // ---- Misuse

  @Test
  void releaseOfTheWriteLockItselfCostsNoReaderItsHold() {
    upgradable.lock();
    upgradable.upgrade();
    write.unlock();
    read.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(upgradable::unlock);
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    read.unlock();
    assertFree();
  }

  @Test
  void upgradedLockThatTheWriteLockHasDowngradedIsRead() {
    upgradable.lock();
    upgradable.upgrade();
    write.downgrade();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    upgradable.unlock();
    assertFree();
  }

  // ---- Sharing

  @Test
  void holderReadsBesideReaders() {
    upgradable.lock();
    crew.start(2, () -> pass(read));
    crew.start(() -> assertThat(read.tryLock()).isTrue()).join();
    crew.join();
    assertThat(lock.getReadLockCount()).isEqualTo(2);
    assertThat(upgradable.isHeldByCurrentThread()).isTrue();
    assertThat(lock.isWriteLocked()).isFalse();
    upgradable.unlock();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
  }

  @Test
  void holderKeepsWritersAndOtherHoldersOut() throws InterruptedException {
    upgradable.lock();
    crew.start(
            () -> {
              assertThat(write.tryLock()).isFalse();
              assertThat(write.tryLock(1, MILLISECONDS)).isFalse();
              assertThat(upgradable.tryLock()).isFalse();
              assertThat(upgradable.tryLock(1, MILLISECONDS)).isFalse();
            })
        .join();
    Worker other = startBlocked(() -> pass(upgradable));
    upgradable.unlock();
    other.join();
    assertFree();
  }

  @Test
  void writerKeepsItOut() {
    write.lock();
    crew.start(
            () -> {
              assertThat(upgradable.tryLock()).isFalse();
              assertThat(upgradable.tryLock(1, MILLISECONDS)).isFalse();
              assertThat(upgradable.isHeldByCurrentThread()).isFalse();
            })
        .join();
    Worker patient = startBlocked(() -> pass(upgradable));
    Worker impatient =
        startBlocked(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(upgradable::lockInterruptibly));
    impatient.interrupt();
    impatient.join();
    write.unlock();
    patient.join();
    assertFree();
  }

  // ---- Upgrade

  @Test
  void soleReaderUpgradesAtOnceInEveryWay() throws InterruptedException {
    upgradable.lock();
    upgradable.upgrade();
    assertUpgradedThenDowngrade();
    upgradable.upgradeInterruptibly();
    assertUpgradedThenDowngrade();
    assertThat(upgradable.tryUpgrade()).isTrue();
    assertUpgradedThenDowngrade();
    assertThat(upgradable.tryUpgrade(1, HOURS)).isTrue();
    assertUpgradedThenDowngrade();
    assertThat(upgradable.tryUpgrade(0, HOURS)).isTrue();
    upgradable.unlock();
    assertFree();
  }

  private void assertUpgradedThenDowngrade() {
    assertThat(lock.isWriteLockedByCurrentThread()).isTrue();
    assertThat(lock.getReadLockCount()).isZero();
    crew.start(() -> assertThat(read.tryLock()).isFalse()).join();
    upgradable.downgrade();
    assertThat(lock.isWriteLocked()).isFalse();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    assertThat(upgradable.isHeldByCurrentThread()).isTrue();
    crew.start(() -> pass(read)).join();
  }

  @Test
  void readersThatLeaveLetTheUpgraderIn() {
    for (int readers = 1; readers <= 3; readers++) {
      AtomicInteger inside = new AtomicInteger();
      AtomicReference<@Nullable String> gate = new AtomicReference<>();
      int expected = readers;
      for (int i = 0; i < readers; i++) {
        Worker _ =
            crew.start(() -> {
              eagerRead.lock();
              inside.incrementAndGet();
              Await.until("the gate", () -> gate.get() != null);
              inside.decrementAndGet();
              eagerRead.unlock();
            });
      }
      Await.until("readers inside", () -> inside.get() == expected);
      Worker upgrader =
          startBlocked(() -> {
            upgradable.lock();
            upgradable.upgrade();
            assertThat(inside.get()).isZero();
            assertThat(lock.isWriteLockedByCurrentThread()).isTrue();
            upgradable.unlock();
          });
      assertThat(upgrader.isDone()).isFalse();
      gate.set("open");
      crew.join();
      assertFree();
    }
  }

  @Test
  void nobodyJoinsWhileTheUpgraderWaits() {
    AtomicReference<@Nullable String> gate = new AtomicReference<>();
    Worker reader = startReaderUntil(gate);
    Worker upgrader =
        startBlocked(() -> {
          upgradable.lock();
          upgradable.upgrade();
          upgradable.unlock();
        });
    crew.start(
            () -> {
              assertThat(read.tryLock()).isFalse();
              assertThat(read.tryLock(1, MILLISECONDS)).isFalse();
              assertThat(write.tryLock()).isFalse();
            })
        .join();
    Worker newcomer = startBlocked(() -> pass(read));
    Worker writer = startBlocked(() -> pass(write));
    assertThat(lock.getReadLockCount()).isEqualTo(2);
    gate.set("open");
    reader.join();
    upgrader.join();
    newcomer.join();
    writer.join();
    assertFree();
  }

  private Worker startReaderUntil(AtomicReference<@Nullable String> gate) {
    AtomicReference<@Nullable String> inside = new AtomicReference<>();
    Worker reader =
        crew.start(() -> {
          read.lock();
          inside.set("inside");
          Await.until("the gate", () -> gate.get() != null);
          read.unlock();
        });
    Await.until("a reader", () -> inside.get() != null);
    return reader;
  }

  /** RwSync, I7. */
  @Test
  void upgraderOvertakesAWriterThatWaits() {
    AtomicReference<@Nullable String> gate = new AtomicReference<>();
    Worker reader = startReaderUntil(gate);
    upgradable.lock();
    Worker writer =
        startBlocked(() -> {
          write.lock();
          assertThat(gate.get()).isEqualTo("written");
          write.unlock();
        });
    Worker opener =
        crew.start(() -> {
          Await.until("the upgrade begins", this::isUpgrading);
          gate.set("open");
        });
    upgradable.upgrade();
    gate.set("written");
    upgradable.unlock();
    reader.join();
    writer.join();
    opener.join();
    assertFree();
  }

  private boolean isUpgrading() {
    return lock.sync().state < RwSync.WRITER;
  }

  // ---- Giving up

  @Test
  void upgradeThatGivesUpLeavesTheReadLock() throws InterruptedException {
    AtomicReference<@Nullable String> gate = new AtomicReference<>();
    Worker reader = startReaderUntil(gate);
    upgradable.lock();
    assertThat(upgradable.tryUpgrade()).isFalse();
    assertThat(upgradable.tryUpgrade(0, HOURS)).isFalse();
    assertThat(upgradable.tryUpgrade(1, MILLISECONDS)).isFalse();
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(upgradable::upgradeInterruptibly);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> upgradable.tryUpgrade(1, HOURS));
    assertThat(Thread.interrupted()).isFalse();
    assertThat(upgradable.isHeldByCurrentThread()).isTrue();
    assertThat(lock.isWriteLocked()).isFalse();
    assertThat(lock.getReadLockCount()).isEqualTo(2);
    crew.start(() -> pass(read)).join();
    gate.set("open");
    reader.join();
    upgradable.upgrade();
    upgradable.unlock();
    assertFree();
  }

  @Test
  void interruptEndsAWaitForTheUpgrade() {
    AtomicReference<@Nullable String> gate = new AtomicReference<>();
    Worker reader = startReaderUntil(gate);
    Worker upgrader =
        startBlocked(() -> {
          upgradable.lock();
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(upgradable::upgradeInterruptibly);
          assertThat(lock.isWriteLocked()).isFalse();
          upgradable.unlock();
        });
    upgrader.interrupt();
    upgrader.join();
    crew.start(() -> pass(read)).join();
    gate.set("open");
    reader.join();
    assertFree();
  }

  @Test
  void uninterruptibleUpgradePreservesTheInterrupt() {
    AtomicReference<@Nullable String> gate = new AtomicReference<>();
    Worker reader = startReaderUntil(gate);
    Worker upgrader =
        startBlocked(() -> {
          upgradable.lock();
          upgradable.upgrade();
          assertThat(Thread.interrupted()).isTrue();
          upgradable.unlock();
        });
    upgrader.interrupt();
    gate.set("open");
    reader.join();
    upgrader.join();
    assertFree();
  }

  /** RwSync, I9. */
  @Test
  void upgraderThatGivesUpLetsInThoseWhoHaveWaitedForIt() {
    AtomicReference<@Nullable String> gate = new AtomicReference<>();
    Worker reader = startReaderUntil(gate);
    Worker upgrader =
        startBlocked(() -> {
          upgradable.lock();
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(upgradable::upgradeInterruptibly);
          Await.until("the gate", () -> gate.get() != null);
          upgradable.unlock();
        });
    Worker one = startBlocked(() -> pass(read));
    Worker other = startBlocked(() -> pass(read));
    upgrader.interrupt();
    one.join();
    other.join();
    gate.set("open");
    crew.join();
    reader.join();
    assertFree();
  }

  // ---- Mistakes

  @Test
  void othersAreRefused() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(upgradable::unlock);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(upgradable::upgrade);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(upgradable::downgrade);
    read.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(upgradable::tryUpgrade);
    read.unlock();
    write.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(upgradable::lock);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(upgradable::unlock);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(upgradable::downgrade);
    assertThat(upgradable.tryLock()).isFalse();
    write.unlock();
    upgradable.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(upgradable::downgrade);
    upgradable.upgrade();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(upgradable::upgrade);
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(upgradable::tryUpgrade);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::lock);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(upgradable::newCondition);
    upgradable.unlock();
    assertFree();
  }

  @Test
  @SuppressWarnings("WaitNotInLoop") // awaitUntil loops itself
  void conditionOfTheWriteLockIsWaitedForAfterTheUpgrade() {
    Condvar changed = write.newCondition();
    int[] value = new int[1];
    Worker waiter =
        startBlocked(() -> {
          upgradable.lock();
          upgradable.upgrade();
          changed.awaitUntil(() -> value[0] == 1);
          assertThat(lock.isWriteLockedByCurrentThread()).isTrue();
          upgradable.unlock();
        });
    write.lock();
    value[0] = 1;
    changed.signal();
    write.unlock();
    waiter.join();
    assertFree();
  }

  // ---- Races

  private int x;
  private int y;
  private final AtomicInteger upgrades = new AtomicInteger();

  private void assertConsistent(int round) {
    assertThat(x).as("x in round %d", round).isEqualTo(y);
    assertThat(upgrades.get()).as("upgrades in round %d", round).isEqualTo(x);
    assertThat(lock.getReadLockCount()).as("read locks in round %d", round).isZero();
    assertThat(lock.isWriteLocked()).as("written in round %d", round).isFalse();
    assertThat(lock.hasQueuedThreads()).as("queued in round %d", round).isFalse();
  }

  private void writeBoth() {
    assertThat(x).isEqualTo(y);
    x++;
    upgrades.incrementAndGet();
    y++;
  }

  private void readBoth() {
    assertThat(x).isEqualTo(y);
  }

  private void upgradeAndWrite() {
    upgradable.lock();
    int seen = x;
    readBoth();
    Rounds.dawdle();
    upgradable.upgrade();
    assertThat(x).isEqualTo(seen);
    writeBoth();
    upgradable.unlock();
  }

  private void readEagerly() {
    eagerRead.lock();
    readBoth();
    Rounds.dawdle();
    readBoth();
    eagerRead.unlock();
  }

  /** RwSync, I7 and I8. */
  @Test
  void whatHasBeenReadStillHoldsAfterTheUpgrade() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertConsistent,
            _ -> upgradeAndWrite(),
            _ -> upgradeAndWrite(),
            _ -> {
              write.lock();
              writeBoth();
              write.unlock();
            },
            _ -> readEagerly(),
            _ -> readEagerly());
  }

  /** RwSync, I8 and I9. */
  @Test
  void nobodyIsForgottenWhenUpgradesGiveUp() {
    Victim victim = new Victim();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertConsistent,
            _ -> {
              upgradable.lock();
              if (upgradable.tryUpgrade(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
                writeBoth();
                upgradable.downgrade();
                readBoth();
              }
              upgradable.unlock();
            },
            _ -> {
              victim.run(() -> {
                upgradable.lockInterruptibly();
                try {
                  upgradable.upgradeInterruptibly();
                  writeBoth();
                } finally {
                  upgradable.unlock();
                }
              });
            },
            _ -> victim.interrupt(),
            _ -> readEagerly(),
            _ -> {
              if (eagerRead.tryLock(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
                readBoth();
                eagerRead.unlock();
              }
            });
  }
}
