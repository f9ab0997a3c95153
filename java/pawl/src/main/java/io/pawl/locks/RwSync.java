package io.pawl.locks;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import java.io.Serial;

/** The state of an {@link RwLock}, whose readers are counted but not known. */
final class RwSync extends ReadWriteSync {

  @Serial private static final long serialVersionUID = 1L;

  int stateOpaque() {
    return state;
  }

  @Override
  boolean isFair() {
    return false;
  }

  // ---- Fast paths

  /** Takes a read lock if the rules for newcomers allow it. */
  boolean tryRead() {
    for (; ; ) {
      int s = state;
      if (s == WRITER || (s > 0 && isQueued())) {
        return false;
      }
      if (casState(s, nextReader(s))) {
        return true;
      }
    }
  }

  /** Unlike dropRead this copes with a read lock that is not held. */
  void unlockRead() {
    for (; ; ) {
      int s = state;
      if (s <= 0) {
        throw new IllegalMonitorStateException("No read lock is held");
      }
      AcquireQueue q = queueOrNull();
      int after = s == 1 && q != null && q.isHandOffDue() ? WRITER : s - 1;
      if (casState(s, after)) {
        readDropped(after);
        return;
      }
    }
  }

  void unlockWrite() {
    requireOwner();
    releaseWrite();
  }

  void downgrade() {
    requireOwner();
    replace(1);
  }

  // ---- Waiting

  int contend(int ask, boolean interruptible, long deadline) {
    if (isOwner()) {
      throw new IllegalMonitorStateException(
          "The current thread holds the write lock, and it is not reentrant; to go on as a reader,"
              + " use WriteLock.downgrade()");
    }
    return acquireQueued(ask, interruptible, deadline);
  }

  void lockInterruptibly(int ask) throws InterruptedException {
    boolean _ = tryLock(ask, Deadlines.FOREVER);
  }

  boolean tryLock(int ask, long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return (ask == SHARED ? tryRead() : tryWrite())
        || (nanos > 0 && AcquireQueue.isAcquired(contend(ask, true, Deadlines.after(nanos))));
  }

  @Override
  long releaseFully() {
    unlockWrite();
    return 1;
  }

  @Override
  void reacquired(long holds) {
    setOwner(Thread.currentThread());
  }
}
