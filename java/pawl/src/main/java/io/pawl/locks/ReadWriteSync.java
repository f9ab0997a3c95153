package io.pawl.locks;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.ConditionLock;
import io.pawl.internal.queue.FairQueue;
import io.pawl.internal.queue.LockQueue;
import io.pawl.internal.queue.RequeueTarget;
import io.pawl.internal.queue.SharedQueue;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * What the read-write locks have in common: a state, owned by the writer, its release, and the
 * queue of both sides. What thread dumps show.
 */
abstract class ReadWriteSync extends OwnedLock {

  /*
   * State    0        free
   *          n > 0    shared by readers; for a ReentrantReadWriteLock n read locks, for more see RwSync
   *          WRITER   the write lock
   *          < WRITER a reader waits for the others to leave, to become the writer; see RwSync
   *
   * Transitions
   *
   *              +1, as the lock's rules allow
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
   *   I1  A newcomer joins readers only while nobody waits; SharedQueue or FairQueue lets the waiting ones in. A
   *       lock may make exceptions of threads that hold it, and of attempts that do not wait.
   *   I2  Whoever brings the state to 0 looks into the queue afterwards.
   *   I3  Whoever turns WRITER into read locks does the same, for readers may be waiting at the head.
   *   I4  A hand-off never frees the state: to a writer it stays WRITER, to readers it is downgraded
   *       while they are let in, so no writer can overtake them.
   *
   * Memory order
   *   state   CAS or volatile read-modify-write to lock and to unlock a read lock, which needs no
   *           fence before the look into the queue; store release and a light fence to unlock the
   *           write lock
   *   owner   plain, see OwnedLock
   */
  static final int WRITER = -1;

  static final int SHARED = 1;

  @Serial private static final long serialVersionUID = 1L;

  ReadWriteSync() {}

  // ---- What the kinds of locks differ in

  /** Whether newcomers queue behind those who wait. */
  abstract boolean isFair();

  /** Whether as many read locks are held as can be counted. */
  abstract boolean isFull(int s);

  /** How the current thread holds the lock, which it has for writing. */
  abstract long heldAs();

  /** Releases the write lock, however often it is held. */
  abstract void releaseFully();

  /** Makes the current thread the owner of the write lock, which it has acquired for a wait. */
  abstract void reacquired(long holds);

  // ---- State

  final boolean casState(int expected, int value) {
    return STATE.compareAndSet(this, expected, value);
  }

  final int nextReader(int s) {
    if (isFull(s)) {
      throw tooManyHolds();
    }
    return s + 1;
  }

  static Error tooManyHolds() {
    return new Error("Maximum lock count exceeded");
  }

  final void requireOwner() {
    if (!isOwner()) {
      throw new IllegalMonitorStateException(
          "The current thread does not hold the write lock of this lock");
    }
  }

  /** Whether a writer that has come to its turn may take the lock. */
  boolean isFree() {
    return state == FREE;
  }

  /** How the lock is held, for the queue: FREE, WRITER, or positive if readers keep writers out. */
  int holds() {
    return state;
  }

  /** Takes the write lock if it is free. */
  final boolean tryWrite() {
    return isFree() && tryAcquire(WRITER);
  }

  @Override
  final boolean tryTake(int ask) {
    if (ask == AcquireQueue.EXCLUSIVE) {
      return isFree() && casState(FREE, WRITER);
    }
    for (int s; (s = state) >= FREE; ) {
      if (casState(s, nextReader(s))) {
        return true;
      }
    }
    return false;
  }

  final boolean isWriteLocked() {
    return state == WRITER;
  }

  // ---- Release

  /**
   * Takes one read lock, which is held, off the state; to be followed by {@link #readDropped}.
   *
   * @return the state as it is now: WRITER if the lock is to be handed over
   */
  final int dropRead() {
    LockQueue q = queueOrNull();
    return q != null && q.isHandOffDue() && state == 1 && casState(1, WRITER)
        ? WRITER
        : STATE.decrementAndGet(this);
  }

  /** Wakes or hands over if need be. */
  final void readDropped(int s) {
    if (s <= 0) {
      LockQueue q = queueOrNull();
      if (s < WRITER) {
        Parker alone = leftAlone(s);
        if (alone != null) {
          alone.unpark();
        }
      } else if (q != null) {
        if (s == FREE) {
          q.released();
        } else {
          releaseWriter(q);
        }
      }
    }
  }

  /**
   * What wakes the reader that waits to become the writer, if the state says that all others left.
   */
  @Nullable Parker leftAlone(int s) {
    return null;
  }

  /** Releases the write lock, held once. */
  final void releaseWrite() {
    LockQueue q = queueOrNull();
    if (q != null && q.isHandOffDue()) {
      setOwner(null);
      releaseWriter(q);
    } else {
      replace(FREE);
    }
  }

  /** Releases WRITER, which has no owner, by hand-off if that is due. */
  final void releaseWriter(LockQueue q) {
    if (q.isHandOffDue()) {
      if (q.handOff()) {
        return;
      }
      STATE.lazySet(this, 1);
      wakeNext();
      readDropped(STATE.decrementAndGet(this));
    } else {
      STATE.lazySet(this, FREE);
      wakeNext();
    }
  }

  // ---- Queue

  @Override
  final LockQueue newQueue() {
    return isFair() ? new InTurn() : new Barging();
  }

  @Override
  final ConditionLock conditionLock() {
    return new OfCondition(this);
  }

  /** Adds a read lock unless the lock is held for writing, or as often as it can be. */
  private boolean tryShare() {
    for (int s; (s = state) >= FREE && !isFull(s); ) {
      if (casState(s, s + 1)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Parker unshare() {
    return leftAlone(STATE.decrementAndGet(this));
  }

  private void giveBack(int ask, LockQueue q) {
    if (ask == AcquireQueue.EXCLUSIVE) {
      releaseWriter(q);
    } else {
      readDropped(dropRead());
    }
  }

  /** Connects the queue of a lock that is not fair with the state. */
  private final class Barging extends SharedQueue {

    @Override
    protected boolean tryAcquire(int ask) {
      return tryTake(ask);
    }

    /** At the maximum it fails; the reader, woken, then throws from its own attempt. */
    @Override
    protected boolean tryShare() {
      return ReadWriteSync.this.tryShare();
    }

    @Override
    protected @Nullable Parker unshare() {
      return ReadWriteSync.this.unshare();
    }

    @Override
    protected int holds() {
      return ReadWriteSync.this.holds();
    }

    @Override
    public @Nullable Thread ownerOf(Object lock) {
      return owner();
    }

    @Override
    public void ownedByCurrentThread(Object lock) {
      setOwner(Thread.currentThread());
    }

    @Override
    protected void giveBack(int ask) {
      ReadWriteSync.this.giveBack(ask, this);
    }
  }

  /** Connects the queue of a fair lock with the state; neighbouring readers are let in together. */
  private final class InTurn extends FairQueue {

    @Override
    protected boolean isAvailable(int ask) {
      return ask == AcquireQueue.EXCLUSIVE ? state == FREE : state != WRITER;
    }

    @Override
    protected boolean tryGrant(int ask) {
      return ask == AcquireQueue.EXCLUSIVE ? state == FREE && casState(FREE, WRITER) : tryShare();
    }

    @Override
    protected void putBack(int ask) {
      if (ask == AcquireQueue.EXCLUSIVE) {
        state = FREE;
      } else {
        Parker _ = unshare(); // locks with this queue have no upgrade
      }
    }

    @Override
    protected boolean isRefused(int ask) {
      return ask != AcquireQueue.EXCLUSIVE && isFull(state);
    }

    @Override
    public @Nullable Thread ownerOf(Object lock) {
      return owner();
    }

    @Override
    public void ownedByCurrentThread(Object lock) {
      setOwner(Thread.currentThread());
    }

    @Override
    protected void giveBack(int ask) {
      ReadWriteSync.this.giveBack(ask, this);
    }
  }

  /** The write lock as its conditions see it. */
  private record OfCondition(ReadWriteSync sync) implements ConditionLock {

    @Override
    public boolean isHeldByCurrentThread() {
      return sync.isOwner();
    }

    @Override
    public long heldAs() {
      return sync.heldAs();
    }

    @Override
    public void releaseFully() {
      sync.releaseFully();
    }

    @Override
    public void acquire() {
      if ((sync.isFair() && sync.isQueued()) || !sync.tryWrite()) {
        int _ = sync.acquireQueued(AcquireQueue.EXCLUSIVE, false, Deadlines.FOREVER);
      }
    }

    @Override
    public boolean tryAcquire() {
      return sync.tryWrite();
    }

    @Override
    public void reacquired(long holds) {
      sync.reacquired(holds);
    }

    @Override
    public RequeueTarget queue() {
      return sync.queue();
    }

    @Override
    public Object blocker() {
      return sync;
    }
  }
}
