package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What LockSupport promises to threads of all kinds. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class LockSupportTest extends Kit {

  private static final long SHORT_NANOS = 2_000_000;

  /** How often a timed park is tried, since a park may return for no reason. */
  private static final int ATTEMPTS = 5;

  private final Object blocker = new Object();
  private volatile int phase;

  LockSupportTest(ThreadKind kind) {
    super(kind);
  }

  /** Whether a timed park takes all its time. */
  private static boolean parksForItsTime() {
    long start = System.nanoTime();
    LockSupport.parkNanos(SHORT_NANOS);
    return System.nanoTime() - start >= SHORT_NANOS;
  }

  /** Checks that the current thread has no permit after an action; each one is tried anew. */
  private static void assertLeavesNoPermit(Runnable action) {
    for (int i = 0; i < ATTEMPTS; i++) {
      action.run();
      if (parksForItsTime()) {
        return;
      }
    }
    throw new AssertionError("A permit is left each time");
  }

  // ---- Permits

  @Test
  void permitGivenBeforeMakesEveryParkReturn() {
    crew.start(2, () -> Parks.inEveryWay(blocker, Parks::unparkSelf));
    crew.join();
  }

  @Test
  void permitGivenByAnotherThreadBeforeTheFirstParkMakesItReturn() {
    for (int i = 0; i < 4; i++) {
      int next = i + 1;
      Worker worker =
          crew.start(() -> {
            while (phase != next) {
              Thread.onSpinWait();
            }
            LockSupport.park();
          });
      LockSupport.unpark(worker.thread());
      phase = next;
      worker.join();
    }
  }

  @Test
  void threadStartsWithoutAPermit() {
    AtomicInteger slept = new AtomicInteger();
    crew.start(
        2 * ATTEMPTS,
        () -> {
          if (parksForItsTime()) {
            int _ = slept.getAndIncrement();
          }
        });
    crew.join();
    assertThat(slept.get()).isGreaterThan(ATTEMPTS);
  }

  @Test
  void permitsDoNotAccumulate() {
    crew.start(
        2,
        () ->
            assertLeavesNoPermit(() -> {
              Parks.unparkSelf();
              Parks.unparkSelf();
              LockSupport.park();
            }));
    crew.join();
  }

  @Test
  void parkForNoTimeDoesNothingAndLeavesThePermit() {
    crew.start(
        2,
        () -> {
          LockSupport.setCurrentBlocker(blocker);
          Parks.unparkSelf();
          LockSupport.parkNanos(0);
          LockSupport.parkNanos(-1);
          LockSupport.parkNanos(this, 0);
          LockSupport.parkNanos(this, Long.MIN_VALUE);
          assertThat(LockSupport.getBlocker(Thread.currentThread())).isSameAs(blocker);
          LockSupport.park();
        });
    crew.join();
  }

  @Test
  void parkUntilThePastConsumesThePermitAndReturns() {
    crew.start(
        2,
        () -> {
          long now = System.currentTimeMillis();
          for (long past : new long[] {now, now - 1, 0, -1, Long.MIN_VALUE}) {
            LockSupport.parkUntil(past);
            LockSupport.parkUntil(blocker, past);
            assertLeavesNoPermit(() -> {
              Parks.unparkSelf();
              LockSupport.parkUntil(past);
            });
          }
        });
    crew.join();
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullThreadHasNoPermitAndNoBlocker() {
    LockSupport.unpark(null);
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> LockSupport.getBlocker(null));
  }

  @Test
  void unparkOfAThreadThatIsNotAliveDoesNothing() {
    Thread fresh = kind.newThread(0, () -> {});
    LockSupport.unpark(fresh);
    Worker ended = crew.start(Parks::unparkSelf);
    ended.join();
    Await.until("the end", () -> !ended.thread().isAlive());
    LockSupport.unpark(ended.thread());
    assertThat(fresh.getState()).isEqualTo(Thread.State.NEW);
    assertThat(ended.thread().isAlive()).isFalse();
  }

  // ---- Waking

  @Test
  void unparkWakesAThreadParkedInAnyWay() {
    for (int i = 0; i < 2; i++) {
      AtomicInteger begun = new AtomicInteger();
      Worker worker = crew.start(() -> Parks.inEveryWay(blocker, begun::getAndIncrement));
      for (int way = 1; way <= Parks.WAYS; way++) {
        int reached = way;
        Await.until(
            "way " + way,
            () -> {
              LockSupport.unpark(worker.thread());
              return begun.get() >= reached;
            });
      }
      Await.until(
          "the end",
          () -> {
            LockSupport.unpark(worker.thread());
            return worker.isDone();
          });
      worker.join();
    }
  }

  @Test
  void unparkOfAParkedThreadGoesToThatThreadAlone() {
    Worker first = startParked(1);
    Worker second = startParked(2);
    Worker third = startParked(3);
    phase = 2;
    LockSupport.unpark(second.thread());
    second.join();
    assertThat(first.isDone()).isFalse();
    assertThat(third.isDone()).isFalse();
    phase = 1;
    LockSupport.unpark(first.thread());
    first.join();
    phase = 3;
    LockSupport.unpark(third.thread());
    third.join();
  }

  private Worker startParked(int awaited) {
    Worker worker =
        crew.start(() -> {
          while (phase != awaited) {
            LockSupport.park(blocker);
          }
        });
    worker.awaitBlocked();
    return worker;
  }

  @Test
  void unparkIsNotLostAfterManyThatCameTooSoon() {
    Worker worker = startParked(1);
    for (int i = 0; i < 1_000; i++) {
      LockSupport.unpark(worker.thread());
    }
    worker.awaitBlocked();
    phase = 1;
    LockSupport.unpark(worker.thread());
    worker.join();
  }

  // ---- Interrupts

  @Test
  void interruptEndsAParkAndIsKept() {
    for (int i = 0; i < 2; i++) {
      Worker worker =
          crew.start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
              LockSupport.park(blocker);
            }
          });
      worker.awaitBlocked();
      worker.interrupt();
      worker.join();
      Worker timed =
          crew.start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
              LockSupport.parkUntil(blocker, Long.MAX_VALUE);
            }
          });
      timed.awaitBlocked();
      timed.interrupt();
      timed.join();
    }
  }

  @Test
  void interruptedThreadDoesNotBlockAndStaysInterrupted() {
    crew.start(
        2,
        () -> {
          Thread.currentThread().interrupt();
          Parks.inEveryWay(blocker, () -> {});
          Parks.inEveryWay(blocker, () -> {});
          assertThat(Thread.interrupted()).isTrue();
        });
    crew.join();
  }

  @Test
  void interruptedThreadConsumesThePermit() {
    crew.start(
        2,
        () ->
            assertLeavesNoPermit(() -> {
              Thread.currentThread().interrupt();
              Parks.unparkSelf();
              LockSupport.park();
              assertThat(Thread.interrupted()).isTrue();
              // An interrupt gives the permit of the JDK, which ends the next park of its class.
              java.util.concurrent.locks.LockSupport.parkNanos(1);
            }));
    crew.join();
  }

  // ---- Time

  @Test
  void timedParkTakesItsTime() {
    crew.start(
        2,
        () -> {
          assertLeavesNoPermit(() -> {});
          boolean slept = false;
          for (int i = 0; i < ATTEMPTS && !slept; i++) {
            long deadline = System.currentTimeMillis() + 3;
            LockSupport.parkUntil(deadline);
            slept = System.currentTimeMillis() >= deadline;
          }
          assertThat(slept).isTrue();
        });
    crew.join();
  }

  @Test
  void timeBeyondTheRangeOfMillisecondsDoesNotPassAtOnce() {
    for (long nanos : new long[] {2_148_000_000L, 4_295_000_000L, Long.MAX_VALUE}) {
      for (int i = 0; i < 2; i++) {
        Worker worker =
            crew.start(() -> {
              long start = System.nanoTime();
              while (phase != -1) {
                LockSupport.parkNanos(blocker, nanos);
              }
              assertThat(System.nanoTime() - start).isPositive();
            });
        worker.awaitBlocked();
        phase = -1;
        LockSupport.unpark(worker.thread());
        worker.join();
        phase = 0;
      }
    }
  }

  // ---- Locks

  @Test
  void waitForALockNeitherUsesUpThePermitOfAPlatformThreadNorIsDisturbedByIt() {
    Mutex mutex = new Mutex();
    mutex.lock();
    Worker worker =
        crew.start(() -> {
          Parks.unparkSelf();
          mutex.lock();
          mutex.unlock();
          if (!Thread.currentThread().isVirtual()) {
            LockSupport.park();
          }
        });
    worker.awaitBlocked();
    for (int i = 0; i < 100; i++) {
      LockSupport.unpark(worker.thread());
      assertThat(mutex.getQueueLength()).isEqualTo(1);
    }
    mutex.unlock();
    worker.join();
  }

  @Test
  void permitSurvivesManyWaitsForACondition() {
    Mutex mutex = new Mutex();
    Condvar condition = mutex.newCondition();
    AtomicInteger signals = new AtomicInteger();
    Worker worker =
        crew.start(() -> {
          Parks.unparkSelf();
          mutex.lock();
          while (signals.get() < 50) {
            condition.await();
          }
          mutex.unlock();
          if (!Thread.currentThread().isVirtual()) {
            LockSupport.park();
          }
        });
    Await.until(
        "the end",
        () -> {
          mutex.lock();
          int _ = signals.getAndIncrement();
          condition.signal();
          mutex.unlock();
          return worker.isDone();
        });
    worker.join();
  }
}
