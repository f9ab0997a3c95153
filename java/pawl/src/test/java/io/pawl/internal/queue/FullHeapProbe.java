package io.pawl.internal.queue;

import io.pawl.Semaphore;
import io.pawl.locks.FairMutex;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.StampedLock;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The main class of children whose heap is full when a thread waits for a lock for the first time.
 */
final class FullHeapProbe {

  private static final long FULL_NANOS = 200_000_000;
  private static final byte[][] PIECES = new byte[200_000][];

  private static int pieces;
  private static volatile boolean full;

  private FullHeapProbe() {}

  /** A kind of lock. */
  private enum Kind {
    MUTEX,
    NAMED_MUTEX,
    FAIR_MUTEX,
    REENTRANT_LOCK,
    READ_WRITE_LOCK,
    STAMPED_LOCK,
    SEMAPHORE;

    Runnable[] lockAndUnlock() {
      return switch (this) {
        case MUTEX -> of(new Mutex());
        case NAMED_MUTEX -> of(new Mutex("named"));
        case FAIR_MUTEX -> of(new FairMutex());
        case REENTRANT_LOCK -> of(new ReentrantLock());
        case READ_WRITE_LOCK -> of(new ReentrantReadWriteLock().writeLock());
        case STAMPED_LOCK -> of(new StampedLock().asWriteLock());
        case SEMAPHORE -> {
          Semaphore semaphore = new Semaphore(1);
          yield new Runnable[] {semaphore::acquireUninterruptibly, semaphore::release};
        }
      };
    }

    private static Runnable[] of(Lock lock) {
      return new Runnable[] {lock::lock, lock::unlock};
    }
  }

  /**
   * Prints whether the thread has got the lock, and whether the next one has.
   *
   * @param args the kind of lock, and the size of the smallest piece that the heap is filled with
   */
  public static void main(String[] args) throws InterruptedException {
    int least = Integer.parseInt(args[1]);
    Runnable[] lockAndUnlock = Kind.valueOf(args[0]).lockAndUnlock();
    Runnable lock = lockAndUnlock[0];
    Runnable unlock = lockAndUnlock[1];
    Contender first = new Contender(lock, unlock);
    lock.run();
    unlock.run();
    lock.run();
    first.start();
    try {
      keepFull(least);
      unlock.run();
      keepFull(least);
    } finally {
      while (pieces > 0) {
        PIECES[--pieces] = null;
      }
    }
    first.join();
    Contender next = new Contender(lock, unlock);
    lock.run();
    next.start();
    Thread.sleep(20);
    unlock.run();
    next.join();
    System.out.println(first.report() + ", and " + (next.got ? "again" : next.report()));
  }

  private static void keepFull(int least) {
    long start = System.nanoTime();
    do {
      for (int size = 1 << 20; size >= least; size /= 2) {
        fill(size);
      }
      full = true;
    } while (System.nanoTime() - start < FULL_NANOS);
  }

  private static void fill(int size) {
    try {
      while (pieces < PIECES.length) {
        PIECES[pieces] = new byte[size];
        pieces++;
      }
    } catch (OutOfMemoryError e) {
      // There is no room for one of this size.
    }
  }

  /** A thread that waits for the lock once the heap is full. */
  private static final class Contender extends Thread {
    private final Runnable lock;
    private final Runnable unlock;
    private boolean got;
    private @Nullable Throwable thrown;

    Contender(Runnable lock, Runnable unlock) {
      this.lock = lock;
      this.unlock = unlock;
    }

    @Override
    public void run() {
      while (!full) {
        Thread.onSpinWait();
      }
      try {
        lock.run();
        unlock.run();
        got = true;
      } catch (Throwable t) {
        thrown = t;
      }
    }

    String report() {
      return got
          ? "locked"
          : "failed with "
              + thrown
              + Arrays.toString(Objects.requireNonNull(thrown).getStackTrace());
    }
  }
}
