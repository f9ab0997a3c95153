package io.pawl.observe;

import io.pawl.locks.Mutex;
import java.util.concurrent.locks.LockSupport;

/** A program whose threads keep each other waiting, some for longer than others. */
final class ProfileProbe {

  static final String NAME = "shared";

  private static final int WAITERS = 2;
  private static final int TIMES = 5;
  private static final long SHORT_NANOS = 2_000_000;
  private static final long LONG_NANOS = 20 * SHORT_NANOS;

  private final Mutex mutex = Names.name(new Mutex(), NAME);

  /**
   * Keeps threads waiting; then says whether there is JMX.
   *
   * @param args ignored
   */
  public static void main(String[] args) throws Exception {
    new ProfileProbe().work();
    try {
      ContentionProfile.start().register();
      System.out.println("registered");
    } catch (IllegalStateException e) {
      System.out.println(e.getMessage());
    }
  }

  void work() throws InterruptedException {
    for (int i = 0; i < TIMES; i++) {
      holdLong();
      holdShort();
    }
  }

  private void holdLong() throws InterruptedException {
    hold(LONG_NANOS);
  }

  private void holdShort() throws InterruptedException {
    hold(SHORT_NANOS);
  }

  private void hold(long nanos) throws InterruptedException {
    Thread[] waiters = new Thread[WAITERS];
    mutex.lock();
    try {
      for (int i = 0; i < WAITERS; i++) {
        waiters[i] = Thread.ofPlatform().start(this::pass);
      }
      while (mutex.getQueueLength() < WAITERS) {
        Thread.onSpinWait();
      }
      for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
        LockSupport.parkNanos(nanos);
      }
    } finally {
      mutex.unlock();
    }
    for (Thread waiter : waiters) {
      waiter.join();
    }
  }

  private void pass() {
    try (var _ = mutex.acquire()) {
      // It has been waited for.
    }
  }
}
