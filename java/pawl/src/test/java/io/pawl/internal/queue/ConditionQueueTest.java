package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.internal.park.Deadlines;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A wait for a condition, of a lock that fails: I3. */
@ParameterizedClass
@EnumSource
class ConditionQueueTest extends Kit {

  private final FailingLock lock = new FailingLock();
  private final ConditionQueue condition = new ConditionQueue(lock);

  ConditionQueueTest(ThreadKind kind) {
    super(kind);
  }

  private void await() {
    int _ = condition.await(this, false, Deadlines.FOREVER);
  }

  private Worker startWaiter() {
    return crew.start(() -> {
      lock.acquire();
      await();
      lock.release();
    });
  }

  private void signal() {
    lock.acquire();
    condition.signal(false);
    lock.release();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatTheReleaseThrowsEndsTheWaitWithTheLockAndNoSignalIsLost(boolean signalled) {
    AtomicReference<@Nullable Worker> other = new AtomicReference<>();
    lock.afterRelease =
        () -> {
          lock.afterRelease = null;
          Worker waiter = startWaiter();
          other.set(waiter);
          waiter.awaitBlocked();
          if (signalled) {
            crew.start(this::signal).join();
          }
          throw new StackOverflowError();
        };
    crew.start(
            () -> {
              lock.acquire();
              assertThatThrownBy(this::await).isInstanceOf(StackOverflowError.class);
              assertThat(lock.isHeldByCurrentThread()).isTrue();
              lock.release();
            })
        .join();
    if (!signalled) {
      crew.start(this::signal).join();
    }
    Objects.requireNonNull(other.get()).join();
    assertThat(lock.isFree()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoCannotQueueForTheLockTriesPastThoseWhoDo(boolean signalled) {
    Worker waiter =
        crew.start(() -> {
          lock.acquire();
          lock.unableToQueue = Thread.currentThread();
          int _ = condition.await(this, false, signalled ? Deadlines.FOREVER : Deadlines.after(1));
          lock.unableToQueue = null;
          assertThat(lock.isHeldByCurrentThread()).isTrue();
          lock.release();
        });
    if (signalled) {
      waiter.awaitBlocked();
      signal();
    }
    waiter.join();
    assertThat(lock.isFree()).isTrue();
  }

  /** A lock that fails as it is told. */
  private static final class FailingLock extends AcquireQueue implements ConditionLock {
    private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
    private volatile @Nullable Runnable afterRelease;
    private volatile @Nullable Thread unableToQueue;

    FailingLock() {}

    boolean isFree() {
      return owner.get() == null;
    }

    void release() {
      owner.set(null);
      released();
    }

    @Override
    public boolean tryAcquire() {
      return owner.compareAndSet(null, Thread.currentThread());
    }

    @Override
    protected boolean tryAcquire(int ask) {
      return tryAcquire();
    }

    @Override
    protected boolean isAvailable(int reason) {
      return isFree();
    }

    @Override
    protected void giveBack(int ask) {
      release();
    }

    @Override
    public boolean isHeldByCurrentThread() {
      return owner.get() == Thread.currentThread();
    }

    @Override
    public long heldAs() {
      return 1;
    }

    @Override
    public void releaseFully() {
      release();
      Runnable after = afterRelease;
      if (after != null) {
        after.run();
      }
    }

    @Override
    public void reacquired(long heldAs) {
      owner.set(Thread.currentThread());
    }

    @Override
    public void acquire() {
      if (unableToQueue == Thread.currentThread()) {
        throw new StackOverflowError();
      }
      if (!tryAcquire()) {
        int _ = acquire(this, EXCLUSIVE, false, Deadlines.FOREVER);
      }
    }

    @Override
    public RequeueTarget queue() {
      return this;
    }

    @Override
    public Object blocker() {
      return this;
    }
  }
}
