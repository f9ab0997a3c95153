package io.pawl.benchmarks;

import io.pawl.examples.locks.Condvar1;
import io.pawl.examples.locks.Condvar2;
import io.pawl.examples.locks.Mutex3;
import io.pawl.locks.Condvar;
import io.pawl.locks.Mutex;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A lock with one condition: what the benchmarks see of an implementation. */
interface Monitor {
  void lock();

  void unlock();

  void await() throws InterruptedException;

  void signal();

  void signalAll();

  static Monitor of(String name) {
    return switch (name) {
      case "Mutex" -> new OfMutex();
      case "ReentrantLock" -> new OfReentrantLock();
      case "PawlReentrantLock" -> new OfPawlReentrantLock();
      case "BookCondvar1" -> new OfBook(new Condvar1());
      case "BookCondvar2" -> new OfBook(new Condvar2());
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Pawl's. */
  final class OfMutex implements Monitor {
    private final Mutex lock = new Mutex();
    private final Condvar condition = lock.newCondition();

    @Override
    public void lock() {
      lock.lock();
    }

    @Override
    public void unlock() {
      lock.unlock();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the callers loop
    public void await() throws InterruptedException {
      condition.await();
    }

    @Override
    public void signal() {
      condition.signal();
    }

    @Override
    public void signalAll() {
      condition.signalAll();
    }
  }

  /** The JDK's. */
  final class OfReentrantLock implements Monitor {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition condition = lock.newCondition();

    @Override
    public void lock() {
      lock.lock();
    }

    @Override
    public void unlock() {
      lock.unlock();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the callers loop
    public void await() throws InterruptedException {
      condition.await();
    }

    @Override
    public void signal() {
      condition.signal();
    }

    @Override
    public void signalAll() {
      condition.signalAll();
    }
  }

  /** Pawl's drop-in for the JDK's. */
  final class OfPawlReentrantLock implements Monitor {
    private final io.pawl.locks.ReentrantLock lock = new io.pawl.locks.ReentrantLock();
    private final Condition condition = lock.newCondition();

    @Override
    public void lock() {
      lock.lock();
    }

    @Override
    public void unlock() {
      lock.unlock();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the callers loop
    public void await() throws InterruptedException {
      condition.await();
    }

    @Override
    public void signal() {
      condition.signal();
    }

    @Override
    public void signalAll() {
      condition.signalAll();
    }
  }

  /** The book's, with its best mutex. */
  final class OfBook implements Monitor {
    private final Mutex3 lock = new Mutex3();
    private final io.pawl.examples.locks.Condvar condition;

    OfBook(io.pawl.examples.locks.Condvar condition) {
      this.condition = condition;
    }

    @Override
    public void lock() {
      lock.lock();
    }

    @Override
    public void unlock() {
      lock.unlock();
    }

    @Override
    public void await() {
      condition.await(lock);
    }

    @Override
    public void signal() {
      condition.notifyOne();
    }

    @Override
    public void signalAll() {
      condition.notifyEveryone();
    }
  }
}
