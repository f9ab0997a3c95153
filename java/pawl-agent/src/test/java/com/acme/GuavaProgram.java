package com.acme;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.util.concurrent.CycleDetectingLockFactory;
import com.google.common.util.concurrent.CycleDetectingLockFactory.Policies;
import com.google.common.util.concurrent.Monitor;
import com.google.common.util.concurrent.Striped;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Uses the locks that lie behind Guava's interfaces, and prints what came of it. Every line is the
 * same in each run, but for the classes of locks.
 */
public final class GuavaProgram {
  private static final int THREADS = 8;

  private GuavaProgram() {}

  /** A task that may fail. */
  private interface Task {
    void run(int thread) throws Exception;
  }

  /**
   * Runs.
   *
   * @param args none
   * @throws Exception when something fails
   */
  public static void main(String[] args) throws Exception {
    cache();
    monitor();
    striped();
    lockOrder();
  }

  private static void cache() throws Exception {
    Cache<Integer, String> cache = CacheBuilder.newBuilder().concurrencyLevel(2).build();
    AtomicInteger loads = new AtomicInteger();
    inThreads(thread -> {
      for (int key = 0; key < 500; key++) {
        int number = key;
        String value =
            cache.get(
                key,
                () -> {
                  loads.incrementAndGet();
                  return "value " + number;
                });
        if (!value.equals("value " + key)) {
          throw new IllegalStateException(value);
        }
      }
    });
    System.out.println("loads " + loads + ", size " + cache.size());
    Object segments = field(field(cache, "localCache"), "segments");
    showLock("cache", Array.get(segments, 0).getClass());
  }

  private static void monitor() throws Exception {
    Monitor monitor = new Monitor(true);
    int[] stock = {0};
    Monitor.Guard available = monitor.newGuard(() -> stock[0] > 0);
    AtomicInteger taken = new AtomicInteger();
    inThreads(thread -> {
      for (int i = 0; i < 300; i++) {
        if (thread % 2 == 0) {
          monitor.enter();
          stock[0]++;
        } else {
          monitor.enterWhen(available);
          stock[0]--;
          taken.incrementAndGet();
        }
        monitor.leave();
      }
    });
    System.out.println("taken " + taken + ", left " + stock[0]);
    System.out.println("without stock: " + monitor.enterWhen(available, 20, TimeUnit.MILLISECONDS));
    AtomicInteger interrupted = new AtomicInteger();
    Thread waiter =
        Thread.ofPlatform()
            .start(() -> {
              try {
                monitor.enterWhen(available);
              } catch (InterruptedException e) {
                interrupted.incrementAndGet();
              }
            });
    while (!monitor.hasWaiters(available)) {
      Thread.onSpinWait();
    }
    waiter.interrupt();
    waiter.join();
    System.out.println("interrupted " + interrupted + ", waiters " + monitor.hasWaiters(available));
    showLock("monitor", field(monitor, "lock").getClass());
  }

  private static void striped() throws Exception {
    Striped<Lock> locks = Striped.lock(4);
    Striped<Semaphore> semaphores = Striped.semaphore(4, 2);
    int[] counts = new int[16];
    inThreads(thread -> {
      for (int i = 0; i < 1000; i++) {
        Lock lock = locks.get(i % counts.length);
        lock.lock();
        try {
          counts[i % counts.length]++;
        } finally {
          lock.unlock();
        }
        Semaphore semaphore = semaphores.get(i);
        semaphore.acquire();
        semaphore.release();
      }
    });
    System.out.println("counted " + java.util.Arrays.stream(counts).sum());
    showLock("stripes", locks.get(1).getClass());
    showLock("semaphores", semaphores.get(1).getClass());
  }

  private static void lockOrder() {
    CycleDetectingLockFactory factory = CycleDetectingLockFactory.newInstance(Policies.THROW);
    ReentrantLock a = factory.newReentrantLock("a");
    ReentrantLock b = factory.newReentrantLock("b");
    System.out.println("a before b: " + nested(a, b));
    try {
      System.out.println("b before a: " + nested(b, a));
    } catch (IllegalStateException e) {
      System.out.println("cycle found, held " + a.isLocked() + b.isLocked());
    }
    showLock("lock with an order", a.getClass());
  }

  private static int nested(ReentrantLock outer, ReentrantLock inner) {
    outer.lock();
    try {
      inner.lock();
      try {
        return outer.getHoldCount() + inner.getHoldCount();
      } finally {
        inner.unlock();
      }
    } finally {
      outer.unlock();
    }
  }

  private static void inThreads(Task task) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        done.add(
            threads.submit(() -> {
              task.run(thread);
              return null;
            }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
  }

  private static Object field(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }

  private static void showLock(String name, Class<?> type) {
    Class<?> above = type;
    while (above.getName().startsWith("com.google")) {
      above = above.getSuperclass();
    }
    System.out.println("lock of " + name + ": " + above.getName());
  }
}
