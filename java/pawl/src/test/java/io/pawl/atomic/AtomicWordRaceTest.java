package io.pawl.atomic;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Hunts for lost wakes, and builds mutexes from a word as a book would. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class AtomicWordRaceTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final AtomicWord word = new AtomicWord();
  private int counter;

  AtomicWordRaceTest(ThreadKind kind) {
    super(kind);
  }

  private interface BookMutex {
    void lock() throws InterruptedException;

    void unlock();
  }

  /** 0 unlocked, 1 locked. */
  private final class TwoStates implements BookMutex {
    @Override
    public void lock() {
      while (word.getAndSetAcquire(1) != 0) {
        word.waitWhile(1);
      }
    }

    @Override
    public void unlock() {
      word.set(0);
      word.wakeOne();
    }
  }

  /** As TwoStates, for interruptible waits. */
  private final class TwoStatesInterruptibly implements BookMutex {
    @Override
    public void lock() throws InterruptedException {
      while (word.getAndSetAcquire(1) != 0) {
        word.waitWhileInterruptibly(1);
      }
    }

    @Override
    public void unlock() {
      word.set(0);
      word.wakeOne();
    }
  }

  /** 0 unlocked, 1 locked, 2 locked and somebody may wait. */
  private final class ThreeStates implements BookMutex {
    @Override
    public void lock() {
      if (!word.compareAndSet(0, 1)) {
        for (int spins = 0; spins < 100 && word.getOpaque() == 1; spins++) {
          Thread.onSpinWait();
        }
        while (word.getAndSetAcquire(2) != 0) {
          word.waitWhile(2);
        }
      }
    }

    @Override
    public void unlock() {
      if (word.getAndSetRelease(0) == 2) {
        word.wakeOne();
      }
    }
  }

  @Test
  void mutexOfTwoStatesExcludesAndLosesNoWake() {
    assertWorks(new TwoStates());
  }

  @Test
  void mutexThatWaitsInterruptiblyExcludesAndLosesNoWake() {
    assertWorks(new TwoStatesInterruptibly());
  }

  @Test
  void mutexOfThreeStatesExcludesAndLosesNoWake() {
    assertWorks(new ThreeStates());
  }

  private void assertWorks(BookMutex mutex) {
    Rounds.Part part =
        _ -> {
          for (int i = 0; i < 5; i++) {
            mutex.lock();
            counter++;
            mutex.unlock();
          }
        };
    int rounds =
        Rounds.play(crew, ROUNDS, _ -> assertThat(word.get()).isZero(), part, part, part, part);
    assertThat(counter).isEqualTo(20 * rounds);
  }

  // ---- One wake, two waiters, of which the first gives up at the same moment

  /** Waits for the one permit of this round, at most once; then the round's second wake. */
  @Test
  void wakeIsNotLostOnAWaiterThatTimesOut() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> word.set(0),
            _ -> {
              long nanos = ThreadLocalRandom.current().nextInt(60_000);
              if (word.waitWhile(0, nanos, NANOSECONDS)) {
                word.wakeOne();
              }
            },
            _ -> waitForChange(),
            _ -> {
              long nanos = ThreadLocalRandom.current().nextInt(60_000);
              if (word.waitWhileInterruptibly(0, nanos, NANOSECONDS)) {
                word.wakeOne();
              }
            },
            _ -> {
              Rounds.dawdle();
              word.set(1);
              word.wakeOne();
            });
    assertThat(rounds).isPositive();
  }

  private void waitForChange() {
    while (word.get() == 0) {
      word.waitWhile(0);
    }
    word.wakeOne();
  }

  @Test
  void wakeIsNotLostOnAWaiterThatIsInterrupted() {
    Victim victim = new Victim();
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> word.set(0),
            _ -> {
              victim.run(() -> {
                word.waitWhileInterruptibly(0);
                word.wakeOne();
              });
            },
            _ -> waitForChange(),
            _ -> {
              Rounds.dawdle();
              word.set(1);
              word.wakeOne();
            },
            _ -> victim.interrupt());
    assertThat(rounds).isPositive();
  }
}
