package io.pawl.internal.park;

import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/** The main class of a child in which the stack ends at each step of a rescuer. */
final class RescuerProbe {

  private static final int STACK_BYTES = 256 * 1024;

  /** So many frames of {@link #below} are more than what is tried takes. */
  private static final int MARGIN = 200;

  private static final int WARMING = 5_000;

  private RescuerProbe() {}

  /**
   * Prints how often something has gone wrong.
   *
   * @param args what is tried: add, pay or enter
   */
  public static void main(String[] args) throws InterruptedException {
    Parker.initialize();
    AtomicInteger wrong = new AtomicInteger();
    IntPredicate goesWrong = prepared(args[0]);
    Thread thread =
        new Thread(
            null,
            () -> {
              int deepest = deepest();
              for (int depth = deepest - MARGIN; depth <= deepest; depth++) {
                if (goesWrong.test(depth)) {
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

  private static IntPredicate prepared(String what) {
    switch (what) {
      case "add" -> {
        return RescuerProbe::isHalfAdded;
      }
      case "pay" -> {
        warmUpWakes();
        return RescuerProbe::isLost;
      }
      default -> {
        warmUpCounts();
        return RescuerProbe::staysCounted;
      }
    }
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

  /** Whether a thread that does not sleep is counted. */
  private static boolean staysCounted(int depth) {
    Rescuer rescuer = refused();
    boolean _ =
        survives(
            depth,
            () -> {
              long _ = rescuer.enter(Deadlines.FOREVER);
              rescuer.leave();
            });
    return rescuer.isNeeded();
  }

  private static Rescuer refused() {
    return new Rescuer(0) {
      @Override
      void start(Thread thread) {
        throw new OutOfMemoryError("refused");
      }
    };
  }

  /** Has the counting compiled, so that it takes less stack than what follows. */
  private static void warmUpCounts() {
    Rescuer rescuer = refused();
    long soon = System.nanoTime();
    for (int i = 0; i < WARMING; i++) {
      long _ = rescuer.enter(soon);
      rescuer.leave();
    }
  }

  /** Has what a wake goes through compiled, so that it does more before it takes much stack. */
  private static void warmUpWakes() {
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
