package io.pawl.benchmarks.book;

import io.pawl.atomic.AtomicWord;

/** A condition variable that counts notifications: each calls the kernel. */
public final class BookCondvar1 implements BookCondvar {
  private final AtomicWord notifications = new AtomicWord();

  @Override
  public void await(BookMutex mutex) {
    int seen = notifications.getOpaque();
    mutex.unlock();
    notifications.waitWhile(seen);
    mutex.lock();
  }

  @Override
  public void notifyOne() {
    int _ = notifications.getAndAdd(1);
    notifications.wakeOne();
  }

  @Override
  public void notifyEveryone() {
    int _ = notifications.getAndAdd(1);
    notifications.wakeAll();
  }
}
