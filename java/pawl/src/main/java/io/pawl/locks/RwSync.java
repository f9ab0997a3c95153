package io.pawl.locks;

import io.pawl.internal.fence.Fences;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.ConditionLock;
import io.pawl.internal.queue.SharedQueue;
import io.pawl.internal.queue.Spin;
import java.io.Serial;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import org.jspecify.annotations.Nullable;

/** The state of an {@link RwLock}, owned by its writer; what thread dumps show. */
final class RwSync extends AbstractOwnableSynchronizer {

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
   *   owner   plain, as in Mutex
   */
  static final int WRITER = -1;

  private static final int MAX_READERS = Integer.MAX_VALUE;

  private static final AtomicIntegerFieldUpdater<RwSync> STATE =
      AtomicIntegerFieldUpdater.newUpdater(RwSync.class, "state");
  private static final AtomicReferenceFieldUpdater<RwSync, @Nullable Queue> QUEUE =
      AtomicReferenceFieldUpdater.newUpdater(RwSync.class, Queue.class, "queue");

  static {
    Spin.initialize();
  }

  @Serial private static final long serialVersionUID = 1L;

  private transient volatile int state;
  private transient volatile @Nullable Queue queue;

  int stateOpaque() {
    return state;
  }

  @Nullable Thread owner() {
    return getExclusiveOwnerThread();
  }

  boolean isHeldByCurrentThread() {
    return getExclusiveOwnerThread() == Thread.currentThread();
  }

  // ---- Fast paths

  /** Takes a read lock if the rules for newcomers allow it. */
  boolean tryRead() {
    for (; ; ) {
      int s = state;
      if (s == WRITER || (s > 0 && hasWaiters())) {
        return false;
      }
      if (casState(s, nextReader(s))) {
        return true;
      }
    }
  }

  boolean tryWrite() {
    if (state != 0 || !casState(0, WRITER)) {
      return false;
    }
    try {
      setExclusiveOwnerThread(Thread.currentThread());
    } catch (StackOverflowError e) {
      boolean _ = casState(WRITER, 0);
      released();
      throw e;
    }
    return true;
  }

  void unlockRead() {
    for (; ; ) {
      int s = state;
      if (s <= 0) {
        throw new IllegalMonitorStateException("No read lock is held");
      }
      Queue q = queue;
      if (s == 1 && q != null && q.isHandOffDue() && casState(1, WRITER)) {
        releaseWriter(q);
        return;
      }
      if (casState(s, s - 1)) {
        if (s == 1) {
          released();
        }
        return;
      }
    }
  }

  void unlockWrite() {
    requireOwner();
    Queue q = queue;
    if (q != null && q.isHandOffDue()) {
      setExclusiveOwnerThread(null);
      releaseWriter(q);
    } else {
      replaceWriter(0);
    }
  }

  void downgrade() {
    requireOwner();
    replaceWriter(1);
  }

  /** Gives up ownership and changes the state; the lock is as it was if the stack overflows. */
  private void replaceWriter(int newState) {
    Thread owner = getExclusiveOwnerThread();
    setExclusiveOwnerThread(null);
    try {
      STATE.lazySet(this, newState);
    } catch (StackOverflowError e) {
      setExclusiveOwnerThread(owner);
      throw e;
    }
    released();
  }

  /** Releases WRITER, which has no owner, by hand-off if that is due. */
  private void releaseWriter(Queue q) {
    if (q.isHandOffDue()) {
      if (q.handOff()) {
        return;
      }
      STATE.lazySet(this, 1);
      released();
      releaseLastRead();
    } else {
      STATE.lazySet(this, 0);
      released();
    }
  }

  private void releaseLastRead() {
    if (STATE.getAndAdd(this, -1) == 1) {
      released();
    }
  }

  private void released() {
    Fences.light();
    Queue q = queue;
    if (q != null) {
      q.released();
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
    if (!isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException(
          "The current thread does not hold the write lock of this lock");
    }
  }

  // ---- Waiting

  int contend(boolean shared, boolean interruptible, long deadline) {
    if (isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException(
          "The current thread holds the write lock, and it is not reentrant; to go on as a reader,"
              + " use WriteLock.downgrade()");
    }
    int result = queue().acquire(this, shared, interruptible, deadline);
    if (result == AcquireQueue.ACQUIRED && !shared) {
      setExclusiveOwnerThread(Thread.currentThread());
    }
    return result;
  }

  void lockInterruptibly(boolean shared) throws InterruptedException {
    boolean _ = tryLock(shared, Deadlines.FOREVER);
  }

  boolean tryLock(boolean shared, long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (shared ? tryRead() : tryWrite()) {
      return true;
    }
    if (nanos <= 0) {
      return false;
    }
    return switch (contend(shared, true, Deadlines.after(nanos))) {
      case AcquireQueue.ACQUIRED -> true;
      case AcquireQueue.TIMED_OUT -> false;
      default -> throw new InterruptedException();
    };
  }

  int queueLength() {
    Queue q = queue;
    return q == null ? 0 : q.size();
  }

  private boolean hasWaiters() {
    Queue q = queue;
    return q != null && !q.isEmpty();
  }

  Queue queue() {
    Queue q = queue;
    if (q == null) {
      Queue fresh = new Queue();
      q = QUEUE.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(queue);
    }
    return q;
  }

  /** Connects the queue, and through it the conditions, with the state. */
  final class Queue extends SharedQueue implements ConditionLock {

    @Override
    protected boolean tryAcquire(boolean shared) {
      if (!shared) {
        return state == 0 && casState(0, WRITER);
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
    protected void giveBack(boolean shared) {
      if (shared) {
        unlockRead();
      } else {
        releaseWriter(this);
      }
    }

    @Override
    public boolean isHeldByCurrentThread() {
      return RwSync.this.isHeldByCurrentThread();
    }

    @Override
    public int releaseFully() {
      unlockWrite();
      return 1;
    }

    @Override
    public void acquire() {
      if (!tryWrite()) {
        int _ = contend(false, false, Deadlines.FOREVER);
      }
    }

    @Override
    public void reacquired(int holds) {
      setExclusiveOwnerThread(Thread.currentThread());
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
