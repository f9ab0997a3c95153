package io.pawl.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Actions that run after a grace period. */
@Limit(30)
class DeferTest {

  private final Rcu rcu = new Rcu();
  private final Crew crew = new Crew(ThreadKind.MIXED);

  @Test
  void actionsRunInOrderAfterTheReadersHaveLeft() throws InterruptedException {
    List<Integer> order = new CopyOnWriteArrayList<>();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean left = new AtomicBoolean();
    Worker _ =
        crew.start(() -> {
          long section = rcu.enter();
          inside.countDown();
          release.await();
          left.set(true);
          rcu.exit(section);
        });
    inside.await();
    for (int i = 0; i < 100; i++) {
      int number = i;
      rcu.defer(() -> {
        assertThat(left).isTrue();
        order.add(number);
      });
    }
    assertThat(order).isEmpty();
    release.countDown();
    rcu.barrier();
    assertThat(order).hasSize(100).isSorted();
  }

  @Test
  void actionsMayBeDeferredInsideOfASectionAndByActions() throws InterruptedException {
    CountDownLatch nested = new CountDownLatch(1);
    long section = rcu.enter();
    rcu.defer(() -> rcu.defer(nested::countDown));
    rcu.exit(section);
    nested.await();
  }

  @Test
  void actionThatThrowsDoesNotStopTheOthers() throws InterruptedException {
    AtomicReference<Throwable> reported = new AtomicReference<>();
    AtomicBoolean next = new AtomicBoolean();
    ArithmeticException failure = new ArithmeticException("for the test");
    long section = rcu.enter(); // one thread runs all of them, for it cannot end before
    rcu.defer(() ->
        Thread.currentThread()
            .setUncaughtExceptionHandler((_, thrown) -> {
              reported.set(thrown);
              throw new IllegalStateException("ignored");
            }));
    rcu.defer(() -> {
      throw failure;
    });
    rcu.defer(() -> next.set(true));
    rcu.exit(section);
    rcu.barrier();
    assertThat(next).isTrue();
    assertThat(reported.get()).isSameAs(failure);
  }

  @Test
  void interruptedStatusOfAnActionDoesNotReachTheNext() throws InterruptedException {
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    long section = rcu.enter(); // one thread runs both, for it cannot end before
    rcu.defer(() -> Thread.currentThread().interrupt());
    rcu.defer(() -> interrupted.add(Thread.currentThread().isInterrupted()));
    rcu.exit(section);
    rcu.barrier();
    assertThat(interrupted).containsExactly(false);
  }

  @Test
  void actionMayWaitForAGracePeriodButNotForItself() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    rcu.defer(() -> {
      rcu.synchronize();
      try {
        rcu.barrier();
      } catch (IllegalStateException | InterruptedException e) {
        thrown.set(e);
      }
    });
    rcu.barrier();
    assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void barrierRespondsToInterrupts() {
    long section = rcu.enter();
    Worker waiter =
        crew.start(
            () -> assertThatExceptionOfType(InterruptedException.class).isThrownBy(rcu::barrier));
    waiter.awaitBlocked();
    waiter.interrupt();
    waiter.join();
    rcu.exit(section);
  }

  @Test
  void everyActionOfManyThreadsRunsOnce() {
    AtomicInteger deferred = new AtomicInteger();
    AtomicInteger run = new AtomicInteger();
    List<Rounds.Part> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      parts.add(_ -> {
        for (int k = 0; k < 10; k++) {
          deferred.incrementAndGet();
          rcu.defer(run::incrementAndGet);
        }
      });
    }
    int _ =
        Rounds.play(
            crew,
            5_000,
            _ -> Await.until("all actions", () -> run.get() == deferred.get()),
            parts.toArray(Rounds.Part[]::new));
    assertThat(run.get()).isPositive().isEqualTo(deferred.get());
  }
}
