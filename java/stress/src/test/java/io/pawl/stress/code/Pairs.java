package io.pawl.stress.code;

import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.RwLock;
import io.pawl.locks.StampedLock;

/** Pairs of an acquisition and a release, each a method that is compiled as a whole. */
final class Pairs {

  private static final int TIMES = 200_000;

  private static final Mutex MUTEX = new Mutex();
  private static final ReentrantLock REENTRANT_LOCK = new ReentrantLock();
  private static final StampedLock STAMPED_LOCK = new StampedLock();
  private static final RwLock.WriteLock WRITE_LOCK = new RwLock().writeLock();
  private static final RwLock.ReadLock READ_LOCK = new RwLock().readLock();

  private static long count;

  private Pairs() {}

  /**
   * Executes a pair often enough for it to be compiled.
   *
   * @param args the name of the pair
   */
  public static void main(String[] args) {
    for (int i = 0; i < TIMES; i++) {
      switch (args[0]) {
        case "mutex" -> mutex();
        case "reentrantLock" -> reentrantLock();
        case "stampedLock" -> stampedLock();
        case "writeLock" -> writeLock();
        case "readLock" -> readLock();
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
    if (count != TIMES) {
      throw new AssertionError(count);
    }
  }

  private static void mutex() {
    MUTEX.lock();
    try {
      count++;
    } finally {
      MUTEX.unlock();
    }
  }

  private static void reentrantLock() {
    REENTRANT_LOCK.lock();
    try {
      count++;
    } finally {
      REENTRANT_LOCK.unlock();
    }
  }

  private static void stampedLock() {
    long stamp = STAMPED_LOCK.writeLock();
    try {
      count++;
    } finally {
      STAMPED_LOCK.unlockWrite(stamp);
    }
  }

  private static void writeLock() {
    WRITE_LOCK.lock();
    try {
      count++;
    } finally {
      WRITE_LOCK.unlock();
    }
  }

  private static void readLock() {
    READ_LOCK.lock();
    try {
      count++;
    } finally {
      READ_LOCK.unlock();
    }
  }
}
