package io.pawl.locks;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.ConditionLock;
import io.pawl.internal.queue.SharedQueue;
import java.io.Serial;

/** The state of an {@link RwLock}, owned by its writer; what thread dumps show. */
final class RwSync extends OwnedLock {

  /*
   * State    0        free
   *          1..MAX   that many read locks
   *          WRITER   the write lock
   *
   * Transitions
   *
   *              +1, nobody waits or state is 0
   *            +-----+
   *            |     v     -1            CAS
   *            +-- n > 0 -------> 0 -----------> WRITER ---+
   *                  ^            ^                 |      | granted to the head of the queue
   *                  |            +-----------------+ <----+
   *                  |               release store  |
   *                  +------------------------------+
   *                        downgrade, grant to readers
   *
   * Invariants
   *   I1  A reader joins readers only while nobody waits; SharedQueue lets the waiting ones in.
   *   I2  Whoever brings the state to 0 looks into the queue afterwards, with a light fence between.
   *   I3  Whoever turns WRITER into a read lock does the same, for readers may be waiting at the head.
   *   I4  A hand-off never frees the state: to a writer it stays WRITER, to readers it is downgraded
   *       while they are let in, so no writer can overtake them.
   *
   * Memory order
   *   state   CAS, volatile, to lock and to unlock a read lock; store release to unlock the write lock
   *   owner   plain, see OwnedLock
   */
  static final int WRITER = -1;

  static final int SHARED = 1;

  private static final int MAX_READERS = Integer.MAX_VALUE;

  @Serial private static final long serialVersionUID = 1L;

  int stateOpaque() {
    return state;
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

  boolean tryWrite() {
    return state == FREE && tryAcquire(WRITER);
  }

  void unlockRead() {
    for (; ; ) {
      int s = state;
      if (s <= 0) {
        throw new IllegalMonitorStateException("No read lock is held");
      }
      AcquireQueue q = queueOrNull();
      if (s == 1 && q != null && q.isHandOffDue() && casState(1, WRITER)) {
        releaseWriter(q);
        return;
      }
      if (casState(s, s - 1)) {
        if (s == 1) {
          wakeNext();
        }
        return;
      }
    }
  }

  void unlockWrite() {
    requireOwner();
    AcquireQueue q = queueOrNull();
    if (q != null && q.isHandOffDue()) {
      setOwner(null);
      releaseWriter(q);
    } else {
      replace(FREE);
    }
  }

  void downgrade() {
    requireOwner();
    replace(1);
  }

  /** Releases WRITER, which has no owner, by hand-off if that is due. */
  private void releaseWriter(AcquireQueue q) {
    if (q.isHandOffDue()) {
      if (q.handOff()) {
        return;
      }
      STATE.lazySet(this, 1);
      wakeNext();
      releaseLastRead();
    } else {
      STATE.lazySet(this, FREE);
      wakeNext();
    }
  }

  private void releaseLastRead() {
    if (STATE.getAndAdd(this, -1) == 1) {
      wakeNext();
    }
  }

  private static int nextReader(int s) {
    if (s == MAX_READERS) {
      throw new Error("Maximum lock count exceeded");
    }
    return s + 1;
  }

  private boolean casState(int expected, int value) {
    return STATE.compareAndSet(this, expected, value);
  }

  private void requireOwner() {
    if (!isOwner()) {
      throw new IllegalMonitorStateException(
          "The current thread does not hold the write lock of this lock");
    }
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
  AcquireQueue newQueue() {
    return new Queue();
  }

  Condvar newCondition() {
    return new Condvar((Queue) queue());
  }

  /** Connects the queue, and through it the conditions, with the state. */
  private final class Queue extends SharedQueue implements ConditionLock {

    Queue() {
      super(false);
    }

    @Override
    protected boolean tryAcquire(int ask) {
      if (ask == EXCLUSIVE) {
        return state == FREE && casState(FREE, WRITER);
      }
      for (int s; (s = state) != WRITER; ) {
        if (casState(s, nextReader(s))) {
          return true;
        }
      }
      return false;
    }

    /** At the maximum it fails; the reader, woken, then throws from its own attempt. */
    @Override
    protected boolean tryShare() {
      for (int s; (s = state) != WRITER && s != MAX_READERS; ) {
        if (casState(s, s + 1)) {
          return true;
        }
      }
      return false;
    }

    @Override
    protected void unshare() {
      STATE.getAndAdd(RwSync.this, -1);
    }

    @Override
    protected int holds() {
      return state;
    }

    @Override
    protected void giveBack(int ask) {
      if (ask == EXCLUSIVE) {
        releaseWriter(this);
      } else {
        unlockRead();
      }
    }

    @Override
    public boolean isHeldByCurrentThread() {
      return isOwner();
    }

    @Override
    public int releaseFully() {
      unlockWrite();
      return 1;
    }

    @Override
    public void acquire() {
      if (!tryWrite()) {
        int _ = contend(EXCLUSIVE, false, Deadlines.FOREVER);
      }
    }

    @Override
    public void reacquired(int holds) {
      setOwner(Thread.currentThread());
    }

    @Override
    public AcquireQueue queue() {
      return this;
    }

    @Override
    public Object blocker() {
      return RwSync.this;
    }
  }
}
