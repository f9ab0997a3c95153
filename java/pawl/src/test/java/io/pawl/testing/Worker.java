package io.pawl.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One thread of a test, whose failure is the test's. */
public final class Worker {

  /** What a worker does. */
  @FunctionalInterface
  public interface Task {
    void run() throws Exception;
  }

  private final Thread thread;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Throwable thrown;

  Worker(ThreadKind kind, int index, Task task) {
    thread = kind.newThread(index, () -> run(task));
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it is, join() rethrows it
  private void run(Task task) {
    try {
      task.run();
    } catch (Throwable t) {
      thrown = t;
    } finally {
      done.countDown();
    }
  }

  /** The thread. */
  public Thread thread() {
    return thread;
  }

  /** Interrupts the thread. */
  public void interrupt() {
    thread.interrupt();
  }

  /** Whether the task has ended. */
  public boolean isDone() {
    return done.getCount() == 0;
  }

  /** Waits until the thread blocks, as thread dumps would show it. */
  public void awaitBlocked() {
    Await.until(thread + " blocks", () -> LockSupport.getBlocker(thread) != null);
  }

  /** Waits for the end of the task; fails as it failed, or if it does not end. */
  public void join() {
    try {
      if (!done.await(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("Still running: " + Threads.dump(thread) + Threads.dump());
      }
    } catch (InterruptedException e) {
      throw new AssertionError("Interrupted while waiting for " + thread, e);
    }
    Throwable failure = thrown;
    if (failure != null) {
      throw new AssertionError(thread + " failed: " + failure, failure);
    }
  }
}
