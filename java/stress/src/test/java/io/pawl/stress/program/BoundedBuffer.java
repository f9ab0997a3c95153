package io.pawl.stress.program;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A blocking queue with a bound, that can be closed. */
final class BoundedBuffer<E> {

  private final ReentrantLock lock;
  private final Condition notEmpty;
  private final Condition notFull;
  private final Queue<E> items = new ArrayDeque<>();
  private final int capacity;
  private boolean closed;

  BoundedBuffer(int capacity, boolean fair) {
    this.capacity = capacity;
    lock = new ReentrantLock(fair);
    notEmpty = lock.newCondition();
    notFull = lock.newCondition();
  }

  void put(E item) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (items.size() == capacity) {
        notFull.await();
      }
      items.add(item);
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  boolean offer(E item, long time, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(time);
    lock.lockInterruptibly();
    try {
      while (items.size() == capacity) {
        if (nanos <= 0) {
          return false;
        }
        nanos = notFull.awaitNanos(nanos);
      }
      items.add(item);
      notEmpty.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The next item; null if the buffer is closed and empty. */
  @Nullable E take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (items.isEmpty() && !closed) {
        notEmpty.await();
      }
      return remove();
    } finally {
      lock.unlock();
    }
  }

  /** The next item; null if there is none within the time. */
  @Nullable E poll(long time, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(time);
    if (!lock.tryLock(time, unit)) {
      return null;
    }
    try {
      while (items.isEmpty() && !closed && nanos > 0) {
        nanos = notEmpty.awaitNanos(nanos);
      }
      return remove();
    } finally {
      lock.unlock();
    }
  }

  /** Moves all that is there. */
  void drainTo(Collection<? super E> target) {
    lock.lock();
    try {
      for (E item = remove(); item != null; item = remove()) {
        target.add(item);
      }
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      notEmpty.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed && items.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable E remove() {
    if (!lock.isHeldByCurrentThread()) {
      throw new AssertionError("Returned from a wait without the lock");
    }
    E item = items.poll();
    if (item != null) {
      notFull.signal();
    }
    return item;
  }
}
