package io.pawl.locks;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Races between threads that enter again, with all that read-write locks have in common. */
@ParameterizedClass
@MethodSource("io.pawl.testing.Kit#kindsAndFairness")
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "WaitNotInLoop" // the wait may end as it likes
})
class ReentrantReadWriteLockRaceTest extends ReadWriteLockRaceContract {

  private static final int ROUNDS = 20_000;

  private final ReentrantReadWriteLock lock;
  private final ReentrantReadWriteLock.ReadLock read;
  private final ReentrantReadWriteLock.WriteLock write;

  /** Written by writers only. */
  private int value;

  ReentrantReadWriteLockRaceTest(ThreadKind kind, boolean fair) {
    super(kind, ReadWrite.reentrant(new ReentrantReadWriteLock(fair)));
    lock = (ReentrantReadWriteLock) both.lock();
    read = lock.readLock();
    write = lock.writeLock();
  }

  /** Reads to a depth; all see the same value, and the counts are right, at each. */
  private void readDeep(int depth) {
    read.lock();
    assertThat(lock.getReadHoldCount()).isOne();
    int seen = value;
    for (int i = 1; i < depth; i++) {
      if (i % 2 == 0) {
        read.lock();
      } else {
        assertThat(read.tryLock()).isTrue();
      }
      assertThat(value).isEqualTo(seen);
    }
    assertThat(lock.getReadHoldCount()).isEqualTo(depth);
    for (int i = 0; i < depth; i++) {
      assertThat(value).isEqualTo(seen);
      read.unlock();
    }
    assertThat(lock.getReadHoldCount()).isZero();
  }

  /** Writes to a depth and goes on as a reader, who sees what it wrote. */
  private void writeDeepAndDowngrade(int depth) {
    int before = lock.getWriteHoldCount();
    for (int i = 0; i < depth; i++) {
      write.lock();
      value++;
    }
    int written = value;
    read.lock();
    read.lock();
    for (int i = 0; i < depth; i++) {
      assertThat(lock.getWriteHoldCount()).isEqualTo(before + depth - i);
      write.unlock();
    }
    assertThat(value).isEqualTo(written);
    assertThat(lock.getReadHoldCount()).isEqualTo(2);
    read.unlock();
    assertThat(value).isEqualTo(written);
    read.unlock();
  }

  /** Invariant I4: reentrant readers never wait for the writers between their locks. */
  @Test
  void readersThatEnterAgainPassWaitingWriters() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> readDeep(3),
            _ -> readDeep(5),
            _ -> writeDeepAndDowngrade(2),
            _ -> {
              write.lock();
              value++;
              write.unlock();
              readDeep(2);
            });
    assertThat(rounds).isPositive();
  }

  /** Invariants I1 and I2: whoever is first, each reader is counted where it looks. */
  @Test
  void holdsAreCountedRightWhoeverComesFirst() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              for (int i = 1; i < 5; i++) {
                readDeep(i);
              }
            },
            _ -> {
              for (int i = 5; i > 0; i--) {
                readDeep(i);
              }
            },
            _ -> {
              for (int i = 0; i < 5; i++) {
                if (read.tryLock()) {
                  assertThat(lock.getReadHoldCount()).isOne();
                  read.unlock();
                }
                if (write.tryLock()) {
                  writeDeepAndDowngrade(1);
                  write.unlock();
                }
              }
            });
    assertThat(rounds).isPositive();
  }

  @Test
  void waitsForAConditionRestoreWhatOthersLeaveAlone() {
    Condition condition = write.newCondition();
    AtomicInteger waits = new AtomicInteger();
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              write.lock();
              write.lock();
              read.lock();
              waits.getAndIncrement();
              long _ = condition.awaitNanos(ThreadLocalRandom.current().nextInt(60_000));
              assertThat(lock.getWriteHoldCount()).isEqualTo(2);
              assertThat(lock.getReadHoldCount()).isOne();
              assertThat(lock.getReadLockCount()).isOne();
              write.unlock();
              write.unlock();
              read.unlock();
            },
            _ -> {
              readDeep(2);
              write.lock();
              condition.signalAll();
              write.unlock();
            },
            _ -> readDeep(3));
    assertThat(rounds).isPositive();
    assertThat(waits.get()).isGreaterThanOrEqualTo(rounds);
  }

  /** A reader that wants to write gives up in the end; nobody else is held up for good. */
  @Test
  void upgradesThatTimeOutLetTheOthersGoOn() {
    AtomicInteger readers = new AtomicInteger();
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            round -> {
              assertFree(round);
              readers.set(0);
            },
            _ -> {
              read.lock();
              readers.getAndIncrement();
              assertThat(write.tryLock(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS))
                  .isFalse();
              Await.until("the other reader", () -> readers.get() == 2);
              read.unlock();
            },
            _ -> {
              read.lock();
              readers.getAndIncrement();
              read.unlock();
            },
            _ -> {
              if (write.tryLock(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
                writeDeepAndDowngrade(2);
                write.unlock();
              }
            });
    assertThat(rounds).isPositive();
  }
}
