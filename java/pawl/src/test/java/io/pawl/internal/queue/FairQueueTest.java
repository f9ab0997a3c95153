package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.park.Deadlines;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Grants, hand-offs and looks, with a lock whose state the test moves as it likes. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class FairQueueTest extends Kit {

  private static final int FREE = 0;
  private static final int HELD = 1;

  private final AtomicInteger state = new AtomicInteger(HELD);
  private final Lock queue = new Lock();

  FairQueueTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startWaiter() {
    int before = queue.size();
    Worker waiter =
        crew.start(() -> {
          int _ = queue.acquire(this, AcquireQueue.EXCLUSIVE, false, Deadlines.FOREVER);
        });
    Await.until("the waiter is counted", () -> queue.size() == before + 1);
    return waiter;
  }

  private void free() {
    state.set(FREE);
    queue.released();
  }

  @Test
  void aReleaseGrantsTheLockToTheFirst() {
    Worker first = startWaiter();
    Worker second = startWaiter();
    free();
    assertThat(state).as("granted before the release has returned").hasValue(HELD);
    first.join();
    assertThat(second.isDone()).isFalse();
    free();
    second.join();
  }

  /** I4 */
  @Test
  void aWaiterThatHasBeenPassedOverTooOftenIsHandedTheLock() {
    Worker waiter = startWaiter();
    for (int look = 0; look < 30; look++) {
      queue.released();
      assertThat(queue.isHandOffDue()).as("due after %d looks", look + 1).isFalse();
    }
    queue.released();
    assertThat(queue.isHandOffDue()).isTrue();
    assertThat(queue.handOff()).isTrue();
    waiter.join();
    assertThat(state).hasValue(HELD);
    assertThat(queue.isHandOffDue()).isFalse();
  }

  @Test
  void aHandOffThatFindsNobodyIsNotDueAnyLonger() {
    Worker waiter =
        crew.start(() -> {
          int _ = queue.acquire(this, AcquireQueue.EXCLUSIVE, true, Deadlines.FOREVER);
        });
    Await.until("the waiter is counted", () -> queue.size() == 1);
    for (int look = 0; look <= 30; look++) {
      queue.released();
    }
    waiter.interrupt();
    waiter.join();
    assertThat(queue.isHandOffDue()).isTrue();
    assertThat(queue.handOff()).isFalse();
    assertThat(queue.isHandOffDue()).isFalse();
  }

  /** I3 (c): the state is had for a waiter that gives up in that moment. */
  @Test
  void whatWasHadForAWaiterThatHasGivenUpGoesToTheNext() {
    Worker leaver =
        crew.start(() -> {
          int _ = queue.acquire(this, AcquireQueue.EXCLUSIVE, true, Deadlines.FOREVER);
        });
    Await.until("the leaver is counted", () -> queue.size() == 1);
    Worker next = startWaiter();
    queue.between =
        () -> {
          leaver.interrupt();
          leaver.join();
        };
    free();
    next.join();
    assertThat(state).hasValue(HELD);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aWaiterThatIsRefusedIsToldSo() {
    Worker waiter =
        crew.start(() -> {
          try {
            int _ = queue.acquire(this, AcquireQueue.EXCLUSIVE, false, Deadlines.FOREVER);
          } catch (Error e) {
            assertThat(e).hasMessage("Maximum lock count exceeded");
            return;
          }
          throw new AssertionError("granted");
        });
    Await.until("the waiter is counted", () -> queue.size() == 1);
    queue.refuses = true;
    queue.released();
    waiter.join();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void theQueueShowsWhoWaitsWhetherItSpinsOrSleeps() {
    Worker first = startWaiter();
    Worker second = startWaiter();
    assertThat(queue.threads()).containsExactly(first.thread(), second.thread());
    free();
    first.join();
    assertThat(queue.threads()).containsExactly(second.thread());
    free();
    second.join();
    assertThat(queue.threads()).isEmpty();
  }

  private final class Lock extends FairQueue {
    volatile boolean refuses;

    /** What happens once between having the state and granting it. */
    volatile Runnable between = () -> {};

    @Override
    protected boolean isAvailable(int ask) {
      return state.get() == FREE;
    }

    @Override
    protected boolean tryGrant(int ask) {
      if (!state.compareAndSet(FREE, HELD)) {
        return false;
      }
      Runnable once = between;
      between = () -> {};
      once.run();
      return true;
    }

    @Override
    protected void putBack(int ask) {
      state.set(FREE);
    }

    @Override
    protected boolean isRefused(int ask) {
      return refuses;
    }

    @Override
    protected void giveBack(int ask) {
      throw new AssertionError("nobody gives back");
    }
  }
}
