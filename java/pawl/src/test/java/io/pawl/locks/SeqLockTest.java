package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pawl.testing.Allocation;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a SeqLock promises to readers, and to writers beside what its write lock does. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class SeqLockTest extends Kit {

  private static final int ROUNDS = 20_000;
  private static final int RETRIES = 3;

  private final SeqLock lock = new SeqLock(RETRIES);

  // Guarded by the lock.
  private long first;
  private long second;

  SeqLockTest(ThreadKind kind) {
    super(kind);
  }

  private void increment() {
    first++;
    second++;
  }

  /** Lets another thread write, from within a read. */
  private void overtake() {
    crew.start(() -> lock.write(this::increment)).join();
  }

  private void assertFree() {
    assertThat(lock.isWriteLocked()).isFalse();
    assertThat(lock.writeLock().tryLock()).isTrue();
    lock.writeLock().unlock();
  }

  // ---- Stamps

  @Test
  void stampIsGoodUntilAWriterComes() {
    long stamp = lock.tryOptimisticRead();
    assertThat(stamp).isNotZero();
    assertThat(lock.validate(stamp)).isTrue();
    assertThat(lock.validate(stamp)).isTrue();
    lock.writeLock().lock();
    assertThat(lock.validate(stamp)).isFalse();
    lock.writeLock().unlock();
    assertThat(lock.validate(stamp)).isFalse();
    assertThat(lock.validate(lock.tryOptimisticRead())).isTrue();
  }

  @Test
  void stampOfAReadThatMeetsAWriterIsNeverGood() {
    lock.writeLock().lock();
    long stamp = lock.tryOptimisticRead();
    assertThat(stamp).isZero();
    assertThat(lock.validate(stamp)).isFalse();
    lock.writeLock().unlock();
    assertThat(lock.validate(stamp)).isFalse();
  }

  // ---- Reads

  @Test
  void readWithoutWritersReadsOnce() {
    AtomicInteger calls = new AtomicInteger();
    assertThat(lock.<Integer>read(calls::incrementAndGet)).isEqualTo(1);
    assertThat(lock.readLong(calls::incrementAndGet)).isEqualTo(2);
  }

  @Test
  void readThatWasOvertakenIsRepeated() {
    AtomicInteger calls = new AtomicInteger();
    long sum =
        lock.readLong(() -> {
          long seen = first;
          if (calls.incrementAndGet() == 1) {
            overtake();
          }
          return seen + second;
        });
    assertThat(sum).isEqualTo(2);
    assertThat(calls).hasValue(2);
  }

  @Test
  void readThatIsOvertakenAgainAndAgainKeepsWritersOutInTheEnd() {
    AtomicInteger calls = new AtomicInteger();
    long sum =
        lock.<Long>read(() -> {
          long seen = first;
          if (calls.incrementAndGet() <= RETRIES + 1) {
            overtake();
          } else {
            crew.start(() -> assertThat(lock.writeLock().tryLock()).isFalse()).join();
          }
          return seen + second;
        });
    assertThat(sum).isEqualTo(2 * (RETRIES + 1));
    assertThat(calls).hasValue(RETRIES + 2);
    assertFree();
  }

  @Test
  void exceptionOfAReadThatWasOvertakenIsThrownAway() {
    AtomicInteger calls = new AtomicInteger();
    String result =
        lock.read(() -> {
          if (calls.incrementAndGet() == 1) {
            overtake();
            throw new IllegalStateException("torn");
          }
          return "whole";
        });
    assertThat(result).isEqualTo("whole");
  }

  @Test
  void exceptionOfAGoodReadIsThrown() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            lock.read(() -> {
              throw new IllegalStateException("whole");
            }));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            lock.readLong(() -> {
              throw new IllegalStateException("whole");
            }));
    assertFree();
  }

  @Test
  void exceptionOfAReadThatKeepsWritersOutLetsThemIn() {
    AtomicInteger calls = new AtomicInteger();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            lock.readLong(() -> {
              if (calls.incrementAndGet() <= RETRIES + 1) {
                overtake();
              }
              throw new IllegalStateException("" + calls);
            }))
        .withMessage("" + (RETRIES + 2));
    assertFree();
  }

  @Test
  void readerWaitsForAWriterThatTakesLong() {
    lock.writeLock().lock();
    first++;
    Worker reader = crew.start(() -> assertThat(lock.readLong(() -> first + second)).isEqualTo(2));
    reader.awaitBlocked();
    assertThat(lock.getQueueLength()).isEqualTo(1);
    second++;
    lock.writeLock().unlock();
    reader.join();
    assertFree();
  }

  @Test
  void readerIsNotInterruptedAndKeepsTheStatus() {
    lock.writeLock().lock();
    Worker reader =
        crew.start(() -> {
          assertThat(lock.readLong(() -> first)).isEqualTo(1);
          assertThat(Thread.interrupted()).isTrue();
        });
    reader.awaitBlocked();
    reader.interrupt();
    first++;
    lock.writeLock().unlock();
    reader.join();
  }

  @Test
  void writerReadsWhatItHasWritten() {
    lock.write(() -> {
      first = 5;
      assertThat(lock.readLong(() -> first)).isEqualTo(5);
      assertThat(lock.<Long>read(() -> first)).isEqualTo(5);
    });
    assertFree();
  }

  @Test
  void writerReadsOnceHoweverManyRetriesThereAre() {
    SeqLock patient = new SeqLock(Integer.MAX_VALUE);
    patient.write(() -> assertThat(patient.readLong(() -> ++first)).isEqualTo(1));
    assertThat(first).isEqualTo(1);
  }

  @Test
  void readingAllocatesNothing() {
    Allocation allocation = new Allocation();
    long good = 0;
    for (int i = 0; i < 200_000; i++) {
      allocation.round(i);
      long stamp = lock.tryOptimisticRead();
      good += lock.validate(stamp) ? 1 : 0;
      good += lock.readLong(() -> 1);
    }
    assertThat(good).isEqualTo(400_000);
    allocation.assertNone();
  }

  @Test
  void readersSeeWholeWrites() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertFree(),
            _ -> lock.write(this::increment),
            _ -> lock.write(this::increment),
            _ -> assertWhole(),
            _ -> assertWhole());
    assertThat(first).isEqualTo(2L * rounds);
  }

  private void assertWhole() {
    for (int i = 0; i < 20; i++) {
      assertThat(lock.readLong(() -> first - second)).isZero();
    }
  }

  // ---- Off-heap memory

  @Test
  void copiesOfMemoryAreOfOneMoment() {
    int longs = 64;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment guarded = arena.allocate(ValueLayout.JAVA_LONG, longs);
      int _ =
          Rounds.play(
              crew,
              ROUNDS,
              _ -> assertFree(),
              round -> lock.copyIn(filled(longs, round), guarded),
              round -> lock.copyIn(filled(longs, -round), guarded),
              _ -> {
                MemorySegment copy = MemorySegment.ofArray(new long[longs]);
                lock.copyOut(guarded, copy);
                long value = copy.getAtIndex(ValueLayout.JAVA_LONG, 0);
                assertThat(copy.mismatch(filled(longs, value))).isEqualTo(-1);
              });
    }
  }

  private static MemorySegment filled(int longs, long value) {
    long[] array = new long[longs];
    java.util.Arrays.fill(array, value);
    return MemorySegment.ofArray(array);
  }

  @Test
  void copyWaitsForAWriterThatTakesLong() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment guarded = arena.allocate(ValueLayout.JAVA_LONG, 2);
      lock.writeLock().lock();
      guarded.setAtIndex(ValueLayout.JAVA_LONG, 0, 7);
      Worker reader =
          crew.start(() -> {
            MemorySegment copy = MemorySegment.ofArray(new long[2]);
            lock.copyOut(guarded, copy);
            assertThat(copy.mismatch(filled(2, 7))).isEqualTo(-1);
          });
      reader.awaitBlocked();
      guarded.setAtIndex(ValueLayout.JAVA_LONG, 1, 7);
      lock.writeLock().unlock();
      reader.join();
    }
  }

  @Test
  void copyThatDoesNotFitThrowsAndFrees() {
    MemorySegment large = MemorySegment.ofArray(new long[2]);
    MemorySegment small = MemorySegment.ofArray(new long[1]);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> lock.copyOut(large, small));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> lock.copyIn(large, small));
    assertFree();
  }

  // ---- Writers

  @Test
  void writerThatThrowsFreesTheLock() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            lock.write(() -> {
              first++;
              throw new IllegalStateException();
            }));
    assertFree();
    assertThat(lock.readLong(() -> first)).isEqualTo(1);
  }

  @Test
  void writeWithinAWriteThrowsAndKeepsTheHold() {
    lock.write(() -> {
      assertThatExceptionOfType(IllegalMonitorStateException.class)
          .isThrownBy(() -> lock.write(this::increment));
      assertThat(lock.isWriteLocked()).isTrue();
    });
    assertFree();
  }

  @Test
  void thereAreNoConditions() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(lock.writeLock()::newCondition);
  }

  @Test
  void retriesAreNotNegative() {
    assertThatIllegalArgumentException().isThrownBy(() -> new SeqLock(-1));
  }

  @Test
  @Tag(DeepStack.TAG)
  void overflowLeavesALockThatCanBeUsed() {
    DeepStack.overflow(
        () -> {
          unlockIfHeld();
          lock.writeLock().lock();
          lock.writeLock().unlock();
          assertThat(lock.validate(lock.tryOptimisticRead())).isTrue();
        },
        this::unlockIfHeld);
    overtake();
    assertThat(lock.readLong(() -> first + second)).isEqualTo(2);
    assertFree();
  }

  private void unlockIfHeld() {
    if (lock.writeLock().isHeldByCurrentThread()) {
      lock.writeLock().unlock();
    }
  }
}
