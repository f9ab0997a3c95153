package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Semaphore;
import io.pawl.internal.park.Deadlines;
import io.pawl.locks.Condvar;
import io.pawl.locks.Mutex;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the kinds of alternatives do in a wait for the first of several things, one thing going
 * wrong at a time. The order in which a thread enters the queues is random, so some are tried
 * several times.
 */
@ParameterizedClass
@EnumSource(
    value = ThreadKind.class,
    names = {"PLATFORM", "VIRTUAL"})
class AlternativesTest extends Kit {

  private static final int ORDERS = 20;

  private final Gate gate = new Gate();
  private final Semaphore semaphore = new Semaphore(0);
  private final Mutex mutex = new Mutex();

  AlternativesTest(ThreadKind kind) {
    super(kind);
  }

  /** A gate that can be closed again. */
  private static final class Gate extends GateQueue {
    private volatile boolean open;

    @Override
    protected boolean isOpen(int key) {
      return open;
    }

    void open() {
      open = true;
      opened();
    }
  }

  /** The open gate. */
  private class Passage extends GateAlternative {
    @Override
    protected boolean tryTake() {
      return gate.open;
    }

    @Override
    protected GateQueue queue() {
      return gate;
    }
  }

  /** Something that never comes. */
  private static class Never extends Alternative {
    @Override
    protected boolean tryTake() {
      return false;
    }

    @Override
    boolean enlist(Waiter w) {
      w.setStatus(Waiter.WAITING);
      return false;
    }

    @Override
    boolean retry(Waiter w) {
      throw new AssertionError("Nobody has notified it");
    }

    @Override
    void withdraw(Waiter w, boolean taken) {}
  }

  private static FirstOf firstOf(Alternative one, Alternative other) {
    FirstOf first = new FirstOf();
    first.add(one);
    first.add(other);
    return first;
  }

  private Worker startTaking(Alternative expected, Alternative other) {
    FirstOf first = firstOf(expected, other);
    return crew.start(
        () -> assertThat(first.at(first.await(this, Deadlines.FOREVER))).isSameAs(expected));
  }

  // ---- Gates

  @Test
  void gateThatOpensWhileTheThreadEntersTheQueuesIsFoundOpen() {
    for (int order = 0; order < ORDERS; order++) {
      gate.open = false;
      Never opener =
          new Never() {
            @Override
            boolean enlist(Waiter w) {
              gate.open();
              return super.enlist(w);
            }
          };
      startTaking(new Passage(), opener).join();
      assertThat(gate.isEmpty()).isTrue();
    }
  }

  @Test
  void gateIsLookedAtAgainWhenTheThreadHasEnteredItsQueueAgain() {
    CountDownLatch over = new CountDownLatch(1);
    Passage passage =
        new Passage() {
          private int looks;

          // Before the wait and in it, closed; notified, closed again; listed again, open.
          @Override
          protected boolean tryTake() {
            looks++;
            if (looks == 3) {
              awaitCalmly(over);
            }
            return looks == 4;
          }
        };
    Worker taking = startTaking(passage, new Never());
    taking.awaitBlocked();
    gate.open();
    over.countDown();
    taking.join();
    assertThat(gate.isEmpty()).isTrue();
  }

  private static void awaitCalmly(CountDownLatch latch) {
    try {
      assertThat(latch.await(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- Permits

  @Test
  void permitThatIsLeftReachesTheThreadBehind() {
    Worker taking = startTaking(QueueAccess.alternativeOf(semaphore, 1), new Never());
    taking.awaitBlocked();
    Worker behind = crew.start(semaphore::acquire);
    behind.awaitBlocked();
    semaphore.release(2);
    taking.join();
    behind.join();
    assertThat(semaphore.hasQueuedThreads()).isFalse();
  }

  // ---- Conditions

  @Test
  @SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
  void threadThatIsSignalledInVainWaitsForTheNextSignal() {
    Condvar condition = mutex.newCondition();
    int[] looks = new int[1];
    ConditionAlternative third =
        new ConditionAlternative(mutex, QueueAccess.queueOf(condition)) {
          // Before the wait, in it, and signalled, there is nothing.
          @Override
          protected boolean takeHeld() {
            return ++looks[0] == 4;
          }
        };
    Worker taking = startTaking(third, new Never());
    taking.awaitBlocked();
    for (int signals = 0; signals < 2; signals++) {
      Await.until("it waits for the condition", () -> hasWaiters(condition));
      mutex.lock();
      assertThat(looks[0]).isEqualTo(2 + signals);
      condition.signal();
      mutex.unlock();
    }
    taking.join();
  }

  private boolean hasWaiters(Condvar condition) {
    mutex.lock();
    try {
      return condition.hasWaiters();
    } finally {
      mutex.unlock();
    }
  }

  // ---- All

  /** As S3 of FirstOf has it. */
  @Test
  void wakeThatComesWhileTheThreadEntersTheQueuesIsNotSleptThrough() {
    for (int order = 0; order < ORDERS; order++) {
      Waked waked = new Waked();
      startTaking(waked, new Waking(waked)).join();
    }
  }

  private static final class Waked extends Never {
    private @Nullable Waiter record;
    private boolean isLate;

    @Override
    boolean enlist(Waiter w) {
      record = w;
      return super.enlist(w) || isLate;
    }

    @Override
    boolean retry(Waiter w) {
      return true;
    }
  }

  /** Notifies the other's record and uses up the permit that comes with it, as a wait would. */
  private static final class Waking extends Never {
    private final Waked other;

    Waking(Waked other) {
      this.other = other;
    }

    @Override
    boolean enlist(Waiter w) {
      Waiter record = other.record;
      if (record == null) {
        other.isLate = true;
      } else {
        record.setStatus(Waiter.NOTIFIED);
        record.parker().unpark();
        record.parker().park(this, Deadlines.after(TimeUnit.HOURS.toNanos(1)), false);
      }
      return super.enlist(w);
    }
  }

  /** As S4 of FirstOf has it: it would be lost. */
  @Test
  void errorThatComesAfterSomethingHasBeenTakenIsNotThrown() {
    for (int order = 0; order < ORDERS; order++) {
      Never failing =
          new Never() {
            @Override
            void withdraw(Waiter w, boolean taken) {
              throw new OutOfMemoryError("for the test");
            }
          };
      Worker taking = startTaking(QueueAccess.alternativeOf(semaphore, 1), failing);
      taking.awaitBlocked();
      semaphore.release();
      taking.join();
      assertThat(semaphore.hasQueuedThreads()).isFalse();
    }
  }
}
