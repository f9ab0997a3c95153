package io.pawl.stress.program;

import io.pawl.kit.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The threads of a program, which are interrupted at random as long as they are wanted to be. */
final class Crowd {

  /** What a thread does. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  private static final long LIMIT_SECONDS = Patience.ofSeconds(60).toSeconds();
  private static final long PAUSE_NANOS = 100_000;

  private final ThreadFactory factory;
  private final List<Thread> threads = new ArrayList<>();
  private final List<CountDownLatch> ends = new ArrayList<>();
  private volatile @Nullable Throwable failure;

  Crowd(ThreadFactory factory) {
    this.factory = factory;
  }

  void start(int count, Body body) {
    for (int i = 0; i < count; i++) {
      Thread _ = start(body);
    }
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it is, join() rethrows it
  Thread start(Body body) {
    CountDownLatch end = new CountDownLatch(1);
    Thread thread =
        factory.newThread(() -> {
          try {
            body.run();
          } catch (Throwable e) {
            failure = e;
          } finally {
            end.countDown();
          }
        });
    threads.add(thread);
    ends.add(end);
    thread.start();
    return thread;
  }

  /** Interrupts one thread after the other until all have ended. */
  void disturb() {
    SplittableRandom random = new SplittableRandom(1);
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (ends.stream().anyMatch(end -> end.getCount() > 0) && System.nanoTime() - limit < 0) {
      threads.get(random.nextInt(threads.size())).interrupt();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    join();
  }

  /** Waits for all threads. */
  void join() {
    try {
      for (CountDownLatch end : ends) {
        if (!end.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("Does not end: " + stacks(), failure);
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError("The main thread was interrupted", e);
    }
    if (failure != null) {
      throw new AssertionError("A thread failed", failure);
    }
  }

  private String stacks() {
    StringBuilder text = new StringBuilder();
    for (Thread thread : threads) {
      text.append(thread).append(' ').append(thread.getState()).append('\n');
      for (StackTraceElement element : thread.getStackTrace()) {
        text.append("    at ").append(element).append('\n');
      }
    }
    return text.toString();
  }
}
