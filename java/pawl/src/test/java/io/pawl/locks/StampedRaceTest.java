package io.pawl.locks;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Races between writers, readers and optimistic readers; nobody touches the lock after the race of
 * a round. Invariants of StampedSync are meant.
 */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class StampedRaceTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final StampedLock lock = new StampedLock();
  private final AtomicInteger readers = new AtomicInteger();
  private final AtomicInteger writers = new AtomicInteger();

  /** Equal to y except while the write lock is held. */
  private int x;

  private int y;

  StampedRaceTest(ThreadKind kind) {
    super(kind);
  }

  private void assertFree(int round) {
    assertThat(lock.toString()).as("after round %d", round).endsWith("[Unlocked]");
    assertThat(lock.tryOptimisticRead()).isNotZero();
    assertThat(x).isEqualTo(y);
    readers.set(0);
  }

  private void readInside() {
    readers.incrementAndGet();
    assertThat(writers).hasValue(0);
    assertThat(x).isEqualTo(y);
    readers.decrementAndGet();
  }

  private void writeInside() {
    assertThat(writers.incrementAndGet()).isEqualTo(1);
    assertThat(readers).hasValue(0);
    x++;
    y++;
    writers.decrementAndGet();
  }

  private void read() {
    long stamp = lock.readLock();
    readInside();
    lock.unlockRead(stamp);
  }

  private void write() {
    long stamp = lock.writeLock();
    writeInside();
    lock.unlockWrite(stamp);
  }

  /** Reads until a read is valid; how many tries it took does not matter. */
  private void readOptimistically() {
    for (; ; ) {
      long stamp = lock.tryOptimisticRead();
      int seenX = x;
      int seenY = y;
      if (lock.validate(stamp)) {
        assertThat(seenX).isEqualTo(seenY);
        return;
      }
      Thread.onSpinWait();
    }
  }

  private static int nanos() {
    return ThreadLocalRandom.current().nextInt(60_000);
  }

  @Test
  void writersExcludeEverybody() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> write(),
            _ -> read(),
            _ -> {
              long stamp = lock.writeLockInterruptibly();
              writeInside();
              stamp = lock.tryConvertToReadLock(stamp);
              readInside();
              lock.unlockRead(stamp);
            },
            _ -> {
              for (int i = 0; i < 5; i++) {
                read();
              }
            });
    assertThat(rounds).isPositive();
  }

  @Test
  void validOptimisticReadsAreNotTorn() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              for (int i = 0; i < 20; i++) {
                write();
              }
            },
            _ -> {
              for (int i = 0; i < 20; i++) {
                readOptimistically();
              }
            },
            _ -> {
              for (int i = 0; i < 20; i++) {
                long stamp = lock.tryOptimisticRead();
                int seen = x;
                stamp = lock.tryConvertToWriteLock(stamp);
                if (stamp != 0) {
                  assertThat(x).isEqualTo(seen);
                  writeInside();
                  lock.unlockWrite(stamp);
                }
              }
            });
    assertThat(rounds).isPositive();
  }

  @Test
  void onlyOneOfTwoReadersConvertsToTheWriteLock() {
    AtomicInteger converted = new AtomicInteger();
    Rounds.Part part =
        _ -> {
          long stamp = lock.readLock();
          int seen = x;
          long write = lock.tryConvertToWriteLock(stamp);
          if (write == 0) {
            lock.unlockRead(stamp);
          } else {
            assertThat(x).isEqualTo(seen);
            writeInside();
            converted.incrementAndGet();
            lock.unlockWrite(write);
          }
        };
    int rounds = Rounds.play(crew, ROUNDS, this::assertFree, part, part, part);
    assertThat(rounds).isPositive();
    assertThat(x).isEqualTo(converted.get());
  }

  @Test
  void releasesByConversionWakeTheNext() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              long stamp = lock.writeLock();
              Rounds.dawdle();
              writeInside();
              long optimistic = lock.tryConvertToOptimisticRead(stamp);
              assertThat(StampedLock.isOptimisticReadStamp(optimistic)).isTrue();
            },
            _ -> {
              long stamp = lock.readLock();
              Rounds.dawdle();
              readInside();
              assertThat(lock.tryConvertToOptimisticRead(stamp)).isNotZero();
            },
            _ -> write(),
            _ -> read());
    assertThat(rounds).isPositive();
  }

  @Test
  void wakesAreNotLostWhenTimeoutsRaceUnlock() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              long stamp = lock.writeLock();
              Rounds.dawdle();
              writeInside();
              lock.unlockWrite(stamp);
            },
            _ -> {
              long stamp = lock.tryReadLock(nanos(), NANOSECONDS);
              if (stamp != 0) {
                readInside();
                lock.unlockRead(stamp);
              }
            },
            _ -> {
              long stamp = lock.tryWriteLock(nanos(), NANOSECONDS);
              if (stamp != 0) {
                writeInside();
                lock.unlockWrite(stamp);
              }
            },
            _ -> read());
    assertThat(rounds).isPositive();
  }

  @Test
  void wakesAreNotLostWhenInterruptsRaceUnlock() {
    Thread[] waiters = new Thread[2];
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              long stamp = lock.writeLock();
              Rounds.dawdle();
              writeInside();
              for (Thread waiter : waiters) {
                if (waiter != null) {
                  waiter.interrupt();
                }
              }
              lock.unlockWrite(stamp);
            },
            _ ->
                interruptibly(
                    waiters,
                    0,
                    () -> {
                      long stamp = lock.readLockInterruptibly();
                      readInside();
                      lock.unlockRead(stamp);
                    }),
            _ ->
                interruptibly(
                    waiters,
                    1,
                    () -> {
                      long stamp = lock.writeLockInterruptibly();
                      writeInside();
                      lock.unlockWrite(stamp);
                    }),
            _ -> write());
    assertThat(rounds).isPositive();
  }

  private interface Interruptible {
    void run() throws InterruptedException;
  }

  /** Lets the thread that holds the write lock interrupt this one, whose status it then clears. */
  private void interruptibly(Thread[] waiters, int index, Interruptible wait) {
    register(waiters, index, Thread.currentThread());
    try {
      wait.run();
    } catch (InterruptedException e) {
      // As intended.
    } finally {
      register(waiters, index, null);
      boolean _ = Thread.interrupted();
    }
  }

  private void register(Thread[] waiters, int index, @Nullable Thread thread) {
    long stamp = lock.writeLock();
    waiters[index] = thread;
    lock.unlockWrite(stamp);
  }

  /**
   * A reader holds the lock until another has come in, while a writer between the two gives up.
   * Nobody releases the lock in between.
   */
  @Test
  void readerBehindAWriterThatGivesUpIsLetInWhileOthersRead() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              long stamp = lock.readLock();
              readers.incrementAndGet();
              Await.until("the other reader", () -> readers.get() == 2);
              lock.unlockRead(stamp);
            },
            _ -> {
              Await.until("a reader", () -> readers.get() > 0);
              long stamp = lock.tryWriteLock(nanos(), NANOSECONDS);
              if (stamp != 0) {
                lock.unlockWrite(stamp);
              }
            },
            _ -> {
              Await.until("a reader", () -> readers.get() > 0);
              Rounds.dawdle();
              long stamp = lock.readLock();
              readers.incrementAndGet();
              lock.unlockRead(stamp);
            });
    assertThat(rounds).isPositive();
  }

  // ---- More readers than the state word counts: I4 to I6

  /** Takes that many read locks one after the other, and releases them. */
  private void readAsCrowd(int holds) {
    long stamp = lock.readLock();
    readers.incrementAndGet();
    for (int i = 1; i < holds; i++) {
      assertThat(lock.tryReadLock()).isNotZero();
    }
    assertThat(lock.validate(stamp)).isTrue();
    assertThat(lock.getReadLockCount()).isGreaterThanOrEqualTo(holds);
    assertThat(writers).hasValue(0);
    assertThat(x).isEqualTo(y);
    readers.decrementAndGet();
    for (int i = 0; i < holds; i++) {
      lock.unlockRead(stamp);
    }
  }

  @Test
  void crowdsComeAndGoWhileWritersWait() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> readAsCrowd(70),
            _ -> readAsCrowd(40),
            _ -> readAsCrowd(25),
            _ -> write());
    assertThat(rounds).isPositive();
  }

  @Test
  void oneOfACrowdConvertsToTheWriteLockWhenItIsTheLast() {
    AtomicInteger converted = new AtomicInteger();
    Rounds.Part part =
        _ -> {
          int holds = 40;
          long stamp = lock.readLock();
          for (int i = 1; i < holds; i++) {
            assertThat(lock.tryReadLock()).isNotZero();
          }
          for (; holds > 0; holds--) {
            long write = lock.tryConvertToWriteLock(stamp);
            if (write != 0) {
              assertThat(holds).isEqualTo(1);
              writeInside();
              converted.incrementAndGet();
              lock.unlockWrite(write);
              return;
            }
            lock.unlockRead(stamp);
          }
        };
    int rounds = Rounds.play(crew, ROUNDS, this::assertFree, part, part, part);
    assertThat(rounds).isPositive();
    assertThat(x).isEqualTo(converted.get());
  }

  @Test
  void readersThatDoNotWaitJoinACrowdThatIsLeaving() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> readAsCrowd(63),
            _ -> {
              for (int i = 0; i < 100; i++) {
                long stamp = lock.tryReadLock();
                assertThat(stamp).isNotZero();
                lock.unlockRead(stamp);
              }
            },
            _ -> {
              for (int i = 0; i < 100; i++) {
                long stamp = lock.tryOptimisticRead();
                long read = lock.tryConvertToReadLock(stamp);
                assertThat(read).isNotZero();
                assertThat(lock.validate(stamp)).isTrue();
                lock.unlockRead(read);
              }
            });
    assertThat(rounds).isPositive();
  }
}
