package io.pawl.stress.program;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Threads that park in all ways; tells what each has seen. */
public final class ParkProgram implements Function<ThreadFactory, String> {

  /** For the test, by its name. */
  public ParkProgram() {}

  @Override
  public String apply(ThreadFactory threads) {
    List<String> lines = new ArrayList<>();
    Crowd crowd = new Crowd(threads);
    Thread _ = crowd.start(() -> alone(lines));
    crowd.join();
    blocker(threads, lines);
    interrupt(threads, lines);
    return String.join("\n", lines);
  }

  /** None of these waits for good. */
  private static void alone(List<String> lines) {
    Thread self = Thread.currentThread();
    Object blocker = new Object();
    LockSupport.unpark(null);
    LockSupport.unpark(self);
    LockSupport.unpark(self);
    LockSupport.park();
    LockSupport.unpark(self);
    LockSupport.park(blocker);
    LockSupport.unpark(self);
    LockSupport.parkNanos(blocker, Long.MAX_VALUE);
    LockSupport.unpark(self);
    LockSupport.parkUntil(blocker, Long.MAX_VALUE);
    LockSupport.parkNanos(0);
    LockSupport.parkNanos(-1);
    LockSupport.parkNanos(blocker, 0);
    LockSupport.parkNanos(blocker, Long.MIN_VALUE);
    LockSupport.parkNanos(1);
    LockSupport.parkUntil(0);
    LockSupport.parkUntil(blocker, -1);
    LockSupport.parkUntil(System.currentTimeMillis() + 1);
    LockSupport.parkNanos(null, 1);
    self.interrupt();
    LockSupport.park();
    LockSupport.park(blocker);
    LockSupport.parkNanos(Long.MAX_VALUE);
    LockSupport.parkUntil(Long.MAX_VALUE);
    lines.add("interrupted " + Thread.interrupted());
    lines.add("blocker " + LockSupport.getBlocker(self));
    LockSupport.setCurrentBlocker(blocker);
    lines.add("blocker is set " + (LockSupport.getBlocker(self) == blocker));
    LockSupport.setCurrentBlocker(null);
    lines.add("blocker " + LockSupport.getBlocker(self));
    try {
      Object _ = LockSupport.getBlocker(null);
    } catch (NullPointerException e) {
      lines.add("no thread, no blocker");
    }
  }

  /** A thread that waits shows for what, until it is let go. */
  private static void blocker(ThreadFactory threads, List<String> lines) {
    Object blocker = new Object();
    CountDownLatch letGo = new CountDownLatch(1);
    Crowd crowd = new Crowd(threads);
    Thread thread =
        crowd.start(() -> {
          while (letGo.getCount() > 0) {
            LockSupport.park(blocker);
          }
        });
    while (LockSupport.getBlocker(thread) != blocker) {
      Thread.onSpinWait();
    }
    letGo.countDown();
    LockSupport.unpark(thread);
    crowd.join();
    lines.add("blocker " + LockSupport.getBlocker(thread));
  }

  /** An interrupt ends a wait and stays. */
  private static void interrupt(ThreadFactory threads, List<String> lines) {
    Crowd crowd = new Crowd(threads);
    Object blocker = new Object();
    Thread thread =
        crowd.start(() -> {
          while (!Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(blocker, TimeUnit.HOURS.toNanos(1));
          }
          lines.add("still interrupted " + Thread.interrupted());
        });
    while (LockSupport.getBlocker(thread) != blocker) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    crowd.join();
  }
}
