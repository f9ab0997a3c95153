package io.pawl.locks;

import io.pawl.internal.observe.PartOf;
import java.util.concurrent.TimeUnit;

/** A {@link StampedLock} seen as a read-write lock without stamps. */
final class StampedViews implements ReadWriteLock, PartOf {

  private final StampedLock lock;

  private final Lock readLock;
  private final Lock writeLock;

  StampedViews(StampedLock lock) {
    this.lock = lock;
    readLock = new ReadView(lock);
    writeLock = new WriteView(lock);
  }

  @Override
  public Lock readLock() {
    return readLock;
  }

  @Override
  public Lock writeLock() {
    return writeLock;
  }

  @Override
  public Object subject() {
    return lock;
  }

  private static final class ReadView implements Lock, PartOf {

    private final StampedLock lock;

    ReadView(StampedLock lock) {
      this.lock = lock;
    }

    @Override
    public void lock() {
      long _ = lock.readLock();
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
      long _ = lock.readLockInterruptibly();
    }

    @Override
    public boolean tryLock() {
      return lock.tryReadLock() != 0;
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
      return lock.tryReadLock(time, unit) != 0;
    }

    @Override
    public void unlock() {
      if (!lock.tryUnlockHeldRead()) {
        throw new IllegalMonitorStateException("No read lock is held");
      }
    }

    @Override
    public Condition newCondition() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object subject() {
      return lock;
    }
  }

  private static final class WriteView implements Lock, PartOf {

    private final StampedLock lock;

    WriteView(StampedLock lock) {
      this.lock = lock;
    }

    @Override
    public void lock() {
      long _ = lock.writeLock();
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
      long _ = lock.writeLockInterruptibly();
    }

    @Override
    public boolean tryLock() {
      return lock.tryWriteLock() != 0;
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
      return lock.tryWriteLock(time, unit) != 0;
    }

    @Override
    public void unlock() {
      if (!lock.tryUnlockHeldWrite()) {
        throw new IllegalMonitorStateException("The write lock is not held");
      }
    }

    @Override
    public Condition newCondition() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object subject() {
      return lock;
    }
  }
}
