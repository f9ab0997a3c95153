package io.pawl.benchmarks;

import java.util.concurrent.locks.Lock;

/** Any lock through the JDK's interface. */
final class OfLock extends Guarded {
  private final Lock lock;

  OfLock(Lock lock) {
    this.lock = lock;
  }

  @Override
  long run(int steps) {
    lock.lock();
    try {
      return section(steps);
    } finally {
      lock.unlock();
    }
  }
}
