package io.pawl.internal.park;

import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of a child in which the stack ends at each step of what is done for owed wakes.
 */
final class OwedWakesProbe {

  private static final int STACK_BYTES = 256 * 1024;

  /** So many frames of {@link #below} are more than what is tried takes. */
  private static final int MARGIN = 200;

  private static final int WARMING = 5_000;

  private OwedWakesProbe() {}

  /**
   * Prints how often something has gone wrong.
   *
   * @param args what is tried: add or pay
   */
  public static void main(String[] args) throws InterruptedException {
    Parker.initialize();
    AtomicInteger wrong = new AtomicInteger();
    boolean adds = args[0].equals("add");
    if (!adds) {
      warmUp();
    }
    Thread thread =
        new Thread(
            null,
            () -> {
              int deepest = deepest();
              for (int depth = deepest - MARGIN; depth <= deepest; depth++) {
                if (adds ? isHalfAdded(depth) : isLost(depth)) {
                  int _ = wrong.getAndIncrement();
                }
              }
            },
            "deep",
            STACK_BYTES);
    thread.start();
    thread.join();
    System.out.println(wrong.get() + " wrong");
  }

  private static int deepest() {
    int depth = 0;
    while (survives(depth, () -> {})) {
      depth++;
    }
    return depth - 1;
  }

  private static boolean survives(int depth, Runnable action) {
    try {
      below(depth, action);
      return true;
    } catch (StackOverflowError _) {
      return false;
    }
  }

  private static void below(int depth, Runnable action) {
    if (depth > 0) {
      below(depth - 1, action);
    } else {
      action.run();
    }
  }

  /** Whether a parker that could not be added has been seen in the list. */
  private static boolean isHalfAdded(int depth) {
    OwedWakes owed = new OwedWakes();
    owed.add(new PlatformParker(new WeakReference<>(Thread.currentThread())));
    Parker parker = new PlatformParker(new WeakReference<>(Thread.currentThread()));
    return !survives(depth, () -> owed.add(parker)) && parker.nextOwed != null;
  }

  /** Whether a virtual thread sleeps on although its wake has been paid. */
  private static boolean isLost(int depth) {
    OwedWakes owed = new OwedWakes();
    CountDownLatch done = new CountDownLatch(1);
    Thread sleeper =
        Thread.ofVirtual()
            .start(() -> {
              LockSupport.park(owed);
              done.countDown();
            });
    awaitBlocked(sleeper);
    owed.add(new VirtualParker(sleeper));
    boolean _ = survives(depth, owed::pay);
    while (owed.exist()) {
      owed.pay();
    }
    try {
      return !done.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitBlocked(Thread sleeper) {
    while (sleeper.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  /** Has what a wake goes through compiled, so that it does more before it takes much stack. */
  private static void warmUp() {
    Thread sleeper =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < WARMING; i++) {
                LockSupport.park();
              }
            });
    while (sleeper.isAlive()) {
      LockSupport.unpark(sleeper);
      Thread.onSpinWait();
    }
  }
}
