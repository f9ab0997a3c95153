package io.pawl;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.internal.queue.LockQueue;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What both kinds of semaphore promise to threads that wait. */
@ParameterizedClass
@MethodSource("io.pawl.testing.Kit#kindsAndFairness")
class SemaphoreTest extends Kit {

  private final boolean fair;
  private final Semaphore semaphore;

  SemaphoreTest(ThreadKind kind, boolean fair) {
    super(kind);
    this.fair = fair;
    this.semaphore = new Semaphore(0, fair);
  }

  /** Starts a thread and waits until it waits for permits. */
  private Worker startWaiter(Worker.Task task) {
    int before = semaphore.getQueueLength();
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    assertThat(semaphore.getQueueLength()).isEqualTo(before + 1);
    return worker;
  }

  private void assertIdle(int permits) {
    Await.until("an empty queue", () -> !semaphore.hasQueuedThreads());
    assertThat(semaphore.availablePermits()).isEqualTo(permits);
  }

  // ---- Waiting

  @Test
  void everyWayOfAcquiringWaitsForARelease() {
    List<Worker.Task> ways =
        List.of(
            semaphore::acquire,
            semaphore::acquireUninterruptibly,
            () -> assertThat(semaphore.tryAcquire(1, HOURS)).isTrue(),
            () -> semaphore.acquire(1),
            () -> semaphore.acquireUninterruptibly(1),
            () -> assertThat(semaphore.tryAcquire(1, 1, HOURS)).isTrue());
    for (Worker.Task way : ways) {
      Worker waiter = startWaiter(way);
      assertThat(waiter.isDone()).isFalse();
      semaphore.release();
      waiter.join();
      assertIdle(0);
    }
  }

  @Test
  void waitersAreServedInTheOrderInWhichTheyCame() {
    List<Integer> order = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int index = i;
      expected.add(i);
      Worker _ =
          startWaiter(() -> {
            if (index % 3 == 0) {
              semaphore.acquireUninterruptibly();
            } else if (index % 3 == 1) {
              semaphore.acquire();
            } else {
              assertThat(semaphore.tryAcquire(1, HOURS)).isTrue();
            }
            order.add(index);
            semaphore.release();
          });
    }
    semaphore.release();
    crew.join();
    assertThat(order).isEqualTo(expected);
    assertIdle(1);
  }

  @Test
  void permitsReleasedTogetherServeManyWaiters() {
    for (int i = 0; i < 6; i++) {
      Worker _ = startWaiter(semaphore::acquire);
    }
    semaphore.release(6);
    crew.join();
    assertIdle(0);
  }

  @Test
  void waiterThatAsksForManyHoldsUpThoseBehindIt() {
    Worker many = startWaiter(() -> semaphore.acquire(3));
    Worker one = startWaiter(semaphore::acquire);
    semaphore.release(2);
    assertThat(semaphore.availablePermits()).isEqualTo(2);
    assertThat(semaphore.getQueueLength()).isEqualTo(2);
    semaphore.release();
    many.join();
    Await.until("one waits", () -> semaphore.getQueueLength() == 1);
    assertThat(one.isDone()).isFalse();
    semaphore.release();
    one.join();
    assertIdle(0);
  }

  @Test
  void waiterThatAsksForManyGetsThemOneByOne() {
    Worker many = startWaiter(() -> semaphore.acquire(5));
    for (int i = 1; i < 5; i++) {
      semaphore.release();
      assertThat(semaphore.availablePermits()).isEqualTo(i);
    }
    assertThat(many.isDone()).isFalse();
    semaphore.release();
    many.join();
    assertIdle(0);
  }

  @Test
  void waiterBehindOneThatGivesUpIsServed() {
    Worker many =
        startWaiter(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> semaphore.acquire(3)));
    Worker one = startWaiter(semaphore::acquire);
    Worker two = startWaiter(() -> semaphore.acquireUninterruptibly(2));
    semaphore.release(2);
    many.interrupt();
    many.join();
    one.join();
    assertThat(two.isDone()).isFalse();
    semaphore.release();
    two.join();
    assertIdle(0);
  }

  @Test
  void waiterBehindOneThatTimesOutIsServed() {
    Worker many = crew.start(() -> assertThat(semaphore.tryAcquire(3, 20, MILLISECONDS)).isFalse());
    Worker one = crew.start(semaphore::acquire);
    one.awaitBlocked();
    semaphore.release();
    many.join();
    one.join();
    assertIdle(0);
  }

  @Test
  void releaseOfNothingServesNobody() {
    Worker waiter = startWaiter(semaphore::acquire);
    semaphore.release(0);
    assertThat(waiter.isDone()).isFalse();
    assertThat(semaphore.getQueueLength()).isEqualTo(1);
    semaphore.release();
    waiter.join();
    assertIdle(0);
  }

  @Test
  void acquireOfNothingWaitsWhileThereAreFewerThanNone() {
    Semaphore negative = new Semaphore(-2, fair);
    Worker waiter = crew.start(() -> negative.acquire(0));
    waiter.awaitBlocked();
    assertThat(negative.tryAcquire(0)).isFalse();
    negative.release();
    assertThat(waiter.isDone()).isFalse();
    negative.release();
    waiter.join();
    assertThat(negative.availablePermits()).isZero();
  }

  @Test
  void waitersOfANegativeSemaphoreAreServedOnceThereIsEnough() {
    Semaphore negative = new Semaphore(-3, fair);
    Worker waiter = crew.start(() -> negative.acquire());
    waiter.awaitBlocked();
    negative.release(3);
    assertThat(waiter.isDone()).isFalse();
    assertThat(negative.getQueueLength()).isEqualTo(1);
    negative.release();
    waiter.join();
    assertThat(negative.availablePermits()).isZero();
  }

  // ---- Barging

  @Test
  void tryAcquireTakesWhatIsThereAlthoughOthersWait() {
    Worker many = startWaiter(() -> semaphore.acquire(3));
    semaphore.release(2);
    assertThat(semaphore.tryAcquire()).isTrue();
    assertThat(semaphore.tryAcquire(1)).isTrue();
    assertThat(semaphore.tryAcquire()).isFalse();
    semaphore.release(3);
    many.join();
    assertIdle(0);
  }

  @Test
  void newcomersQueueOnlyInAFairSemaphore() throws InterruptedException {
    Worker many = startWaiter(() -> semaphore.acquire(3));
    semaphore.release(2);
    assertThat(semaphore.tryAcquire(0, NANOSECONDS)).isEqualTo(!fair);
    assertThat(semaphore.tryAcquire(1, 1, MILLISECONDS)).isEqualTo(!fair);
    assertThat(semaphore.tryAcquire(0, 0, NANOSECONDS)).isEqualTo(!fair);
    semaphore.release(fair ? 1 : 3);
    many.join();
    assertIdle(0);
  }

  @Test
  void newcomerOfAFairSemaphoreIsServedAfterThoseBeforeIt() {
    Worker many = startWaiter(() -> semaphore.acquire(3));
    semaphore.release(2);
    Worker newcomer = crew.start(() -> semaphore.acquire());
    if (fair) {
      newcomer.awaitBlocked();
      assertThat(semaphore.availablePermits()).isEqualTo(2);
      semaphore.release(2);
    } else {
      newcomer.join();
      assertThat(semaphore.availablePermits()).isEqualTo(1);
      semaphore.release(2);
    }
    crew.join();
    assertThat(many.isDone()).isTrue();
    assertIdle(0);
  }

  @Test
  void waiterIsServedAlthoughOthersBarge() {
    semaphore.release();
    AtomicBoolean stop = new AtomicBoolean();
    Crew hammers = new Crew(ThreadKind.PLATFORM); // virtual ones would not let others run
    hammers.start(
        2,
        () -> {
          while (!stop.get()) {
            semaphore.acquireUninterruptibly();
            semaphore.release();
          }
        });
    Worker waiter =
        crew.start(() -> {
          for (int i = 0; i < 10; i++) {
            semaphore.acquire();
            semaphore.release();
          }
        });
    waiter.join();
    stop.set(true);
    hammers.join();
    assertIdle(1);
  }

  // ---- Timeouts

  @Test
  void timedTryAcquireIsNeverEarly() {
    for (long micros : new long[] {1, 100, 1_000, 10_000}) {
      Worker waiter =
          crew.start(() -> {
            long start = System.nanoTime();
            assertThat(semaphore.tryAcquire(micros, TimeUnit.MICROSECONDS)).isFalse();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(micros * 1_000);
          });
      waiter.join();
    }
    assertIdle(0);
  }

  @Test
  void timedTryAcquireGetsPermitsThatComeInTime() {
    for (long millis : new long[] {2_147, 2_148, 5_000_000, Long.MAX_VALUE}) {
      Worker waiter =
          startWaiter(() -> assertThat(semaphore.tryAcquire(2, millis, MILLISECONDS)).isTrue());
      semaphore.release(2);
      waiter.join();
    }
    assertIdle(0);
  }

  @Test
  void noTimeMeansNoWait() throws InterruptedException {
    assertThat(semaphore.tryAcquire(0, NANOSECONDS)).isFalse();
    assertThat(semaphore.tryAcquire(-1, HOURS)).isFalse();
    assertThat(semaphore.tryAcquire(1, Long.MIN_VALUE, HOURS)).isFalse();
    semaphore.release(2);
    assertThat(semaphore.tryAcquire(0, NANOSECONDS)).isTrue();
    assertThat(semaphore.tryAcquire(1, -1, HOURS)).isTrue();
    assertIdle(0);
  }

  // ---- Interrupts

  @Test
  void interruptedThreadDoesNotGetAPermitThatIsThere() {
    semaphore.release();
    List<ThrowingCallable> ways =
        List.of(
            semaphore::acquire,
            () -> semaphore.acquire(1),
            () -> semaphore.tryAcquire(1, HOURS),
            () -> semaphore.tryAcquire(1, 1, HOURS));
    Worker worker =
        crew.start(() -> {
          for (ThrowingCallable way : ways) {
            Thread.currentThread().interrupt();
            assertInterrupted(way);
          }
          Thread.currentThread().interrupt();
          assertThat(semaphore.tryAcquire()).isTrue();
          assertThat(Thread.interrupted()).isTrue();
        });
    worker.join();
    assertIdle(0);
  }

  @Test
  void interruptedWaiterDoesNotReportSuccess() {
    List<ThrowingCallable> ways =
        List.of(
            semaphore::acquire,
            () -> semaphore.acquire(2),
            () -> semaphore.tryAcquire(1, HOURS),
            () -> semaphore.tryAcquire(2, 1, HOURS));
    for (ThrowingCallable way : ways) {
      Worker waiter = startWaiter(() -> assertInterrupted(way));
      waiter.interrupt();
      waiter.join();
    }
    assertIdle(0);
  }

  private static void assertInterrupted(ThrowingCallable way) {
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(way);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void uninterruptibleWaiterWaitsOnAndPreservesTheStatus() {
    Worker waiter =
        startWaiter(() -> {
          semaphore.acquireUninterruptibly(2);
          assertThat(Thread.interrupted()).isTrue();
        });
    for (int i = 0; i < 3; i++) {
      waiter.interrupt();
    }
    semaphore.release();
    assertThat(waiter.isDone()).isFalse();
    semaphore.release();
    waiter.join();
    assertIdle(0);
  }

  @Test
  void interruptOfAWaiterInTheMiddleKeepsTheOrderOfTheOthers() {
    List<Integer> order = new ArrayList<>();
    List<Worker> waiters = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int index = i;
      waiters.add(
          startWaiter(() -> {
            try {
              semaphore.acquire();
            } catch (InterruptedException e) {
              return;
            }
            order.add(index);
            semaphore.release();
          }));
    }
    for (int index : new int[] {0, 3, 5}) {
      waiters.get(index).interrupt();
      waiters.get(index).join();
    }
    semaphore.release();
    crew.join();
    assertThat(order).containsExactly(1, 2, 4);
    assertIdle(1);
  }

  // ---- Changes of the number while threads wait

  @Test
  void drainingAWaitedForSemaphoreLeavesTheWaiters() {
    Worker many = startWaiter(() -> semaphore.acquire(3));
    semaphore.release(2);
    assertThat(semaphore.drainPermits()).isEqualTo(2);
    semaphore.release(3);
    many.join();
    assertIdle(0);
  }

  /** The permits are for a thread that has been woken in vain too often, and suffice for others. */
  @Test
  void attemptWithoutTimeTakesWhatIsThere() throws Exception {
    Assumptions.assumeFalse(fair);
    Worker waiter = startWaiter(() -> semaphore.acquire(3));
    Field queue = Semaphore.class.getDeclaredField("queue");
    queue.setAccessible(true);
    Field due = LockQueue.class.getDeclaredField("handOffDue");
    due.setAccessible(true);
    due.setBoolean(queue.get(semaphore), true);
    semaphore.release();
    assertThat(semaphore.tryAcquire(0, SECONDS)).isTrue();
    assertThat(semaphore.tryAcquire(-1, SECONDS)).isFalse();
    semaphore.release(3);
    waiter.join();
  }
}
