package io.pawl.atomic;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an AtomicWord promises to those that wait on it. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class AtomicWordTest extends Kit {

  private final AtomicWord word = new AtomicWord();
  private final AtomicInteger woken = new AtomicInteger();

  AtomicWordTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startWaiter(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  /** Changes the word and wakes until the thread, which may not sleep yet, has gone on. */
  private void release(Worker waiter) {
    word.set(1);
    Await.until(
        "the end of the wait",
        () -> {
          word.wakeOne();
          return waiter.isDone();
        });
    waiter.join();
  }

  // ---- Waiting

  @Test
  void waitOnAnotherValueReturnsAtOnce() throws InterruptedException {
    word.set(7);
    word.waitWhile(6);
    assertThat(word.waitWhile(6, 1, HOURS)).isTrue();
    assertThat(word.waitWhile(6, 0, HOURS)).isTrue();
    word.waitWhileInterruptibly(6);
    assertThat(word.waitWhileInterruptibly(6, 1, HOURS)).isTrue();
  }

  @Test
  void waiterSleepsUntilItIsWoken() {
    List<Worker.Task> waits =
        List.of(
            () -> word.waitWhile(0),
            () -> assertThat(word.waitWhile(0, 5_000, MILLISECONDS)).isTrue(),
            () -> assertThat(word.waitWhile(0, Long.MAX_VALUE, HOURS)).isTrue(),
            () -> word.waitWhileInterruptibly(0),
            () -> assertThat(word.waitWhileInterruptibly(0, 1, HOURS)).isTrue());
    for (Worker.Task wait : waits) {
      word.set(0);
      Worker waiter =
          startWaiter(() -> {
            while (word.get() == 0) {
              wait.run();
            }
          });
      assertThat(waiter.isDone()).isFalse();
      word.set(1);
      word.wakeOne();
      waiter.join();
    }
  }

  @Test
  void timedWaitsAreNeverEarly() {
    Worker waiter =
        crew.start(() -> {
          long start = System.nanoTime();
          while (word.waitWhile(0, 3, MILLISECONDS)) {
            start = System.nanoTime();
          }
          assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3_000_000);
          start = System.nanoTime();
          while (word.waitWhileInterruptibly(0, 3, MILLISECONDS)) {
            start = System.nanoTime();
          }
          assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3_000_000);
        });
    waiter.join();
  }

  @Test
  void timesThatHavePassedOnlyLook() {
    Worker waiter =
        crew.start(() -> {
          assertThat(word.waitWhile(0, 0, HOURS)).isFalse();
          assertThat(word.waitWhile(0, Long.MIN_VALUE, HOURS)).isFalse();
          assertThat(word.waitWhileInterruptibly(0, 0, HOURS)).isFalse();
          assertThat(word.waitWhileInterruptibly(0, -1, HOURS)).isFalse();
          assertThat(word.waitWhile(1, 0, HOURS)).isTrue();
        });
    waiter.join();
  }

  // ---- Interruption

  @Test
  void uninterruptibleWaitGoesOnAndKeepsTheStatus() {
    Worker waiter =
        startWaiter(() -> {
          while (word.get() == 0) {
            word.waitWhile(0);
          }
          assertThat(Thread.interrupted()).isTrue();
        });
    waiter.interrupt();
    assertThat(waiter.isDone()).isFalse();
    release(waiter);
  }

  @Test
  void interruptEndsAnInterruptibleWait() {
    List<ThrowingCallable> waits =
        List.of(
            () -> word.waitWhileInterruptibly(0), () -> word.waitWhileInterruptibly(0, 1, HOURS));
    for (ThrowingCallable wait : waits) {
      Worker waiter =
          startWaiter(() -> {
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(wait);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(wait);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
          });
      waiter.interrupt();
      waiter.join();
    }
    assertThatNoException().isThrownBy(word::close);
  }

  // ---- Waking

  /** Starts threads that each go on when they take one of the permits that the word counts. */
  private void startTakers(int count) {
    for (int i = 0; i < count; i++) {
      boolean interruptible = i % 3 == 2;
      Worker _ =
          startWaiter(() -> {
            for (; ; ) {
              int permits = word.get();
              if (permits == 0) {
                if (interruptible) {
                  word.waitWhileInterruptibly(0);
                } else {
                  word.waitWhile(0);
                }
                woken.incrementAndGet();
              } else if (word.compareAndSet(permits, permits - 1)) {
                return;
              }
            }
          });
    }
  }

  @Test
  void eachWakeOneReachesAWaiter() {
    startTakers(6);
    for (int i = 0; i < 6; i++) {
      word.getAndAdd(1);
      word.wakeOne();
    }
    crew.join();
    assertThat(word.get()).isZero();
  }

  @Test
  void wakeAllReachesEveryWaiter() {
    startTakers(9);
    word.set(9);
    word.wakeAll();
    crew.join();
    assertThat(word.get()).isZero();
  }

  @Test
  void wakesWithNobodyWaitingAreNotRemembered() {
    word.wakeOne();
    word.wakeAll();
    Worker waiter = crew.start(() -> assertThat(waitUntilTimeout()).isFalse());
    waiter.join();
  }

  private boolean waitUntilTimeout() {
    boolean timedOut = false;
    for (int spurious = 0; spurious < 100 && !timedOut; spurious++) {
      timedOut = !word.waitWhile(0, 1, MILLISECONDS);
    }
    return !timedOut;
  }

  // ---- Requeueing

  @Test
  void requeueWakesOneAndTheTargetWakesTheOthers() {
    AtomicWord target = new AtomicWord();
    AtomicInteger back = new AtomicInteger();
    for (int i = 0; i < 4; i++) {
      Worker _ =
          startWaiter(() -> {
            while (word.get() == 0) {
              word.waitWhile(0);
            }
            while (target.get() == 0) {
              back.incrementAndGet();
              target.waitWhile(0);
            }
          });
    }
    assertThat(word.requeueTo(target, 1)).isFalse();
    assertThat(back).hasValue(0);
    word.set(1);
    assertThat(word.requeueTo(target, 1)).isTrue();
    Await.until("one woken", () -> back.get() > 0);
    target.set(1);
    target.wakeAll();
    word.wakeAll();
    crew.join();
  }

  @Test
  void requeueToItselfIsRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> word.requeueTo(word, 0));
  }

  // ---- Closing

  @Test
  void closedWordRefusesEveryUse() {
    AtomicWord other = new AtomicWord();
    word.close();
    List<ThrowingCallable> uses =
        List.of(
            word::get,
            word::getPlain,
            word::getOpaque,
            word::getAcquire,
            () -> word.set(1),
            () -> word.setPlain(1),
            () -> word.setOpaque(1),
            () -> word.setRelease(1),
            () -> word.compareAndSet(0, 1),
            () -> word.weakCompareAndSetVolatile(0, 1),
            () -> word.weakCompareAndSetPlain(0, 1),
            () -> word.weakCompareAndSetAcquire(0, 1),
            () -> word.weakCompareAndSetRelease(0, 1),
            () -> word.compareAndExchange(0, 1),
            () -> word.compareAndExchangeAcquire(0, 1),
            () -> word.compareAndExchangeRelease(0, 1),
            () -> word.getAndSet(1),
            () -> word.getAndSetAcquire(1),
            () -> word.getAndSetRelease(1),
            () -> word.getAndAdd(1),
            () -> word.getAndAddAcquire(1),
            () -> word.getAndAddRelease(1),
            () -> word.getAndBitwiseOr(1),
            () -> word.getAndBitwiseAnd(1),
            () -> word.getAndBitwiseXor(1),
            () -> word.waitWhile(0),
            () -> word.waitWhile(0, 1, HOURS),
            () -> word.waitWhileInterruptibly(0),
            () -> word.waitWhileInterruptibly(0, 1, HOURS),
            () -> word.waitForBits(0, 1),
            () -> word.waitForBitsInterruptibly(0, 1),
            () -> word.requeueTo(other, 0),
            () -> other.requeueTo(word, 0),
            word::address);
    for (ThrowingCallable use : uses) {
      assertThatExceptionOfType(IllegalStateException.class).isThrownBy(use);
    }
    assertThat(word.toString()).isEqualTo("closed");
    assertThatNoException().isThrownBy(word::close);
  }

  @Test
  void lateWakeOfAClosedWordIsIgnored() {
    word.close();
    List<ThrowingCallable> wakes =
        List.of(word::wakeOne, word::wakeAll, () -> word.wake(3), () -> word.wakeBits(3, 1));
    for (ThrowingCallable wake : wakes) {
      assertThatNoException().isThrownBy(wake);
    }
  }

  @Test
  void closeWithWaitersThrowsAndKeepsTheWordOpen() {
    List<Worker.Task> waits =
        List.of(() -> word.waitWhile(0), () -> word.waitWhileInterruptibly(0));
    for (Worker.Task wait : waits) {
      word.set(0);
      Worker waiter =
          startWaiter(() -> {
            while (word.get() == 0) {
              wait.run();
            }
          });
      assertThatExceptionOfType(IllegalStateException.class).isThrownBy(word::close);
      assertThat(word.get()).isZero();
      release(waiter);
    }
    assertThatNoException().isThrownBy(word::close);
  }

  @Test
  void refusedCloseIsSeenByNobody() {
    AtomicBoolean stop = new AtomicBoolean();
    Worker waiter =
        startWaiter(() -> {
          while (word.get() == 0) {
            word.waitWhile(0);
          }
        });
    Crew closers = new Crew(ThreadKind.PLATFORM); // a virtual one would not let others run
    Worker closer =
        closers.start(() -> {
          while (!stop.get()) {
            assertThat(isCloseRefused()).isTrue();
          }
        });
    Worker user =
        crew.start(() -> {
          for (int i = 0; i < 1_000_000; i++) {
            int _ = word.get();
          }
        });
    try {
      user.join();
    } finally {
      stop.set(true);
    }
    closer.join();
    release(waiter);
  }

  private boolean isCloseRefused() {
    try {
      word.close();
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
