package io.pawl.locks;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** Races between readers and writers; nobody touches the lock after the race of a round. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
abstract class ReadWriteLockRaceContract extends Kit {

  private static final int ROUNDS = 20_000;

  final ReadWrite both;
  private final Lock read;
  private final Lock write;
  private final AtomicInteger readers = new AtomicInteger();
  private final AtomicInteger writers = new AtomicInteger();

  ReadWriteLockRaceContract(ThreadKind kind, ReadWrite both) {
    super(kind);
    this.both = both;
    this.read = both.read();
    this.write = both.write();
  }

  final void assertFree(int round) {
    assertThat(both.readers().getAsInt()).as("readers after round %d", round).isZero();
    assertThat(both.isWriteLocked().getAsBoolean()).as("writer after round %d", round).isFalse();
    assertThat(both.queued().getAsInt()).as("queued after round %d", round).isZero();
    readers.set(0);
  }

  private void readInside() {
    readers.incrementAndGet();
    assertThat(writers).hasValue(0);
    readers.decrementAndGet();
    read.unlock();
  }

  private void writeInside() {
    assertThat(writers.incrementAndGet()).isEqualTo(1);
    assertThat(readers).hasValue(0);
    writers.decrementAndGet();
  }

  @Test
  void writersExcludeEverybody() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              write.lock();
              writeInside();
              write.unlock();
            },
            _ -> {
              read.lock();
              readInside();
            },
            _ -> {
              write.lockInterruptibly();
              writeInside();
              both.downgrade().run();
              readInside();
            },
            _ -> {
              for (int i = 0; i < 5; i++) {
                read.lock();
                readInside();
              }
            });
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
              write.lock();
              Rounds.dawdle();
              writeInside();
              write.unlock();
            },
            _ -> {
              if (read.tryLock(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
                readInside();
              }
            },
            _ -> {
              if (write.tryLock(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
                writeInside();
                write.unlock();
              }
            },
            _ -> {
              read.lock();
              readInside();
            });
    assertThat(rounds).isPositive();
  }

  /**
   * A reader holds the lock until another has come in, while a writer between the two gives up.
   * SharedQueue, invariant I5: nobody releases the lock in between.
   */
  @Test
  void readerBehindAWriterThatGivesUpIsLetInWhileOthersRead() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              read.lock();
              readers.incrementAndGet();
              Await.until("the other reader", () -> readers.get() == 2);
              read.unlock();
            },
            _ -> {
              Await.until("a reader", () -> readers.get() > 0);
              if (write.tryLock(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
                write.unlock();
              }
            },
            _ -> {
              Await.until("a reader", () -> readers.get() > 0);
              Rounds.dawdle();
              read.lock();
              readers.incrementAndGet();
              read.unlock();
            });
    assertThat(rounds).isPositive();
  }

  /** The readers arrive at once and join each other, even those that had to queue. */
  @Test
  void readersArrivingTogetherAllGetIn() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              if (write.tryLock()) {
                write.unlock();
              }
              meetOtherReaders();
            },
            _ -> meetOtherReaders(),
            _ -> meetOtherReaders());
    assertThat(rounds).isPositive();
  }

  private void meetOtherReaders() {
    read.lock();
    readers.incrementAndGet();
    Await.until("all three inside", () -> readers.get() == 3);
    read.unlock();
  }
}
