package io.pawl.stress.program;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A fixed number of threads for tasks, of which a bounded number may be under way. */
final class ThreadPool {

  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Result<?>> queue = new ArrayDeque<>();
  private final Semaphore places;
  private final CountDownLatch live;
  private final List<Thread> workers = new ArrayList<>();
  private boolean shutDown;

  ThreadPool(Crowd crowd, int threads, int places, boolean fair) {
    this.places = new Semaphore(places, fair);
    live = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      workers.add(crowd.start(this::work));
    }
  }

  /** Hands over a task, waiting for a place. */
  <T> Result<T> submit(Callable<T> task) throws InterruptedException {
    places.acquire();
    return enqueue(task);
  }

  /** Hands over a task if there is a place within the time. */
  <T> @Nullable Result<T> trySubmit(Callable<T> task, long time, TimeUnit unit)
      throws InterruptedException {
    return places.tryAcquire(time, unit) ? enqueue(task) : null;
  }

  private <T> Result<T> enqueue(Callable<T> task) {
    Result<T> result = new Result<>(task);
    lock.lock();
    try {
      if (shutDown) {
        places.release();
        throw new RejectedExecutionException();
      }
      queue.add(result);
      changed.signal();
    } finally {
      lock.unlock();
    }
    return result;
  }

  private void work() {
    try {
      for (Result<?> task = next(); task != null; task = next()) {
        task.run();
        places.release();
      }
    } finally {
      live.countDown();
    }
  }

  /** The next task; null to end. An interrupt is meant for a task, not for the thread. */
  private @Nullable Result<?> next() {
    lock.lock();
    try {
      while (queue.isEmpty() && !shutDown) {
        try {
          changed.await();
        } catch (InterruptedException e) {
          // Looks again.
        }
      }
      boolean _ = Thread.interrupted();
      return queue.poll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more tasks; those that were taken are run. */
  void shutDown() {
    lock.lock();
    try {
      shutDown = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more tasks and interrupts those that run; how many will never run. */
  int shutDownNow() {
    lock.lock();
    try {
      shutDown = true;
      int left = queue.size();
      queue.clear();
      places.release(left);
      changed.signalAll();
      return left;
    } finally {
      lock.unlock();
      workers.forEach(Thread::interrupt);
    }
  }

  boolean awaitTermination(long time, TimeUnit unit) throws InterruptedException {
    return live.await(time, unit);
  }

  int freePlaces() {
    return places.availablePermits();
  }
}
