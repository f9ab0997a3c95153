package io.pawl.stress;

import io.pawl.kit.Limit;
import io.pawl.locks.KeyedLock;
import io.pawl.locks.Mutex;
import io.pawl.locks.RwLock;
import io.pawl.locks.UpgradableReadLock;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Results of concurrent operations against those of the sequential specification beside each class.
 */
@Tag("lincheck")
@Limit(120)
class LinearizabilityTest {

  @BeforeAll
  static void prepare() {
    Interleavings.prepare();
  }

  @Test
  void mutexInInterleavings() {
    interleaved(MutexOperations.class, MutexSpecification.class);
  }

  @Test
  void mutexInParallel() {
    parallel(MutexOperations.class, MutexSpecification.class);
  }

  @Test
  void rwLockInInterleavings() {
    interleaved(RwLockOperations.class, RwLockSpecification.class);
  }

  @Test
  void rwLockInParallel() {
    parallel(RwLockOperations.class, RwLockSpecification.class);
  }

  @Test
  void guardedFieldsInInterleavings() {
    interleaved(GuardedFields.class, PlainFields.class);
  }

  @Test
  void guardedFieldsInParallel() {
    parallel(GuardedFields.class, PlainFields.class);
  }

  private static void interleaved(Class<?> operations, Class<?> specification) {
    new ModelCheckingOptions()
        .iterations(10)
        .invocationsPerIteration(150)
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(0)
        .sequentialSpecification(specification)
        .check(operations);
  }

  private static void parallel(Class<?> operations, Class<?> specification) {
    new StressOptions()
        .iterations(15)
        .invocationsPerIteration(1000)
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(0)
        .sequentialSpecification(specification)
        .check(operations);
  }

  /** The operations of a mutex that never block. */
  public static class MutexOperations {
    private final Mutex mutex = new Mutex();

    /** Tries to lock. */
    @Operation
    public boolean tryLock(@Param(gen = ThreadIdGen.class) int thread) {
      return mutex.tryLock();
    }

    /** Unlocks; false if the thread does not hold the mutex. */
    @Operation
    public boolean unlock(@Param(gen = ThreadIdGen.class) int thread) {
      try {
        mutex.unlock();
        return true;
      } catch (IllegalMonitorStateException e) {
        return false;
      }
    }

    /** Whether the thread holds the mutex. */
    @Operation
    public boolean isHeld(@Param(gen = ThreadIdGen.class) int thread) {
      return mutex.isHeldByCurrentThread();
    }

    /** Whether anybody holds the mutex. */
    @Operation
    public boolean isLocked() {
      return mutex.isLocked();
    }
  }

  /** What a mutex is: at most one owner. */
  public static class MutexSpecification {
    private static final int NOBODY = -1;
    private int owner = NOBODY;

    /** Succeeds if there is no owner. */
    public boolean tryLock(int thread) {
      boolean free = owner == NOBODY;
      if (free) {
        owner = thread;
      }
      return free;
    }

    /** Succeeds for the owner. */
    public boolean unlock(int thread) {
      boolean held = owner == thread;
      if (held) {
        owner = NOBODY;
      }
      return held;
    }

    /** Compares the owner. */
    public boolean isHeld(int thread) {
      return owner == thread;
    }

    /** Whether there is an owner. */
    public boolean isLocked() {
      return owner != NOBODY;
    }
  }

  /** The operations of a read-write lock that never block. */
  public static class RwLockOperations {
    private final RwLock lock = new RwLock();

    /** Tries to lock for reading. */
    @Operation
    public boolean tryRead() {
      return lock.readLock().tryLock();
    }

    /** Tries to lock for writing. */
    @Operation
    public boolean tryWrite(@Param(gen = ThreadIdGen.class) int thread) {
      return lock.writeLock().tryLock();
    }

    /** Takes one read lock back; false if there is none. */
    @Operation
    public boolean unlockRead() {
      try {
        lock.readLock().unlock();
        return true;
      } catch (IllegalMonitorStateException e) {
        return false;
      }
    }

    /** Releases the write lock; false if the thread does not hold it. */
    @Operation
    public boolean unlockWrite(@Param(gen = ThreadIdGen.class) int thread) {
      try {
        lock.writeLock().unlock();
        return true;
      } catch (IllegalMonitorStateException e) {
        return false;
      }
    }

    /** Turns the write lock into a read lock; false if the thread does not hold it. */
    @Operation
    public boolean downgrade(@Param(gen = ThreadIdGen.class) int thread) {
      try {
        lock.writeLock().downgrade();
        return true;
      } catch (IllegalMonitorStateException e) {
        return false;
      }
    }
  }

  /** What a read-write lock is: one writer or any number of readers. */
  public static class RwLockSpecification {
    private static final int NOBODY = -1;
    private int writer = NOBODY;
    private int readers;

    /** Succeeds unless there is a writer. */
    public boolean tryRead() {
      boolean can = writer == NOBODY;
      if (can) {
        readers++;
      }
      return can;
    }

    /** Succeeds if there is nobody. */
    public boolean tryWrite(int thread) {
      boolean can = writer == NOBODY && readers == 0;
      if (can) {
        writer = thread;
      }
      return can;
    }

    /** Succeeds if there is a reader. */
    public boolean unlockRead() {
      boolean can = readers > 0;
      if (can) {
        readers--;
      }
      return can;
    }

    /** Succeeds for the writer. */
    public boolean unlockWrite(int thread) {
      boolean can = writer == thread;
      if (can) {
        writer = NOBODY;
      }
      return can;
    }

    /** Succeeds for the writer. */
    public boolean downgrade(int thread) {
      boolean can = writer == thread;
      if (can) {
        writer = NOBODY;
        readers++;
      }
      return can;
    }
  }

  /** Operations that block for a moment, and what they guard. */
  public static class GuardedFields {
    private final Mutex mutex = new Mutex();
    private final RwLock lock = new RwLock();
    private final KeyedLock<String> locks = new KeyedLock<>();
    private int count;
    private int value;
    private int keyed;

    /** Increments under the mutex. */
    @Operation
    public int increment() {
      mutex.lock();
      try {
        return ++count;
      } finally {
        mutex.unlock();
      }
    }

    /** Adds under the write lock. */
    @Operation
    public int add(@Param(gen = ThreadIdGen.class) int thread) {
      lock.writeLock().lock();
      try {
        value += thread + 1;
        return value;
      } finally {
        lock.writeLock().unlock();
      }
    }

    /** Adds to what it has read under the upgradable read lock. */
    @Operation
    public int addUpgraded(@Param(gen = ThreadIdGen.class) int thread) {
      UpgradableReadLock upgradable = lock.upgradableReadLock();
      upgradable.lock();
      try {
        int seen = value;
        upgradable.upgrade();
        value = seen + thread + 1;
        return value;
      } finally {
        upgradable.unlock();
      }
    }

    /** Increments under the lock of a key, which nobody has in use in between. */
    @Operation
    public int incrementByKey() {
      try (KeyedLock.Held _ = locks.acquire("key")) {
        return ++keyed;
      }
    }

    /** Reads under the read lock. */
    @Operation
    public int read() {
      lock.readLock().lock();
      try {
        return value;
      } finally {
        lock.readLock().unlock();
      }
    }
  }

  /** The same fields without locks. */
  public static class PlainFields {
    private int count;
    private int value;
    private int keyed;

    /** Increments. */
    public int increment() {
      return ++count;
    }

    /** Adds. */
    public int add(int thread) {
      value += thread + 1;
      return value;
    }

    /** Adds too. */
    public int addUpgraded(int thread) {
      return add(thread);
    }

    /** Increments the other one. */
    public int incrementByKey() {
      return ++keyed;
    }

    /** Reads. */
    public int read() {
      return value;
    }
  }
}
