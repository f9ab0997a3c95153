package io.pawl.benchmarks;

import io.pawl.examples.locks.RwLock1;
import io.pawl.examples.locks.RwLock2;
import io.pawl.examples.locks.RwLock3;
import io.pawl.locks.RwLock;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;

/** The read-write locks by the names that benchmark parameters give them. */
final class RwLocks {
  private RwLocks() {}

  static Shared shared(String name) {
    return switch (name) {
      case "RwLock" -> new OfRwLock();
      case "ReentrantReadWriteLock" -> new OfReentrantReadWriteLock();
      case "PawlReentrantReadWriteLock" -> new OfPawlReentrantReadWriteLock();
      case "StampedLock" -> new OfStampedLock();
      case "PawlStampedLock" -> new OfPawlStampedLock();
      case "BookRwLock1" -> new OfBookRwLock1();
      case "BookRwLock2" -> new OfBookRwLock2();
      case "BookRwLock3" -> new OfBookRwLock3();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static final class OfRwLock extends Shared {
    private final RwLock lock = new RwLock();
    private final RwLock.ReadLock read = lock.readLock();
    private final RwLock.WriteLock write = lock.writeLock();

    @Override
    long read() {
      read.lock();
      try {
        return value();
      } finally {
        read.unlock();
      }
    }

    @Override
    void add(long delta) {
      write.lock();
      try {
        addHeld(delta);
      } finally {
        write.unlock();
      }
    }
  }

  private static final class OfReentrantReadWriteLock extends Shared {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Lock read = lock.readLock();
    private final Lock write = lock.writeLock();

    @Override
    long read() {
      read.lock();
      try {
        return value();
      } finally {
        read.unlock();
      }
    }

    @Override
    void add(long delta) {
      write.lock();
      try {
        addHeld(delta);
      } finally {
        write.unlock();
      }
    }
  }

  private static final class OfPawlReentrantReadWriteLock extends Shared {
    private final io.pawl.locks.ReentrantReadWriteLock lock =
        new io.pawl.locks.ReentrantReadWriteLock();
    private final io.pawl.locks.ReentrantReadWriteLock.ReadLock read = lock.readLock();
    private final io.pawl.locks.ReentrantReadWriteLock.WriteLock write = lock.writeLock();

    @Override
    long read() {
      read.lock();
      try {
        return value();
      } finally {
        read.unlock();
      }
    }

    @Override
    void add(long delta) {
      write.lock();
      try {
        addHeld(delta);
      } finally {
        write.unlock();
      }
    }
  }

  private static final class OfStampedLock extends Shared {
    private final StampedLock lock = new StampedLock();

    @Override
    long read() {
      long stamp = lock.readLock();
      try {
        return value();
      } finally {
        lock.unlockRead(stamp);
      }
    }

    @Override
    void add(long delta) {
      long stamp = lock.writeLock();
      try {
        addHeld(delta);
      } finally {
        lock.unlockWrite(stamp);
      }
    }
  }

  private static final class OfPawlStampedLock extends Shared {
    private final io.pawl.locks.StampedLock lock = new io.pawl.locks.StampedLock();

    @Override
    long read() {
      long stamp = lock.readLock();
      try {
        return value();
      } finally {
        lock.unlockRead(stamp);
      }
    }

    @Override
    void add(long delta) {
      long stamp = lock.writeLock();
      try {
        addHeld(delta);
      } finally {
        lock.unlockWrite(stamp);
      }
    }
  }

  private static final class OfBookRwLock1 extends Shared {
    private final RwLock1 lock = new RwLock1();

    @Override
    long read() {
      lock.lockRead();
      try {
        return value();
      } finally {
        lock.unlockRead();
      }
    }

    @Override
    void add(long delta) {
      lock.lockWrite();
      try {
        addHeld(delta);
      } finally {
        lock.unlockWrite();
      }
    }
  }

  private static final class OfBookRwLock2 extends Shared {
    private final RwLock2 lock = new RwLock2();

    @Override
    long read() {
      lock.lockRead();
      try {
        return value();
      } finally {
        lock.unlockRead();
      }
    }

    @Override
    void add(long delta) {
      lock.lockWrite();
      try {
        addHeld(delta);
      } finally {
        lock.unlockWrite();
      }
    }
  }

  private static final class OfBookRwLock3 extends Shared {
    private final RwLock3 lock = new RwLock3();

    @Override
    long read() {
      lock.lockRead();
      try {
        return value();
      } finally {
        lock.unlockRead();
      }
    }

    @Override
    void add(long delta) {
      lock.lockWrite();
      try {
        addHeld(delta);
      } finally {
        lock.unlockWrite();
      }
    }
  }
}
