package io.pawl.locks;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.queue.LockQueue;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.reflect.Field;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * StampedSync, I3 and I7: releases that hand the lock over. The queue is told that a hand-off is
 * due, as a waiter would that has been woken in vain many times.
 */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class StampedHandOffTest extends Kit {

  private static final int ROUNDS = 20_000;

  /** More than the state word counts. */
  private static final int MANY = 70;

  private final StampedLock lock = new StampedLock();
  private final AtomicInteger writers = new AtomicInteger();

  /** Guarded by the lock. */
  private int count;

  StampedHandOffTest(ThreadKind kind) {
    super(kind);
  }

  @BeforeEach
  void handOffIsDue() throws ReflectiveOperationException {
    Field due = LockQueue.class.getDeclaredField("handOffDue");
    due.setAccessible(true);
    due.setBoolean(lock.queue(), true);
  }

  private Worker startBlocked(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private void read() {
    long stamp = lock.readLock();
    assertThat(lock.validate(stamp)).isTrue();
    lock.unlockRead(stamp);
  }

  private long write() {
    long stamp = lock.writeLock();
    assertThat(StampedLock.isWriteLockStamp(stamp)).isTrue();
    assertThat(lock.validate(stamp)).isTrue();
    lock.unlockWrite(stamp);
    return stamp;
  }

  private long readMany() {
    long stamp = 0;
    for (int i = 0; i < MANY; i++) {
      stamp = lock.readLock();
    }
    return stamp;
  }

  private void assertFree() {
    assertThat(lock.queueLength()).isZero();
    assertThat(lock.toString()).endsWith("[Unlocked]");
  }

  // ---- From a writer

  @Test
  void writerToWriterTakesANewVersion() {
    long own = lock.writeLock();
    Worker next =
        startBlocked(() -> {
          long stamp = write();
          assertThat(stamp).isNotEqualTo(own);
        });
    Worker last = startBlocked(() -> assertThat(write()).isNotEqualTo(own));
    lock.unlockWrite(own);
    assertThat(lock.validate(own)).isFalse();
    next.join();
    last.join();
    assertFree();
  }

  @Test
  void writerToReadersLetsAllOfThemIn() {
    long own = lock.writeLock();
    Worker first = startBlocked(this::read);
    Worker second = startBlocked(this::read);
    Worker writer = startBlocked(this::write);
    long optimistic = lock.tryConvertToOptimisticRead(own);
    assertThat(StampedLock.isOptimisticReadStamp(optimistic)).isTrue();
    first.join();
    second.join();
    writer.join();
    assertThat(lock.validate(optimistic)).isFalse();
    assertFree();
  }

  @Test
  void writerToNobodyFreesTheLock() {
    long own = lock.writeLock();
    long optimistic = lock.tryConvertToOptimisticRead(own);
    assertThat(lock.validate(optimistic)).isTrue();
    assertFree();
    assertThat(write()).isNotEqualTo(own);
    assertFree();
  }

  // ---- From the last reader

  @Test
  void lastReaderToWriterMakesOptimisticReadsInvalid() {
    long own = lock.readLock();
    long other = lock.readLock();
    long optimistic = lock.tryOptimisticRead();
    Worker writer = startBlocked(this::write);
    lock.unlockRead(own);
    assertThat(lock.validate(optimistic)).isTrue();
    lock.unlockRead(other);
    writer.join();
    assertThat(lock.validate(optimistic)).isFalse();
    assertFree();
  }

  @Test
  void lastOfACrowdToWriterLeavesAnEmptyCrowd() {
    for (int i = 0; i < 3; i++) {
      long stamp = readMany();
      Worker writer = startBlocked(this::write);
      for (int j = 0; j < MANY; j++) {
        lock.unlockRead(stamp);
      }
      writer.join();
      assertFree();
    }
  }

  @Test
  void lastReaderToNobodyFreesTheLockAndWasNoWriter() {
    long optimistic = lock.tryOptimisticRead();
    read();
    assertThat(lock.validate(optimistic)).isTrue();
    long stamp = readMany();
    for (int j = 0; j < MANY; j++) {
      lock.unlockRead(stamp);
    }
    assertThat(lock.validate(optimistic)).isTrue();
    assertThat(lock.tryConvertToOptimisticRead(lock.readLock())).isEqualTo(optimistic);
    assertFree();
  }

  // ---- Races

  @Test
  void handOffsRaceTimeoutsAndConversions() {
    AtomicInteger written = new AtomicInteger();
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              assertFree();
              assertThat(count).isEqualTo(written.get());
              handOffIsDue();
            },
            _ -> {
              long stamp = lock.writeLock();
              Rounds.dawdle();
              written.getAndAdd(writeInside());
              lock.unlockWrite(stamp);
            },
            _ -> {
              long stamp =
                  lock.tryWriteLock(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS);
              if (stamp != 0) {
                written.getAndAdd(writeInside());
                assertThat(lock.tryConvertToOptimisticRead(stamp)).isNotZero();
              }
            },
            _ -> {
              read();
              long stamp = lock.readLock();
              Rounds.dawdle();
              assertThat(writers).hasValue(0);
              long write = lock.tryConvertToWriteLock(stamp);
              if (write != 0) {
                written.getAndAdd(writeInside());
                stamp = lock.tryConvertToReadLock(write);
              }
              lock.unlockRead(stamp);
            },
            _ -> {
              long stamp =
                  lock.tryReadLock(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS);
              if (stamp != 0) {
                assertThat(writers).hasValue(0);
                lock.unlockRead(stamp);
              }
              stamp = lock.writeLock();
              written.getAndAdd(writeInside());
              lock.unlockWrite(stamp);
            });
    assertThat(rounds).isPositive();
  }

  private int writeInside() {
    assertThat(writers.incrementAndGet()).isEqualTo(1);
    count++;
    writers.decrementAndGet();
    return 1;
  }

  @Test
  void crowdsHandOverToWriters() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              assertFree();
              handOffIsDue();
            },
            _ -> readAsCrowd(),
            _ -> readAsCrowd(),
            _ -> write(),
            _ -> write());
    assertThat(rounds).isPositive();
  }

  private void readAsCrowd() {
    long stamp = lock.readLock();
    for (int i = 1; i < MANY; i++) {
      assertThat(lock.tryReadLock()).isEqualTo(stamp);
    }
    for (int i = 0; i < MANY; i++) {
      lock.unlockRead(stamp);
    }
  }
}
