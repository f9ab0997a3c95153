package io.pawl.stress.program;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Subclasses that look into the queues; tells who waits and in which order they go on. */
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // who fails ends the program
public final class QueueProgram implements Function<ThreadFactory, String> {

  private static final int WAITERS = 4;

  private static final class OpenLock extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    private OpenLock(boolean fair) {
      super(fair);
    }

    boolean isWaiting(Condition condition, Thread thread) {
      lock();
      try {
        return getWaitingThreads(condition).contains(thread);
      } finally {
        unlock();
      }
    }

    String show(Condition condition) {
      return "owner %s queued %s waiting %s (%d)"
          .formatted(
              name(getOwner()),
              names(getQueuedThreads()),
              names(getWaitingThreads(condition)),
              getWaitQueueLength(condition));
    }
  }

  private static final class OpenReadWriteLock extends ReentrantReadWriteLock {
    private static final long serialVersionUID = 1L;

    private OpenReadWriteLock(boolean fair) {
      super(fair);
    }

    String show() {
      return "owner %s queued %s readers %s writers %s"
          .formatted(
              name(getOwner()),
              names(getQueuedThreads()),
              names(getQueuedReaderThreads()),
              names(getQueuedWriterThreads()));
    }
  }

  private static final class OpenSemaphore extends Semaphore {
    private static final long serialVersionUID = 1L;

    private OpenSemaphore(int permits, boolean fair) {
      super(permits, fair);
    }

    String show() {
      return "queued %s permits %d".formatted(names(getQueuedThreads()), availablePermits());
    }

    boolean isQueued(Thread thread) {
      return getQueuedThreads().contains(thread);
    }

    void reduce(int permits) {
      reducePermits(permits);
    }
  }

  /** For the test, by its name. */
  public QueueProgram() {}

  private static String name(@Nullable Thread thread) {
    return thread == null ? "nobody" : thread == Thread.currentThread() ? "self" : thread.getName();
  }

  private static List<String> names(Collection<Thread> threads) {
    return threads.stream().map(QueueProgram::name).sorted().toList();
  }

  private static void until(BooleanSupplier reached) {
    while (!reached.getAsBoolean()) {
      LockSupport.parkNanos(20_000);
    }
  }

  @Override
  public String apply(ThreadFactory threads) {
    List<String> lines = new ArrayList<>();
    for (boolean fair : new boolean[] {false, true}) {
      lines.add("fair: " + fair);
      lock(threads, new OpenLock(fair), lines);
      condition(threads, new OpenLock(fair), lines);
      readWriteLock(threads, new OpenReadWriteLock(fair), lines);
      semaphore(threads, new OpenSemaphore(2, fair), lines);
    }
    return String.join("\n", lines);
  }

  /** Starts threads that wait one after the other. */
  private static Crowd queue(
      ThreadFactory threads, Predicate<Thread> isQueued, Consumer<String> body) {
    Crowd crowd = new Crowd(threads);
    for (int i = 0; i < WAITERS; i++) {
      String name = "waiter-" + i;
      Thread waiter =
          crowd.start(() -> {
            Thread.currentThread().setName(name);
            body.accept(name);
          });
      until(() -> isQueued.test(waiter));
    }
    return crowd;
  }

  private static void lock(ThreadFactory threads, OpenLock lock, List<String> lines) {
    Condition condition = lock.newCondition();
    lock.lock();
    Crowd crowd =
        queue(
            threads,
            lock::hasQueuedThread,
            name -> {
              lock.lock();
              lines.add(name);
              lock.unlock();
            });
    lines.add(lock.show(condition));
    lock.unlock();
    crowd.join();
    lock.lock();
    lines.add(lock.show(condition));
    lock.unlock();
  }

  private static void condition(ThreadFactory threads, OpenLock lock, List<String> lines) {
    Condition condition = lock.newCondition();
    Crowd crowd =
        queue(
            threads,
            thread -> lock.isWaiting(condition, thread),
            name -> {
              lock.lock();
              condition.awaitUninterruptibly();
              lines.add(name + " holds " + lock.getHoldCount());
              lock.unlock();
            });
    lock.lock();
    lines.add(lock.show(condition));
    condition.signal();
    lines.add(lock.show(condition));
    condition.signalAll();
    lines.add(lock.show(condition));
    lock.unlock();
    crowd.join();
  }

  private static void readWriteLock(
      ThreadFactory threads, OpenReadWriteLock lock, List<String> lines) {
    lock.writeLock().lock();
    Crowd crowd =
        queue(
            threads,
            lock::hasQueuedThread,
            name -> {
              Lock own = name.equals("waiter-1") ? lock.writeLock() : lock.readLock();
              own.lock();
              own.unlock();
            });
    lines.add(lock.show());
    lock.writeLock().unlock();
    crowd.join();
    lines.add(lock.show());
  }

  /** Who asks for more waits first; whether others may overtake it is a matter of fairness. */
  private static void semaphore(
      ThreadFactory threads, OpenSemaphore semaphore, List<String> lines) {
    Crowd crowd = new Crowd(threads);
    Thread large =
        crowd.start(() -> {
          Thread.currentThread().setName("large");
          semaphore.acquireUninterruptibly(3);
        });
    until(() -> semaphore.isQueued(large));
    lines.add(semaphore.show());
    lines.add("overtakes " + semaphore.tryAcquire() + " " + semaphore.show());
    semaphore.release(2);
    crowd.join();
    lines.add(semaphore.show());
    semaphore.reduce(5);
    lines.add(semaphore.show() + " drained " + semaphore.drainPermits());
  }
}
