package io.pawl.benchmarks;

import io.pawl.examples.locks.Mutex1;
import io.pawl.examples.locks.Mutex2;
import io.pawl.examples.locks.Mutex3;
import io.pawl.locks.ByteLock;
import io.pawl.locks.FairMutex;
import io.pawl.locks.KeyedLock;
import io.pawl.locks.Mutex;
import io.pawl.locks.RwLock;
import io.pawl.locks.SpinLock;
import io.pawl.platform.OsMutex;
import io.pawl.platform.PiMutex;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;

/** The exclusive locks by the names that benchmark parameters give them. */
final class Locks {
  private Locks() {}

  static Guarded guarded(String name) {
    return switch (name) {
      case "Mutex" -> new OfMutex();
      case "FairMutex" -> new OfFairMutex();
      case "ReentrantLock" -> new OfReentrantLock();
      case "FairReentrantLock" -> new OfFairReentrantLock();
      case "PawlReentrantLock" -> new OfPawlReentrantLock();
      case "PawlFairReentrantLock" -> new OfPawlFairReentrantLock();
      case "StampedLock" -> new OfStampedLock();
      case "synchronized" -> new OfMonitor();
      case "SpinLock" -> new OfSpinLock();
      case "ByteLock" -> new OfByteLock();
      case "Guarded" -> new OfGuarded();
      case "GuardedFunction" -> new OfGuardedFunction();
      case "BookMutex1" -> new OfBookMutex1();
      case "BookMutex2" -> new OfBookMutex2();
      case "BookMutex3" -> new OfBookMutex3();
      case "Semaphore" -> Semaphores.jdk(false);
      case "PawlSemaphore" -> Semaphores.pawl(false);
      case "FairSemaphore" -> Semaphores.jdk(true);
      case "PawlFairSemaphore" -> Semaphores.pawl(true);
      case "RwLock" -> new OfLock(new RwLock().writeLock());
      case "PawlStampedLock" -> new OfLock(new io.pawl.locks.StampedLock().asWriteLock());
      case "ReentrantReadWriteLock" -> new OfLock(new ReentrantReadWriteLock().writeLock());
      case "PawlReentrantReadWriteLock" ->
          new OfLock(new io.pawl.locks.ReentrantReadWriteLock().writeLock());
      case "FairReentrantReadWriteLock" -> new OfLock(new ReentrantReadWriteLock(true).writeLock());
      case "PawlFairReentrantReadWriteLock" ->
          new OfLock(new io.pawl.locks.ReentrantReadWriteLock(true).writeLock());
      case "ReadLock" -> new OfLock(new ReentrantReadWriteLock().readLock());
      case "PawlReadLock" -> new OfLock(new RwLock().readLock());
      case "UpgradableReadLock" -> new OfLock(new RwLock().upgradableReadLock());
      case "MutexAndReadLock" -> new OfMutexAndReadLock();
      case "OsMutex" -> new OfLock(new OsMutex());
      case "PiMutex" -> new OfLock(new PiMutex());
      case "KeyedLock" -> new OfKeyedLock();
      case "LockMap" -> new OfLockMap();
      default -> ProcessLocks.guarded(name);
    };
  }

  private static final class OfMutex extends Guarded {
    private final Mutex lock = new Mutex();

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  /** What an upgradable read lock is made of, as two locks. */
  private static final class OfMutexAndReadLock extends Guarded {
    private final Mutex lock = new Mutex();
    private final RwLock.ReadLock read = new RwLock().readLock();

    @Override
    long run(int steps) {
      lock.lock();
      try {
        read.lock();
        try {
          return section(steps);
        } finally {
          read.unlock();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OfKeyedLock extends Guarded {
    private final KeyedLock<String> locks = new KeyedLock<>();

    @Override
    long run(int steps) {
      try (var _ = locks.acquire("key")) {
        return section(steps);
      }
    }
  }

  /** A lock for each key that stays for ever. */
  private static final class OfLockMap extends Guarded {
    private final ConcurrentHashMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    @Override
    long run(int steps) {
      ReentrantLock lock = locks.computeIfAbsent("key", _ -> new ReentrantLock());
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OfFairMutex extends Guarded {
    private final FairMutex lock = new FairMutex();

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OfReentrantLock extends Guarded {
    private final ReentrantLock lock = new ReentrantLock();

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OfFairReentrantLock extends Guarded {
    private final ReentrantLock lock = new ReentrantLock(true);

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OfPawlReentrantLock extends Guarded {
    private final io.pawl.locks.ReentrantLock lock = new io.pawl.locks.ReentrantLock();

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OfPawlFairReentrantLock extends Guarded {
    private final io.pawl.locks.ReentrantLock lock = new io.pawl.locks.ReentrantLock(true);

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OfStampedLock extends Guarded {
    private final StampedLock lock = new StampedLock();

    @Override
    long run(int steps) {
      long stamp = lock.writeLock();
      try {
        return section(steps);
      } finally {
        lock.unlockWrite(stamp);
      }
    }
  }

  private static final class OfSpinLock extends Guarded {
    private final SpinLock lock = new SpinLock();

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OfByteLock extends Guarded {
    private static final ByteLock<OfByteLock> LOCK = ByteLock.ofField(OfByteLock.class, handle());

    @SuppressWarnings("UnusedVariable") // used by its handle
    private volatile byte bits;

    private static VarHandle handle() {
      try {
        return MethodHandles.lookup().findVarHandle(OfByteLock.class, "bits", byte.class);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("A field that is there", e);
      }
    }

    @Override
    long run(int steps) {
      LOCK.lock(this);
      try {
        return section(steps);
      } finally {
        LOCK.unlock(this);
      }
    }
  }

  /** The counter counts as the data. */
  private static final class OfGuarded extends Guarded {
    private final io.pawl.locks.Guarded<Guarded> lock = new io.pawl.locks.Guarded<>(this);

    @Override
    long run(int steps) {
      try (var g = lock.lock()) {
        return g.done(g.value().section(steps));
      }
    }
  }

  private static final class OfGuardedFunction extends Guarded {
    private final io.pawl.locks.Guarded<Guarded> lock = new io.pawl.locks.Guarded<>(this);

    @Override
    long run(int steps) {
      return lock.with(data -> data.section(steps));
    }
  }

  private static final class OfMonitor extends Guarded {
    private final Object lock = new Object();

    @Override
    long run(int steps) {
      synchronized (lock) {
        return section(steps);
      }
    }
  }

  private static final class OfBookMutex1 extends Guarded {
    private final Mutex1 lock = new Mutex1();

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OfBookMutex2 extends Guarded {
    private final Mutex2 lock = new Mutex2();

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OfBookMutex3 extends Guarded {
    private final Mutex3 lock = new Mutex3();

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }
}
