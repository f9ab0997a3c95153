package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.park.Deadlines;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The plain queue: order, cancellation, and wakes that are passed on. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class WaitQueueTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final WaitQueue queue = new WaitQueue();
  private final ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
  private volatile boolean go;

  WaitQueueTest(ThreadKind kind) {
    super(kind);
  }

  /** Waits until woken or the deadline; false if it timed out. */
  private boolean await(long deadline, boolean front) {
    Waiter waiter = Waiter.take();
    queue.announce(waiter);
    queue.list(waiter, front);
    boolean woken = true;
    while (waiter.status() == Waiter.WAITING) {
      if (Deadlines.passed(deadline) && queue.cancel(waiter)) {
        woken = false;
        break;
      }
      waiter.parker().park(queue, deadline, false);
    }
    queue.depart();
    waiter.release();
    return woken;
  }

  private Worker startWaiter(int index, boolean front) {
    Worker worker =
        crew.start(() -> {
          assertThat(await(Deadlines.FOREVER, front)).isTrue();
          order.add(index);
        });
    worker.awaitBlocked();
    return worker;
  }

  private void wakeAndAwait(int count, int expected) {
    queue.wake(count);
    Await.until(expected + " woken", () -> order.size() == expected);
  }

  @Test
  void emptyQueueWakesNobody() {
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.size()).isZero();
    assertThat(queue.threads()).isEmpty();
    queue.wake(1);
    queue.wake(Integer.MAX_VALUE);
    assertThat(await(Deadlines.after(1_000_000), false)).isFalse();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void waitersAreWokenInOrder() {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      threads.add(startWaiter(i, false).thread());
    }
    assertThat(queue.threads()).isEqualTo(threads);
    assertThat(queue.size()).isEqualTo(5);
    for (int i = 1; i <= 3; i++) {
      wakeAndAwait(1, i);
    }
    assertThat(queue.threads()).isEqualTo(threads.subList(3, 5));
    wakeAndAwait(1, 4);
    wakeAndAwait(Integer.MAX_VALUE, 5);
    crew.join();
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void waiterListedAtTheFrontComesFirst() {
    Worker _ = startWaiter(0, false);
    Worker _ = startWaiter(1, false);
    Worker _ = startWaiter(2, true);
    for (int i = 1; i <= 3; i++) {
      wakeAndAwait(1, i);
    }
    crew.join();
    assertThat(order).containsExactly(2, 0, 1);
  }

  @Test
  void cancelledWaitersAreSkippedAndForgotten() {
    Worker _ = startWaiter(0, false);
    Worker leaving = crew.start(() -> assertThat(await(Deadlines.after(1), false)).isFalse());
    leaving.join();
    Worker _ = startWaiter(1, false);
    assertThat(queue.size()).isEqualTo(2);
    wakeAndAwait(2, 2);
    crew.join();
    assertThat(queue.isEmpty()).isTrue();
  }

  /** Each round has as many wakes as waiters that do not time out need. */
  @Test
  void wakesThatRaceCancellationReachTheOthers() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              go = false;
              assertThat(queue.isEmpty()).isTrue();
              assertThat(queue.threads()).isEmpty();
            },
            _ -> {
              if (await(Deadlines.after(ThreadLocalRandom.current().nextInt(60_000)), false)) {
                queue.wake(1);
              }
            },
            _ -> awaitGo(),
            _ -> {
              if (await(Deadlines.after(ThreadLocalRandom.current().nextInt(60_000)), true)) {
                queue.wake(1);
              }
            },
            _ -> {
              Rounds.dawdle();
              go = true;
              queue.wake(1);
            });
    assertThat(rounds).isPositive();
  }

  /** The protocol of a waiter: announce, list, look, park. */
  private void awaitGo() {
    while (!go) {
      Waiter waiter = Waiter.take();
      queue.announce(waiter);
      queue.list(waiter, false);
      if (go) {
        if (!queue.cancel(waiter)) {
          queue.wake(1);
        }
      } else {
        while (waiter.status() == Waiter.WAITING) {
          waiter.parker().park(queue, Deadlines.FOREVER, false);
        }
      }
      queue.depart();
      waiter.release();
    }
    queue.wake(1);
  }

  @Test
  void recordsOfPlatformThreadsAreReused() {
    Worker worker =
        crew.start(() -> {
          Waiter first = Waiter.take();
          Waiter second = Waiter.take();
          assertThat(second).isNotSameAs(first);
          assertThat(first.thread()).isSameAs(Thread.currentThread());
          second.release();
          first.release();
          if (kind == ThreadKind.PLATFORM) {
            assertThat(Waiter.take()).isSameAs(first);
            assertThat(Waiter.take()).isSameAs(second);
          }
        });
    worker.join();
  }
}
