package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;

import io.pawl.internal.backend.Backend;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;

/**
 * An RwLock whose slots are opened by each read lock that can open them, however short the time
 * since they were closed.
 */
record EagerSlots(RwLock lock) implements ReadWriteLock {

  /** Makes a lock whose slots are open. */
  static RwLock opened() {
    RwLock lock = new RwLock();
    open(lock);
    return lock;
  }

  /** Opens the slots of a lock that nobody wants; the current thread then has one. */
  @SuppressWarnings("LockNotBeforeTry") // what fails is the test
  static void open(RwLock lock) {
    var _ = Backend.settled();
    hasten(lock.sync());
    lock.readLock().lock();
    lock.readLock().unlock();
    if (!lock.sync().areSlotsOpen()) {
      throw new AssertionError("The slots are not open: " + lock);
    }
  }

  /** Lets the next read lock open the slots. */
  static void hasten(RwSync sync) {
    sync.slots().mayOpenAt = System.nanoTime();
    sync.slots().mayLightenAt = System.nanoTime();
    sync.reads = RwSync.READS_TO_OPEN;
  }

  /**
   * As {@link #hasten}, but the slots may also be opened to readers that fence, the next of which
   * looks whether it may change that.
   */
  private static void hastenSomehow(RwSync sync) {
    hasten(sync);
    ReadSlots slots = sync.slots();
    int own = ReadSlots.index(ReadSlots.key(Thread.currentThread()));
    slots.words()[own + 1] = ReadSlots.READS_TO_LOOK - 1;
    if (ThreadLocalRandom.current().nextBoolean()) {
      slots.mayLightenAt = System.nanoTime() + HOURS.toNanos(1);
    }
  }

  @Override
  public Lock readLock() {
    return new EagerLock(lock.sync(), lock.readLock());
  }

  @Override
  public Lock writeLock() {
    return lock.writeLock();
  }

  private record EagerLock(RwSync sync, Lock real) implements Lock {

    @Override
    public void lock() {
      hastenSomehow(sync);
      real.lock();
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
      hastenSomehow(sync);
      real.lockInterruptibly();
    }

    @Override
    public boolean tryLock() {
      hastenSomehow(sync);
      return real.tryLock();
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
      hastenSomehow(sync);
      return real.tryLock(time, unit);
    }

    @Override
    public void unlock() {
      real.unlock();
    }

    @Override
    public Condition newCondition() {
      return real.newCondition();
    }
  }
}
