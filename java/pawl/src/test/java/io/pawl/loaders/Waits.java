package io.pawl.loaders;

import io.pawl.CountDownLatch;
import io.pawl.locks.LockSupport;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwLock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Has the threads of a pool wait in each way that leaves something behind for the next wait. */
public final class Waits implements Consumer<ExecutorService> {

  private static final int THREADS = 4;

  /** For the loader of this class. */
  public Waits() {}

  @Override
  public void accept(ExecutorService pool) {
    try {
      contend(pool);
      read(pool);
      park(pool);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("LockNotBeforeTry") // a program that fails leaves the lock as it is
  private static void contend(ExecutorService pool) throws Exception {
    Mutex mutex = new Mutex("named");
    mutex.lock();
    List<Future<?>> tasks =
        submit(
            pool,
            () -> {
              mutex.lock();
              mutex.unlock();
              return null;
            });
    while (mutex.getQueueLength() < THREADS) {
      Thread.sleep(1);
    }
    mutex.unlock();
    await(tasks);
  }

  @SuppressWarnings("LockNotBeforeTry")
  private static void read(ExecutorService pool) throws Exception {
    ReentrantReadWriteLock counted = new ReentrantReadWriteLock();
    RwLock slotted = new RwLock();
    CountDownLatch all = new CountDownLatch(THREADS);
    await(
        submit(
            pool,
            () -> {
              counted.readLock().lock();
              all.countDown();
              all.await();
              counted.readLock().unlock();
              for (int i = 0; i < 200; i++) {
                slotted.readLock().lock();
                slotted.readLock().unlock();
              }
              return null;
            }));
  }

  private static void park(ExecutorService pool) throws Exception {
    await(
        submit(
            pool,
            () -> {
              LockSupport.parkNanos(1_000_000);
              return null;
            }));
  }

  private static List<Future<?>> submit(ExecutorService pool, Callable<?> task) {
    List<Future<?>> tasks = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      tasks.add(pool.submit(task));
    }
    return tasks;
  }

  private static void await(List<Future<?>> tasks) throws Exception {
    for (Future<?> task : tasks) {
      task.get();
    }
  }
}
