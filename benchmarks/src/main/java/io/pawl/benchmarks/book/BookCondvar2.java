package io.pawl.benchmarks.book;

import io.pawl.atomic.AtomicWord;
import java.util.concurrent.atomic.AtomicInteger;

/** A condition variable that also counts its waiters: without any, notifying is free. */
public final class BookCondvar2 implements BookCondvar {
  private final AtomicWord notifications = new AtomicWord();
  private final AtomicInteger waiters = new AtomicInteger();

  @Override
  public void await(BookMutex mutex) {
    int _ = waiters.getAndIncrement();
    int seen = notifications.getOpaque();
    mutex.unlock();
    notifications.waitWhile(seen);
    int _ = waiters.getAndDecrement();
    mutex.lock();
  }

  @Override
  public void notifyOne() {
    if (waiters.getOpaque() > 0) {
      int _ = notifications.getAndAdd(1);
      notifications.wakeOne();
    }
  }

  @Override
  public void notifyEveryone() {
    if (waiters.getOpaque() > 0) {
      int _ = notifications.getAndAdd(1);
      notifications.wakeAll();
    }
  }
}
