package io.pawl.atomic;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting for the first of several words. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class AtomicWordAnyTest extends Kit {

  private final AtomicWord[] words = {new AtomicWord(), new AtomicWord(), new AtomicWord()};
  private final int[] zeros = new int[3];

  AtomicWordAnyTest(ThreadKind kind) {
    super(kind);
  }

  private interface Wait {
    int run() throws InterruptedException;
  }

  private final List<Wait> waits =
      List.of(
          () -> AtomicWord.waitAny(words, zeros),
          () -> AtomicWord.waitAny(words, zeros, 1, HOURS),
          () -> AtomicWord.waitAnyInterruptibly(words, zeros),
          () -> AtomicWord.waitAnyInterruptibly(words, zeros, 1, HOURS));

  private int changed() {
    for (int i = 0; i < words.length; i++) {
      if (words[i].get() != 0) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void wordThatIsWokenIsTold() {
    for (Wait wait : waits) {
      for (int index = 0; index < words.length; index++) {
        int woken = index;
        Worker waiter =
            crew.start(() -> {
              int told;
              do {
                told = wait.run();
              } while (changed() < 0);
              assertThat(told).isEqualTo(woken);
            });
        waiter.awaitBlocked();
        assertThat(waiter.isDone()).isFalse();
        words[woken].set(1);
        words[woken].wakeOne();
        waiter.join();
        words[woken].set(0);
      }
    }
    closeAll();
  }

  private void closeAll() {
    Arrays.stream(words).forEach(AtomicWord::close);
  }

  @Test
  void wordThatHoldsAnotherValueIsToldAtOnce() throws InterruptedException {
    words[2].set(7);
    crew.start(
            () -> {
              for (Wait wait : waits) {
                assertThat(wait.run()).isEqualTo(2);
              }
              assertThat(AtomicWord.waitAny(words, zeros, 0, HOURS)).isEqualTo(2);
            })
        .join();
    closeAll();
  }

  @Test
  void timedWaitIsNeverEarly() {
    crew.start(
            () -> {
              long start;
              do {
                start = System.nanoTime();
              } while (AtomicWord.waitAny(words, zeros, 3, MILLISECONDS) != -1);
              assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3_000_000);
              do {
                start = System.nanoTime();
              } while (AtomicWord.waitAnyInterruptibly(words, zeros, 3, MILLISECONDS) != -1);
              assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3_000_000);
              assertThat(AtomicWord.waitAny(words, zeros, -1, HOURS)).isEqualTo(-1);
            })
        .join();
    closeAll();
  }

  @Test
  void interruptEndsAnInterruptibleWaitOnly() {
    for (Wait wait : waits.subList(2, 4)) {
      Worker waiter =
          crew.start(() -> {
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(wait::run);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
          });
      waiter.awaitBlocked();
      waiter.interrupt();
      waiter.join();
    }
    Worker waiter =
        crew.start(() -> {
          while (changed() < 0) {
            int _ = AtomicWord.waitAny(words, zeros);
          }
          assertThat(Thread.interrupted()).isTrue();
        });
    waiter.awaitBlocked();
    waiter.interrupt();
    assertThat(waiter.isDone()).isFalse();
    words[1].set(1);
    words[1].wakeAll();
    waiter.join();
    closeAll();
  }

  /** Tries to have a wake of the first word taken by a thread that is told of the last. */
  @Test
  void wakeThatTheWaitDoesNotNeedReachesAnother() {
    for (int round = 0; round < 300; round++) {
      boolean interruptible = round % 2 == 0;
      Arrays.stream(words).forEach(word -> word.set(0));
      Worker any =
          crew.start(() -> {
            int told;
            do {
              told =
                  interruptible
                      ? AtomicWord.waitAnyInterruptibly(words, zeros)
                      : AtomicWord.waitAny(words, zeros);
            } while (changed() < 0);
            if (told == 0) {
              words[0].wakeOne(); // it was told, and has no use for it
            }
          });
      Worker one =
          crew.start(() -> {
            while (words[0].get() == 0) {
              words[0].waitWhile(0);
            }
          });
      any.awaitBlocked();
      one.awaitBlocked();
      words[2].set(1);
      words[2].wakeOne();
      words[0].set(1);
      words[0].wakeOne();
      any.join();
      one.join();
    }
    closeAll();
  }

  /**
   * Tries to have a wake of a word taken by a thread that has been moved to it, and is told of
   * another.
   */
  @Test
  void wakeOfAWordToWhichTheThreadHasBeenMovedReachesAnother() {
    for (int round = 0; round < 300; round++) {
      AtomicWord target = new AtomicWord();
      Arrays.stream(words).forEach(word -> word.set(0));
      Worker first = crew.start(() -> words[0].waitWhile(0));
      first.awaitBlocked();
      Worker any =
          crew.start(() -> {
            int told = AtomicWord.waitAny(words, zeros);
            if (told != 2) {
              target.wakeOne(); // it was woken there, and has no use for it
            }
          });
      any.awaitBlocked();
      words[0].set(1);
      assertThat(words[0].requeueTo(target, 1)).isTrue();
      Await.until("one has been woken", () -> first.isDone() || any.isDone());
      Worker one =
          crew.start(() -> {
            while (target.get() == 0) {
              target.waitWhile(0);
            }
          });
      one.awaitBlocked();
      words[2].set(1);
      words[2].wakeOne();
      target.set(1);
      if (first.isDone()) {
        target.wakeOne();
      } else {
        target.wakeAll();
      }
      any.join();
      one.join();
      words[0].wakeAll();
      target.wakeAll();
      first.join();
    }
    closeAll();
  }

  @Test
  void wordStaysOpenAsLongAsItIsWaitedFor() {
    Worker waiter =
        crew.start(() -> {
          while (changed() < 0) {
            int _ = AtomicWord.waitAny(words, zeros);
          }
        });
    waiter.awaitBlocked();
    for (AtomicWord word : words) {
      assertThatExceptionOfType(IllegalStateException.class).isThrownBy(word::close);
    }
    words[0].set(1);
    words[0].wakeOne();
    waiter.join();
    words[2].close();
    for (Wait wait : waits) {
      assertThatExceptionOfType(IllegalStateException.class).isThrownBy(wait::run);
    }
    words[0].close();
    words[1].close();
  }

  @Test
  void asManyWordsAsThereMayBe() {
    AtomicWord[] many = new AtomicWord[128];
    Arrays.setAll(many, _ -> new AtomicWord());
    Worker waiter =
        crew.start(() -> {
          while (many[127].get() == 0) {
            int _ = AtomicWord.waitAny(many, new int[128]);
          }
        });
    waiter.awaitBlocked();
    many[127].set(1);
    Await.until(
        "the end of the wait",
        () -> {
          many[127].wakeOne();
          return waiter.isDone();
        });
    waiter.join();
  }

  @Test
  void wordsAndValuesHaveToFit() {
    List<ThrowingCallable> wrong =
        List.of(
            () -> AtomicWord.waitAny(new AtomicWord[0], new int[0]),
            () -> AtomicWord.waitAny(words, new int[2]),
            () -> AtomicWord.waitAny(new AtomicWord[129], new int[129]));
    for (ThrowingCallable wait : wrong) {
      assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(wait);
    }
  }
}
