package io.pawl.locks;

import io.pawl.internal.observe.Parts;
import io.pawl.internal.observe.Subjects;
import org.jspecify.annotations.Nullable;

/** The parts of locks: views of read-write locks, and locks and conditions inside of others. */
final class LockParts extends Parts {

  static {
    Subjects.add(new LockParts());
  }

  private LockParts() {}

  /** Makes the parts known; called by whatever else is needed to make one. */
  static void initialize() {}

  @Override
  protected @Nullable Object wholeOf(Object object) {
    if (object instanceof OwnedLock lock) {
      return lock.whole;
    }
    if (object instanceof Condvar condition) {
      return condition.whole;
    }
    if (object instanceof FairMutex mutex) {
      return mutex.whole;
    }
    if (object instanceof SeqLock.WriteLock view) {
      return view.seqLock;
    }
    if (object instanceof RwLock lock) {
      return lock.sync().whole == lock ? null : lock.sync();
    }
    return syncOf(object);
  }

  /** The state that a view reads, which is a part of the lock. */
  private static @Nullable Object syncOf(Object object) {
    if (object instanceof ReentrantReadWriteLock.ReadLock view) {
      return view.sync;
    }
    if (object instanceof ReentrantReadWriteLock.WriteLock view) {
      return view.sync;
    }
    if (object instanceof RwLock.ReadLock view) {
      return view.sync;
    }
    if (object instanceof RwLock.WriteLock view) {
      return view.sync;
    }
    return object instanceof UpgradableReadLock view ? view.sync : null;
  }

  @Override
  protected boolean join(Object part, Object whole) {
    if (part instanceof OwnedLock lock) {
      lock.whole = whole;
    } else if (part instanceof FairMutex mutex) {
      mutex.whole = whole;
    } else if (part instanceof Condvar condition) {
      condition.whole = whole;
    } else if (part instanceof RwLock lock) {
      lock.sync().whole = whole;
    } else {
      return false;
    }
    return true;
  }

  /** A condition has the name of its lock. */
  @Override
  protected @Nullable String nameOf(Object subject) {
    if (subject instanceof Condvar condition) {
      return Subjects.nameOf(condition.lock());
    }
    return subject instanceof GuardedCondition<?> condition
        ? Subjects.nameOf(condition.data)
        : null;
  }
}
