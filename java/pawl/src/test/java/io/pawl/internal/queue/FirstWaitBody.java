package io.pawl.internal.queue;

import io.pawl.locks.Mutex;

/** What {@link FirstWaitProbe} does in each class loader: two threads wait, one after the other. */
public final class FirstWaitBody implements Runnable {

  /** Constructs it. */
  public FirstWaitBody() {}

  @Override
  public void run() {
    Mutex mutex = new Mutex();
    try {
      contend(mutex, "first");
      contend(mutex, "second");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("LockNotBeforeTry") // an error ends the program
  private static void contend(Mutex mutex, String name) throws InterruptedException {
    Throwable[] thrown = {null};
    Thread waiter =
        new Thread(
            () -> {
              try {
                mutex.lock();
                mutex.unlock();
              } catch (Throwable t) {
                thrown[0] = t;
              }
            },
            name);
    mutex.lock();
    waiter.start();
    while (!mutex.hasQueuedThreads() && waiter.isAlive()) {
      Thread.onSpinWait();
    }
    mutex.unlock();
    waiter.join();
    if (thrown[0] != null) {
      throw new AssertionError(name, thrown[0]);
    }
  }
}
