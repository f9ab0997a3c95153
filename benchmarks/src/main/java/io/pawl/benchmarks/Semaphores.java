package io.pawl.benchmarks;

import io.pawl.Semaphore;

/** Semaphores of one permit as locks. */
final class Semaphores {
  private Semaphores() {}

  static Guarded pawl(boolean fair) {
    return new OfPawl(new Semaphore(1, fair));
  }

  static Guarded jdk(boolean fair) {
    return new OfJdk(new java.util.concurrent.Semaphore(1, fair));
  }

  private static final class OfPawl extends Guarded {
    private final Semaphore semaphore;

    OfPawl(Semaphore semaphore) {
      this.semaphore = semaphore;
    }

    @Override
    long run(int steps) {
      semaphore.acquireUninterruptibly();
      try {
        return section(steps);
      } finally {
        semaphore.release();
      }
    }
  }

  private static final class OfJdk extends Guarded {
    private final java.util.concurrent.Semaphore semaphore;

    OfJdk(java.util.concurrent.Semaphore semaphore) {
      this.semaphore = semaphore;
    }

    @Override
    long run(int steps) {
      semaphore.acquireUninterruptibly();
      try {
        return section(steps);
      } finally {
        semaphore.release();
      }
    }
  }
}
