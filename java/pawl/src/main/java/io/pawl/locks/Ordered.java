package io.pawl.locks;

import io.pawl.internal.observe.HeldLocks;
import io.pawl.internal.observe.LockClasses;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What the locks tell of themselves where the order of locks is watched ({@link
 * io.pawl.internal.observe.Order}); elsewhere nothing of it is called.
 *
 * <p>Of a lock that knows its owner it is enough to tell that the current thread is about to take
 * it. Of others, acquisition and release are told: an attempt is told before, as what is told may
 * fail, and taken back if it does not succeed.
 */
final class Ordered {

  static {
    HeldLocks.askBy(Ordered::isOwned);
  }

  private Ordered() {}

  private static boolean isOwned(Object lock) {
    return switch (lock) {
      case ReentrantRwSync sync -> sync.isOwner() || sync.readHolds() > 0;
      case OwnedLock owned -> owned.isOwner();
      case FairMutex mutex -> mutex.isHeldByCurrentThread();
      case SpinLock spin -> spin.isHeldByCurrentThread();
      default -> false;
    };
  }

  // ---- Construction

  static void made(Object lock) {
    LockClasses.made(lock, kind(lock));
  }

  private static String kind(Object lock) {
    return switch (lock) {
      case RwSync _ -> RwLock.class.getSimpleName();
      case ReentrantRwSync _ -> ReentrantReadWriteLock.class.getSimpleName();
      default ->
          lock.getClass().getPackage() == Ordered.class.getPackage()
              ? lock.getClass().getSimpleName()
              : lock.getClass().getName();
    };
  }

  /** A lock that is made as a part of another is of its class. */
  static void part(Object lock, Object whole) {
    String label = LockClasses.of(whole);
    if (label != null) {
      LockClasses.keep(lock, label);
    }
  }

  /** The locks in one field of all objects are a class. */
  static void made(QueuedByteLock<?> lock, VarHandle field) {
    field
        .describeConstable()
        .ifPresent(it ->
            LockClasses.keep(
                lock,
                "ByteLock "
                    + field.coordinateTypes().getFirst().getName()
                    + "."
                    + it.constantName()));
  }

  // ---- Locks that know their owner

  static void lock(Object lock) {
    HeldLocks.takes(lock, true);
  }

  static void lock(RwLock.WriteLock lock) {
    HeldLocks.takes(lock.sync, true);
  }

  static void tryLock(Object lock) {
    HeldLocks.takes(lock, false);
  }

  static void tryLock(Object lock, long nanos) {
    HeldLocks.takes(lock, isForever(nanos));
  }

  private static boolean isForever(long nanos) {
    return Deadlines.after(nanos) == Deadlines.FOREVER;
  }

  // ---- Locks that know no owner

  /** An attempt to take a lock. */
  @FunctionalInterface
  interface Attempt<X extends Exception> {

    /** Returns 0 if it was in vain. */
    long take() throws X;
  }

  /** Tells of an attempt, and makes it. */
  static <X extends Exception> long counted(Object lock, boolean waits, Attempt<X> attempt)
      throws X {
    return counted(lock, LockClasses.of(lock), waits, attempt);
  }

  private static <X extends Exception> long counted(
      Object lock, @Nullable String label, boolean waits, Attempt<X> attempt) throws X {
    HeldLocks.counts(lock, label, waits);
    long got = 0;
    try {
      got = attempt.take();
    } finally {
      if (got == 0) {
        HeldLocks.withdraws(lock, label);
      }
    }
    return got;
  }

  static void released(Object lock) {
    HeldLocks.releases(lock, LockClasses.of(lock));
  }

  static boolean released(Object lock, boolean isReleased) {
    if (isReleased) {
      released(lock);
    }
    return isReleased;
  }

  static long released(StampedLock lock, long stamp) {
    if (stamp != 0) {
      released(lock);
    }
    return stamp;
  }

  /** The current thread has turned the write lock into a read lock. */
  static void downgraded(RwLock.WriteLock lock) {
    HeldLocks.counts(lock.sync, LockClasses.of(lock.sync), false);
  }

  static void lock(RwLock.ReadLock lock) {
    RwSync sync = lock.sync;
    long _ =
        counted(
            sync,
            true,
            () ->
                number(
                    sync.tryRead()
                        || sync.contend(RwSync.SHARED, false, Deadlines.FOREVER)
                            == AcquireQueue.ACQUIRED));
  }

  static boolean tryLock(RwLock.ReadLock lock) {
    RwSync sync = lock.sync;
    return counted(sync, false, () -> number(sync.tryRead())) != 0;
  }

  static boolean tryLock(RwSync sync, int ask, long nanos) throws InterruptedException {
    if (ask == AcquireQueue.EXCLUSIVE) {
      tryLock(sync, nanos);
      return sync.attempt(ask, nanos);
    }
    return counted(sync, isForever(nanos), () -> number(sync.attempt(ask, nanos))) != 0;
  }

  static long stamp(StampedLock lock, long nanos, Attempt<InterruptedException> attempt)
      throws InterruptedException {
    return counted(lock, isForever(nanos), attempt);
  }

  static <T> void lock(QueuedByteLock<T> lock, T holder, long index) {
    long _ =
        counted(
            holder,
            LockClasses.of(lock),
            true,
            () ->
                number(
                    lock.take(holder, index)
                        || lock.lockContended(holder, index, false, Deadlines.FOREVER) >= 0));
  }

  static <T> boolean tryLock(QueuedByteLock<T> lock, T holder, long index) {
    return counted(holder, LockClasses.of(lock), false, () -> number(lock.take(holder, index)))
        != 0;
  }

  static <T> boolean tryLock(QueuedByteLock<T> lock, T holder, long index, long nanos)
      throws InterruptedException {
    return counted(
            holder,
            LockClasses.of(lock),
            isForever(nanos),
            () -> number(lock.attempt(holder, index, nanos)))
        != 0;
  }

  static void unlocked(QueuedByteLock<?> lock, Object holder) {
    HeldLocks.releases(holder, LockClasses.of(lock));
  }

  private static long number(boolean taken) {
    return taken ? 1 : 0;
  }
}
