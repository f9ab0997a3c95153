package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.memory.Words;
import io.pawl.internal.queue.Waiter;
import io.pawl.locks.Mutex;
import io.pawl.spi.NativeWait;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native waits that last, and threads that are told to leave one at any moment. */
class LongWaitsTest extends Kit {

  private static final int MANY = 75;
  private static final int ROUNDS = 20_000;

  private final AtomicReference<@Nullable NativeParker> shown = new AtomicReference<>();
  private volatile int phase;
  private volatile boolean over;

  LongWaitsTest() {
    super(ThreadKind.PLATFORM);
  }

  @BeforeEach
  void waitsAreNative() {
    Assumptions.assumeTrue(LongWaits.areNative() && Backend.current() != null, "native waits");
  }

  /** What is kept for threads that have ended goes when another thread waits for the first time. */
  private void waitInANewThread() {
    crew.start(() -> Waiter.take().release()).join();
  }

  @Test
  @SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
  void wordsOfDeadThreadsAreRecycled() {
    int before = LongWaits.WORDS.leased();
    for (int i = 0; i < 4; i++) {
      Mutex mutex = new Mutex();
      Crew blocked = new Crew(ThreadKind.PLATFORM);
      mutex.lock();
      blocked.start(
          MANY,
          () -> {
            mutex.lock();
            mutex.unlock();
          });
      Await.until("all wait", () -> mutex.getQueueLength() == MANY);
      assertThat(LongWaits.WORDS.leased()).isGreaterThanOrEqualTo(MANY);
      mutex.unlock();
      blocked.join();
    }
    Await.until(
        "at most " + before + " words leased, and some more",
        () -> {
          System.gc();
          waitInANewThread();
          return LongWaits.WORDS.leased() <= before + 10;
        });
  }

  /** Starts a thread that parks, and waits until tools see it. */
  private Worker startVisible() {
    Worker worker = crew.start(() -> park(1));
    worker.awaitBlocked();
    Await.until("the wait is visible", () -> worker.thread().getState() == Thread.State.WAITING);
    return worker;
  }

  @Test
  void wakeThatIsDoneAgainReachesAThreadThatIsVisible() {
    Worker worker = startVisible();
    phase = 1;
    parkerOf(worker).wakeAgain();
    worker.join();
  }

  @Test
  void wakeThatIsDoneAgainReachesAThreadInItsNativeWait() {
    for (int round = 0; round < 100; round++) {
      Worker worker = crew.start(() -> park(1));
      NativeParker parker = parkerOf(worker);
      Await.until("the wait", () -> Words.getVolatile(parker.word) < NativeParker.EMPTY);
      phase = 1;
      parker.wakeAgain();
      worker.join();
      phase = 0;
      shown.set(null);
    }
  }

  /** Leaves behind what a watcher does whose wake has failed. */
  @Test
  void unparkReachesAThreadThatWasToldToLeaveAndNotWoken() {
    int told = 0;
    for (int round = 0; round < 100; round++) {
      Worker worker = crew.start(() -> park(1));
      NativeParker parker = parkerOf(worker);
      Await.until("the wait", () -> Words.getVolatile(parker.word) < NativeParker.EMPTY);
      if (Words.compareAndSet(parker.word, NativeParker.PARKED, NativeParker.LEAVING)) {
        told++;
      }
      phase = 1;
      parker.unpark();
      worker.join();
      phase = 0;
      shown.set(null);
    }
    assertThat(told).isPositive();
  }

  @Test
  void blockerIsShownWhicheverPlaceTheThreadSleepsIn() {
    Worker worker = startVisible();
    assertThat(java.util.concurrent.locks.LockSupport.getBlocker(worker.thread())).isSameAs(this);
    phase = 1;
    parkerOf(worker).unpark();
    worker.join();
  }

  /** Wakes the word as the system may by itself, more often than the limit comes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitThatIsWokenForNoReasonAgainAndAgainShows(boolean interruptible) {
    // Keeps the rescuer there: whoever finds none comes back for no reason.
    Worker another = startVisible();
    NativeParker anotherParker = parkerOf(another);
    Await.until("the rescuer", Rescuer.INSTANCE::isRunning);
    shown.set(null);
    Worker worker =
        crew.start(() -> {
          parker().park(this, Deadlines.FOREVER, interruptible);
          over = true;
        });
    NativeParker parker = parkerOf(worker);
    NativeWait backend = Objects.requireNonNull(Backend.current());
    Await.until(
        "the wait is visible",
        () -> {
          int _ = backend.wake(parker.word, 1, false);
          assertThat(over).isFalse();
          return worker.thread().getState() == Thread.State.WAITING;
        });
    parker.unpark();
    worker.join();
    phase = 1;
    anotherParker.unpark();
    another.join();
  }

  @Test
  void demandOfATimeIsReadOrRefused() {
    assertThat(LongWaits.limit("0")).isZero();
    assertThat(LongWaits.limit("")).isEqualTo(16_000_000);
    assertThat(LongWaits.limit("500us")).isEqualTo(500_000);
    assertThat(LongWaits.limit("1ns")).isEqualTo(20_000);
    assertThat(LongWaits.limit("forever")).isEqualTo(Long.MAX_VALUE);
    for (String known : new String[] {"", "0", "0ms", "500us", "forever"}) {
      assertThat(LongWaits.unknown(known)).isNull();
    }
    for (String unknown : new String[] {"20", "-1ms", "soon", "1 s"}) {
      assertThat(LongWaits.unknown(unknown)).startsWith("-Dpawl.native.wait=" + unknown + " is");
    }
  }

  /** Parks until the phase has come. */
  private void park(int awaited) {
    NativeParker parker = parker();
    while (phase < awaited) {
      parker.park(this, Deadlines.FOREVER, false);
    }
  }

  private NativeParker parker() {
    NativeParker parker = new NativeParker(Permits.INSTANCE.ofCurrentThread());
    shown.set(parker);
    return parker;
  }

  private NativeParker parkerOf(Worker worker) {
    Await.until("the parker of " + worker.thread(), () -> shown.get() != null);
    return Objects.requireNonNull(shown.get());
  }

  /** Tells a thread to leave its wait, again and again, until all is over. */
  private Worker startTelling(NativeParker parker) {
    return crew.start(() -> {
      while (!over) {
        boolean _ = LongWaits.WATCH.tellToLeave(parker.word);
        Thread.onSpinWait();
      }
    });
  }

  @Test
  void noUnparkIsLostByAThreadThatIsToldToLeave() {
    Worker parking =
        crew.start(() -> {
          NativeParker parker = parker();
          for (int round = 1; round <= ROUNDS; round++) {
            while (phase < round) {
              switch (round % 3) {
                case 0 -> parker.park(this, Deadlines.FOREVER, false);
                case 1 -> parker.park(this, Deadlines.FOREVER, true);
                default -> parker.park(Deadlines.FOREVER);
              }
            }
          }
        });
    NativeParker parker = parkerOf(parking);
    Worker telling = startTelling(parker);
    for (int round = 1; round <= ROUNDS; round++) {
      phase = round;
      parker.unpark();
    }
    parking.join();
    over = true;
    telling.join();
  }

  @Test
  void noInterruptIsLostByAThreadThatIsToldToLeave() {
    Worker parking =
        crew.start(() -> {
          NativeParker parker = parker();
          for (int round = 1; round <= ROUNDS; round++) {
            phase = round;
            while (!Thread.interrupted()) {
              parker.park(this, Deadlines.FOREVER, true);
            }
          }
        });
    Worker telling = startTelling(parkerOf(parking));
    for (int round = 1; round <= ROUNDS; round++) {
      int awaited = round;
      Await.until("round " + round, () -> phase >= awaited);
      parking.interrupt();
    }
    parking.join();
    over = true;
    telling.join();
  }

  @Test
  void deadlineEndsTheWaitOfAThreadThatIsToldToLeave() {
    Worker parking =
        crew.start(() -> {
          NativeParker parker = parker();
          for (int round = 0; round < 2_000; round++) {
            long deadline = Deadlines.after(round % 4 * 20_000L);
            while (!Deadlines.passed(deadline)) {
              parker.park(this, deadline, round % 2 == 0);
            }
          }
        });
    Worker telling = startTelling(parkerOf(parking));
    parking.join();
    over = true;
    telling.join();
  }

  @Test
  void permitOfLockSupportThatIsLeftOverDoesNotKeepTheThreadAwake() {
    Worker worker =
        crew.start(() -> {
          java.util.concurrent.locks.LockSupport.unpark(Thread.currentThread());
          park(1);
        });
    worker.awaitBlocked();
    Await.until("the wait is visible", () -> worker.thread().getState() == Thread.State.WAITING);
    phase = 1;
    parkerOf(worker).unpark();
    worker.join();
  }
}
