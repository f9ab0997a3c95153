package io.pawl.stress.program;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A task of a {@link ThreadPool} and what comes of it. */
final class Result<T> {

  /** What has become of a task. */
  enum State {
    WAITING,
    RUNNING,
    DONE,
    FAILED,
    CANCELLED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Condition begun = lock.newCondition();
  private final Callable<T> task;
  private State state = State.WAITING;
  private @Nullable Thread runner;
  private @Nullable T value;

  Result(Callable<T> task) {
    this.task = task;
  }

  /** Runs the task in the current thread unless it has been cancelled. */
  @SuppressWarnings("CatchingUnchecked") // a task may throw what it likes
  void run() {
    if (!begin()) {
      return;
    }
    T made = null;
    State end = State.FAILED;
    try {
      made = task.call();
      end = State.DONE;
    } catch (Exception e) {
      // The state tells.
    } finally {
      end(end, made);
    }
  }

  private boolean begin() {
    lock.lock();
    try {
      if (state != State.WAITING) {
        return false;
      }
      state = State.RUNNING;
      runner = Thread.currentThread();
      begun.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void end(State how, @Nullable T made) {
    lock.lock();
    try {
      runner = null;
      if (state == State.RUNNING) {
        state = how;
        value = made;
      }
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the task runs, or has ended. */
  void awaitBegun() throws InterruptedException {
    lock.lock();
    try {
      while (state == State.WAITING) {
        begun.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Cancels the task and interrupts the thread that runs it; false if the task has ended. */
  boolean cancel() {
    lock.lock();
    try {
      if (state != State.WAITING && state != State.RUNNING) {
        return false;
      }
      state = State.CANCELLED;
      if (runner != null) {
        runner.interrupt();
      }
      begun.signalAll();
      ended.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end of the task. */
  State await(long time, TimeUnit unit) throws InterruptedException, TimeoutException {
    long nanos = unit.toNanos(time);
    lock.lockInterruptibly();
    try {
      while (state == State.WAITING || state == State.RUNNING) {
        if (nanos <= 0) {
          throw new TimeoutException();
        }
        nanos = ended.awaitNanos(nanos);
      }
      return state;
    } finally {
      lock.unlock();
    }
  }

  /** What the task has returned. */
  @Nullable T value() {
    lock.lock();
    try {
      return value;
    } finally {
      lock.unlock();
    }
  }
}
