package io.pawl.locks;

import io.pawl.internal.observe.Order;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.LockQueue;
import java.io.Serial;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The state of a {@link ReentrantReadWriteLock}, which knows who reads and how often. */
final class ReentrantRwSync extends ReadWriteSync {

  /*
   * State    as in ReadWriteSync; a read lock that is held n times counts n
   *
   * Who holds it, and how often
   *
   *   thread                              counted in
   *   the writer, for writing             rewrites + 1
   *   the writer, for reading             firstReader, firstReaderHolds; not in the state
   *   the reader that came first          firstReader, firstReaderHolds; and in the state
   *   any other reader                    its ReadHolds; and in the state
   *
   * Transitions
   *
   *   0 --first reader--> 1, firstReader        WRITER --own reads, last unlock--> n, firstReader
   *   n --any reader----> n + 1                 WRITER --no reads, last unlock---> 0
   *
   * Invariants
   *   I1  firstReader is a thread that holds a read lock, or null; only that thread writes it and
   *       firstReaderHolds, so a thread that finds itself there is the one. It is null when the state
   *       goes to 0, and when it goes to WRITER.
   *   I2  A reader is counted in firstReaderHolds or in its ReadHolds, never in both.
   *   I3  rewrites is touched only by the writer, and 0 when it releases the state.
   *   I4  A reader that holds the lock already never queues: the state is positive, and stays so.
   *   I5  What can run out of memory or stack comes before the state is changed; the counting that
   *       follows is stores in the same frame.
   *
   * Memory order: the plain fields are written between an acquisition and a release by their writer.
   */

  private static final int MAX_READERS = Integer.MAX_VALUE;

  private static final AtomicReferenceFieldUpdater<ReentrantRwSync, @Nullable Object> HOLD_KEY =
      AtomicReferenceFieldUpdater.newUpdater(ReentrantRwSync.class, Object.class, "holdKey");

  @Serial private static final long serialVersionUID = 1L;

  /** Whether newcomers queue behind those who wait. */
  private final boolean fair;

  /**
   * Stands for this lock in {@link ReadHolds}; null until there is a reader to be counted there.
   */
  private transient volatile @Nullable Object holdKey;

  private transient @Nullable Thread firstReader;
  transient int firstReaderHolds;
  transient int rewrites;

  ReentrantRwSync(boolean fair) {
    this.fair = fair;
  }

  @Override
  boolean isFair() {
    return fair;
  }

  @Override
  boolean isFull(int s) {
    return s == MAX_READERS;
  }

  // ---- Read lock

  void lockRead() {
    if (Order.ON) {
      Ordered.lock(this);
    }
    if (!tryRead(false)) {
      int _ = awaitRead(false, Deadlines.FOREVER);
    }
  }

  boolean tryRead(long nanos) throws InterruptedException {
    AcquireQueue.requireNotInterrupted();
    if (Order.ON) {
      Ordered.tryLock(this, nanos);
    }
    if (tryRead(false)) {
      return true;
    }
    return nanos > 0
        ? AcquireQueue.isAcquired(awaitRead(true, Deadlines.after(nanos)))
        : !fair && queuedThreads(ask -> ask == AcquireQueue.EXCLUSIVE).isEmpty() && tryRead(true);
  }

  /** Takes a read lock, past threads that wait, if nobody else holds the write lock. */
  boolean tryReadNow() {
    if (Order.ON) {
      Ordered.tryLock(this);
    }
    return tryRead(true);
  }

  /**
   * Takes a read lock if that can be had now.
   *
   * @param barging whether past threads that wait
   */
  private boolean tryRead(boolean barging) {
    Thread current = Thread.currentThread();
    if (state == FREE && !(fair && !barging && isQueued()) && casState(FREE, 1)) {
      firstReader = current;
      firstReaderHolds = 1;
      return true;
    }
    return tryJoin(current, barging);
  }

  private boolean tryJoin(Thread current, boolean barging) {
    if (firstReader == current) {
      rereadFirst();
      return true;
    }
    if (state == WRITER) {
      if (owner() != current) {
        return false;
      }
      firstReaderHolds = 1;
      firstReader = current;
      return true;
    }
    Object[] holds = ReadHolds.current();
    int slot = ReadHolds.slot(holds, holdKey());
    int[] counts = (int[]) holds[ReadHolds.COUNTS];
    boolean newcomer = counts[slot] == 0;
    boolean queues = newcomer && !barging;
    int s;
    while ((s = state) != WRITER
        && s != MAX_READERS
        && !(queues && (fair || s > 0) && isQueued())) {
      if (casState(s, s + 1)) {
        counts[slot]++;
        return true;
      }
    }
    if (newcomer) {
      ReadHolds.remove(holds, slot);
    }
    if (s == MAX_READERS) {
      throw tooManyHolds();
    }
    return false;
  }

  /** Adds a hold of firstReader, the current thread, be it a reader or the writer. */
  private void rereadFirst() {
    int holds = nextReader(firstReaderHolds);
    int s;
    do {
      s = state;
    } while (s != WRITER && !casState(s, nextReader(s)));
    firstReaderHolds = holds;
  }

  private int awaitRead(boolean interruptible, long deadline) {
    Object[] holds = ReadHolds.current();
    int slot = ReadHolds.slot(holds, holdKey());
    int result = AcquireQueue.TIMED_OUT;
    try {
      result = acquireQueued(SHARED, interruptible, deadline);
    } finally {
      if (result == AcquireQueue.ACQUIRED) {
        ((int[]) holds[ReadHolds.COUNTS])[slot] = 1;
      } else {
        ReadHolds.remove(holds, slot);
      }
    }
    return result;
  }

  void unlockRead() {
    Thread current = Thread.currentThread();
    if (firstReader != current) {
      unlockListed();
    } else if (state == WRITER) {
      forgetOne(firstReaderHolds);
    } else {
      int holds = firstReaderHolds;
      int s;
      forgetOne(holds);
      try {
        s = dropRead();
      } catch (StackOverflowError e) {
        firstReader = current;
        firstReaderHolds = holds;
        throw e;
      }
      readDropped(s);
    }
  }

  /** Must come before the state is changed: afterwards another thread may be the first. */
  private void forgetOne(int holds) {
    if (holds == 1) {
      firstReader = null;
    } else {
      firstReaderHolds = holds - 1;
    }
  }

  private Object holdKey() {
    Object key = holdKey;
    return key != null ? key : makeHoldKey();
  }

  private Object makeHoldKey() {
    Object fresh = new Object();
    return HOLD_KEY.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(holdKey);
  }

  private void unlockListed() {
    Object[] holds = ReadHolds.current();
    Object key = holdKey;
    int slot = key == null ? 0 : ReadHolds.find(holds, key);
    int[] counts = (int[]) holds[ReadHolds.COUNTS];
    if (slot == 0 || counts[slot] == 0) {
      throw new IllegalMonitorStateException("The current thread does not hold this read lock");
    }
    int s = dropRead();
    int left = --counts[slot];
    if (left == 0) {
      ReadHolds.remove(holds, slot);
    }
    readDropped(s);
  }

  // ---- Write lock

  void lockWrite() {
    if (Order.ON) {
      Ordered.lock(this);
    }
    if (!tryWriteInTurn()) {
      int _ = awaitWrite(false, Deadlines.FOREVER);
    }
  }

  boolean tryWrite(long nanos) throws InterruptedException {
    AcquireQueue.requireNotInterrupted();
    if (Order.ON) {
      Ordered.tryLock(this, nanos);
    }
    if (tryWriteInTurn()) {
      return true;
    }
    return nanos <= 0
        ? tryRewrite()
        : AcquireQueue.isAcquired(awaitWrite(true, Deadlines.after(nanos)));
  }

  /** Takes the write lock, past threads that wait, if it is free or held by the current thread. */
  boolean tryWriteNow() {
    if (Order.ON) {
      Ordered.tryLock(this);
    }
    return tryWrite() || tryRewrite();
  }

  private boolean tryWriteInTurn() {
    return !(fair && isQueued()) && tryWrite();
  }

  private boolean tryRewrite() {
    if (!isOwner()) {
      return false;
    }
    if (rewrites + 1 == Integer.MAX_VALUE) {
      throw tooManyHolds();
    }
    rewrites++;
    return true;
  }

  private int awaitWrite(boolean interruptible, long deadline) {
    return tryRewrite()
        ? AcquireQueue.ACQUIRED
        : acquireQueued(AcquireQueue.EXCLUSIVE, interruptible, deadline);
  }

  void unlockWrite() {
    requireOwner();
    if (rewrites > 0) {
      rewrites--;
    } else if (firstReader != null) {
      replace(firstReaderHolds);
    } else {
      releaseWrite();
    }
  }

  // ---- Conditions

  @Override
  long heldAs() {
    long reads = firstReader == null ? 0 : firstReaderHolds;
    return reads << 32 | rewrites;
  }

  /**
   * The read locks of the writer are put aside as well: nobody could signal while they are held.
   */
  @Override
  void releaseFully() {
    int writes = rewrites;
    Thread reader = firstReader;
    rewrites = 0;
    firstReader = null;
    try {
      releaseWrite();
    } catch (Throwable t) {
      if (isOwner()) {
        rewrites = writes;
        firstReader = reader;
      }
      throw t;
    }
  }

  @Override
  void reacquired(long holds) {
    Thread current = Thread.currentThread();
    setOwner(current);
    rewrites = (int) holds;
    firstReaderHolds = (int) (holds >>> 32);
    firstReader = firstReaderHolds == 0 ? null : current;
  }

  // ---- Inspection

  int readLocks() {
    int s = state;
    return s == WRITER ? ownReads() : s;
  }

  /** The writer's; an estimate if another thread asks. */
  private int ownReads() {
    return firstReader == null ? 0 : firstReaderHolds;
  }

  int readHolds() {
    if (firstReader == Thread.currentThread()) {
      return firstReaderHolds;
    }
    if (state <= 0) {
      return 0;
    }
    Object key = holdKey;
    if (key == null) {
      return 0;
    }
    Object[] holds = ReadHolds.current();
    int slot = ReadHolds.find(holds, key);
    return slot == 0 ? 0 : ((int[]) holds[ReadHolds.COUNTS])[slot];
  }

  /** How often the writer holds the write lock; an estimate if another thread asks. */
  int writeLocks() {
    return state == WRITER ? rewrites + 1 : 0;
  }

  int writeHolds() {
    return isOwner() ? rewrites + 1 : 0;
  }

  /** An estimate if another thread asks: the owner may be missing for a moment. */
  @Nullable Thread writer() {
    return state == WRITER ? owner() : null;
  }

  List<Thread> queuedThreads(IntPredicate asks) {
    LockQueue q = queueOrNull();
    return q == null ? List.of() : q.threads(asks);
  }
}
