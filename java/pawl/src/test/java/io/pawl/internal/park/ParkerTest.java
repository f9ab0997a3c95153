package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a parker promises, whichever kind the thread and the backend call for. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class ParkerTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final AtomicReference<@Nullable Parker> shown = new AtomicReference<>();
  private volatile int phase;

  ParkerTest(ThreadKind kind) {
    super(kind);
  }

  private Parker parkerOf(Worker worker) {
    Await.until("the parker", () -> shown.get() != null);
    Parker parker = Objects.requireNonNull(shown.get());
    assertThat(parker.thread()).isEqualTo(worker.thread());
    return parker;
  }

  /** Starts a thread that makes its parker known and then runs the task with it. */
  private Worker startWithParker(ParkerTask task) {
    return crew.start(() -> {
      Parker parker =
          Thread.currentThread().isVirtual()
              ? Parker.createVirtual()
              : Parker.create(Permits.INSTANCE.ofCurrentThread());
      shown.set(parker);
      task.run(parker);
    });
  }

  private interface ParkerTask {
    void run(Parker parker) throws Exception;
  }

  @Test
  void permitMakesTheNextParkReturn() {
    Worker worker =
        startWithParker(parker -> {
          parker.unpark();
          parker.unpark();
          parker.park(this, Deadlines.FOREVER, false);
          parker.unpark();
          parker.park(this, Deadlines.FOREVER, true);
        });
    worker.join();
  }

  @Test
  void permitsDoNotAccumulate() {
    Worker worker =
        startWithParker(parker -> {
          parker.unpark();
          parker.unpark();
          parker.park(this, Deadlines.FOREVER, false);
          long start = System.nanoTime();
          boolean slept = false;
          for (int i = 0; i < 3 && !slept; i++) {
            start = System.nanoTime();
            parker.park(this, Deadlines.after(2_000_000), false);
            slept = System.nanoTime() - start >= 2_000_000;
          }
          assertThat(slept).isTrue();
        });
    worker.join();
  }

  @Test
  void unparkWakesAParkedThreadWhoseBlockerIsShown() {
    Object blocker = new Object();
    Worker worker =
        startWithParker(parker -> {
          while (phase == 0) {
            parker.park(blocker, Deadlines.FOREVER, false);
          }
          assertThat(LockSupport.getBlocker(Thread.currentThread())).isNull();
        });
    Parker parker = parkerOf(worker);
    worker.awaitBlocked();
    assertThat(LockSupport.getBlocker(worker.thread())).isSameAs(blocker);
    phase = 1;
    parker.unpark();
    worker.join();
  }

  @Test
  void parkReturnsWhenTheDeadlinePasses() {
    Worker worker =
        startWithParker(parker -> {
          for (boolean interruptible : new boolean[] {false, true}) {
            long deadline = Deadlines.after(2_000_000);
            while (!Deadlines.passed(deadline)) {
              parker.park(this, deadline, interruptible);
            }
            parker.park(this, System.nanoTime() - 1, interruptible);
          }
        });
    worker.join();
  }

  @Test
  void interruptEndsAnInterruptibleParkAndIsKept() {
    Worker worker =
        startWithParker(parker -> {
          while (!Thread.currentThread().isInterrupted()) {
            parker.park(this, Deadlines.FOREVER, true);
          }
          parker.park(this, Deadlines.FOREVER, true);
          assertThat(Thread.interrupted()).isTrue();
        });
    worker.awaitBlocked();
    worker.interrupt();
    worker.join();
  }

  @Test
  void noInterruptIsLostWhenItRacesThePark() {
    Worker parking =
        startWithParker(parker -> {
          for (int round = 1; round <= ROUNDS; round++) {
            phase = round;
            while (!Thread.interrupted()) {
              parker.park(this, Deadlines.FOREVER, true);
            }
          }
        });
    for (int round = 1; round <= ROUNDS; round++) {
      for (int spins = 0; phase < round; spins++) {
        Thread.onSpinWait();
        if (spins > 10_000) {
          int awaited = round;
          Await.until("round " + round, () -> phase >= awaited);
        }
      }
      parking.interrupt();
    }
    parking.join();
  }

  @Test
  void noUnparkIsLostWhenItRacesThePark() {
    Worker parking =
        startWithParker(parker -> {
          for (int round = 1; round <= ROUNDS; round++) {
            while (phase < round) {
              parker.park(this, Deadlines.FOREVER, round % 2 == 0);
            }
          }
        });
    Parker parker = parkerOf(parking);
    for (int round = 1; round <= ROUNDS; round++) {
      phase = round;
      parker.unpark();
    }
    parking.join();
  }
}
