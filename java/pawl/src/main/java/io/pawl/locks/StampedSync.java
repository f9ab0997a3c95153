package io.pawl.locks;

import io.pawl.internal.backend.Preparation;
import io.pawl.internal.fence.Fences;
import io.pawl.internal.observe.Order;
import io.pawl.internal.park.Parker;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.LockQueue;
import io.pawl.internal.queue.SharedQueue;
import io.pawl.internal.queue.WaitQueue;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The state of a {@link StampedLock} and its queue, which is made when it is first needed. */
abstract class StampedSync {

  /*
   * Algorithm: a sequence lock whose word also counts readers. A writer makes the sequence odd when it
   * comes and even when it goes, so whoever finds the same even number before and after an optimistic
   * read has met no writer. The word has room for few readers, as the sequence needs the rest of it;
   * with the 63rd the counting moves to a second word, the crowd, until the last reader has left.
   *
   * State word
   *   bits 0-5   COUNT     0..62 read holds; 63: the crowd counts them
   *   bit 6      PARITY    that of the generation of the crowd which is in use, or next to be used
   *   bit 7      WRITER    the write lock is held, or is being handed over
   *   bits 8-63  VERSION   goes up with each release of the write lock; never 0
   *   bits 7-63  SEQUENCE  what stamps are compared by
   *
   * Crowd word
   *   bits 0-31   how many read holds; 63 while COUNT is less than 63
   *   bits 32-63  generation
   *
   * Stamps: SEQUENCE of the state; with WRITER for the write lock, with one READER, whatever the count,
   * for a read lock, with neither for an optimistic read. So all stamps of readers between two writers
   * are equal, and either of them can be used to unlock. 0 is no stamp.
   *
   * Transitions (v: version, n: read holds, p: parity; each arrow one compare-and-set or store)
   *
   *             +1                     WRITER
   *   (v, n, p) <--> (v, n+1, p)       (v, 0, p) ----> (v, WRITER, p) ----> (v+1, 0, p)
   *                                    (v, 1, p) ----> (v, WRITER, p) ----> (v+1, 1, p)
   *             -1                                     (v, WRITER, p) ----> (v+1, WRITER, p)  hand-off
   *
   *   state  (v, 62, p) ----> (v, 63, p) --------------------------------------> (v, 0 or WRITER, !p)
   *   crowd  (g, 63)                     <--+1, -1--> (g, n)   (g, 1) --> (g+1, 63)    p = g mod 2
   *                                                            '------ closing ------'
   *
   * Invariants
   *   I1  A reader joins readers whoever waits, for a thread that reads already may come to read again,
   *       unless it came with a time limit. SharedQueue lets the waiting ones in.
   *   I2  Whoever takes away the last read hold, or WRITER, looks into the queue afterwards. That may be before the
   *       thread which has acquired it goes on; so that one looks too, if it was woken for it or elected.
   *   I3  A hand-off never frees the state: to a writer it stays WRITER, to readers it becomes a read
   *       hold while they are let in, so no writer can overtake them. A last reader that is to hand
   *       over turns its hold into WRITER first and back into the hold, of the same version, if no
   *       writer takes it: to others it looks as if the one that waits had come and gone.
   *   I4  While COUNT is less than 63 the crowd is (g, 63), g of the state's parity, and nobody changes
   *       it: to become a member one must find COUNT 63, after one has read the crowd that one then
   *       compares-and-sets. The generation tells a crowd from a later one with as many members.
   *   I5  While COUNT is 63 and the parities are equal, the crowd has all the read holds, at least one,
   *       and only its last member's leaving changes the state.
   *   I6  COUNT is 63 and the parities differ: closing. The lock is held no more by a reader but still
   *       by the thread that has closed the crowd and is about to store the state, and will then look
   *       into the queue. So it counts as held exclusively (holds), and only methods that may neither
   *       wait nor fail for another's unlocking, which takes one more store, wait for it.
   *   I7  VERSION changes between any two write locks, also when one is handed to the next, so no two
   *       stamps of writers are equal before it has gone round.
   *
   * Memory order
   *   state   CAS or store, volatile, to lock, and to release read holds: with it the look into the
   *           queue needs no fence of its own, for reads and writes of volatile fields are in one order
   *           for all threads. Store release, then Fences.light(), to release the write lock; only its
   *           holder stores while WRITER is set.
   *   crowd   volatile CAS; read before the state that it belongs to
   *   queue   set once, by CAS; read after the fence: a waiter has set it before it fences
   *   WRITER is set before the writer's plain stores become visible: the compare-and-set alone orders
   *           them after its read, but not after its write, hence the store-store fence behind it. A
   *           reader that has read one of those stores fences (validate) and reads the state, so it
   *           sees WRITER or a later version. A hand-off stores the new version before it grants; who
   *           is granted the lock acquires that, and fences as well.
   */
  static final long READER = 1;
  static final long COUNT = 63;
  static final long PARITY = 64;
  static final long WRITER = 128;
  static final long VERSION = 256;
  static final long SEQUENCE = -WRITER;

  /** What tells stamps of read holds: COUNT and PARITY. */
  static final long READ_BITS = WRITER - 1;

  /** What tells stamps of locks. */
  static final long LOCK_BITS = WRITER | READ_BITS;

  /** What makes the lock not free. */
  private static final long HELD = WRITER | COUNT;

  /** From the last member of a crowd to the next generation. */
  private static final long NEXT_CROWD = (1L << 32) + COUNT - 1;

  private static final int MAX_READERS = Integer.MAX_VALUE;

  private static final int SHARED = 1;

  /** Results of {@link #tryAdd}. */
  private static final int ADDED = 0;

  private static final int CHANGED = 1;
  private static final int CLOSING = 2;
  private static final int EXHAUSTED = 3;

  private static final AtomicLongFieldUpdater<StampedSync> STATE =
      AtomicLongFieldUpdater.newUpdater(StampedSync.class, "state");
  private static final AtomicLongFieldUpdater<StampedSync> CROWD =
      AtomicLongFieldUpdater.newUpdater(StampedSync.class, "crowd");
  private static final AtomicReferenceFieldUpdater<StampedSync, @Nullable Queue> QUEUE =
      AtomicReferenceFieldUpdater.newUpdater(StampedSync.class, Queue.class, "queue");

  static {
    AcquireQueue.initialize();
    Preparation.begin();
  }

  private volatile long state = VERSION;
  private volatile long crowd = COUNT;
  private volatile @Nullable Queue queue;

  /** Free. Protected, as deserialization of a subclass needs it in any package. */
  protected StampedSync() {
    if (Order.ON) {
      Ordered.made(this);
    }
  }

  private boolean casState(long expected, long value) {
    return STATE.compareAndSet(this, expected, value);
  }

  private static long readStamp(long s) {
    return (s & -VERSION) | READER;
  }

  private static long writeStamp(long s) {
    return (s & SEQUENCE) | WRITER;
  }

  private static boolean sameSequence(long stamp, long s) {
    return ((stamp ^ s) & SEQUENCE) == 0;
  }

  // ---- The read lock

  /**
   * Takes a read hold; 0 if the write lock is held or a crowd closes, which is to wait for.
   *
   * @param joins whether to join readers even if others wait
   * @param waits whether the caller waits if it gets none; if not, this lets a closing go on
   */
  @SuppressWarnings("ThreadPriorityCheck") // not for speed: the other may need this processor
  final long tryRead(boolean joins, boolean waits) {
    for (; ; ) {
      long s = state;
      if ((s & WRITER) != 0 || (!joins && (s & COUNT) != 0 && isQueued())) {
        return 0;
      }
      int result = tryAdd(s);
      if (result == ADDED) {
        return readStamp(s);
      }
      if (result == CLOSING) {
        if (waits) {
          return 0;
        }
        Thread.yield();
      }
      requireRoom(result);
    }
  }

  /** Takes a read hold, whoever waits; 0 if the write lock is held. */
  final long tryReadBarging() {
    for (long s; ((s = state) & WRITER) == 0; ) {
      if (tryAddOrPause(s)) {
        return readStamp(s);
      }
    }
    return 0;
  }

  /** Adds a read hold to s, which has no WRITER, or lets a closing go on. */
  @SuppressWarnings("ThreadPriorityCheck") // not for speed: the other may need this processor
  private boolean tryAddOrPause(long s) {
    int result = tryAdd(s);
    if (result == CLOSING) {
      Thread.yield();
    }
    requireRoom(result);
    return result == ADDED;
  }

  /** Adds a read hold to s, which has no WRITER, if s still is the state. */
  private int tryAdd(long s) {
    if ((s & COUNT) != COUNT) {
      return casState(s, s + READER) ? ADDED : CHANGED;
    }
    long c = crowd;
    if (state != s) {
      return CHANGED;
    }
    if (isClosing(c, s)) {
      return CLOSING;
    }
    if ((int) c == MAX_READERS) {
      return EXHAUSTED;
    }
    return CROWD.compareAndSet(this, c, c + 1) ? ADDED : CHANGED;
  }

  private static void requireRoom(int result) {
    if (result == EXHAUSTED) {
      throw new Error("Maximum lock count exceeded");
    }
  }

  private static boolean isClosing(long c, long s) {
    return ((c >>> 32) & 1) != ((s & PARITY) == 0 ? 0 : 1);
  }

  /** Whether s has a read hold, if s still is the state. */
  private boolean hasReader(long s) {
    long n = s & COUNT;
    return n != 0 && (n != COUNT || !isClosing(crowd, s));
  }

  final boolean tryUnlockRead(long stamp) {
    if ((stamp & READ_BITS) == 0) {
      return false;
    }
    for (long s = state; sameSequence(stamp, s) && hasReader(s); s = state) {
      if (tryRelease(s)) {
        return true;
      }
    }
    return false;
  }

  /** Releases a read hold of any thread. */
  final boolean tryUnlockAnyRead() {
    for (long s = state; hasReader(s); s = state) {
      if (tryRelease(s)) {
        return true;
      }
    }
    return false;
  }

  /** Releases a read hold of s, if s still is the state. */
  private boolean tryRelease(long s) {
    if (tryRemove(s)) {
      return true;
    }
    Queue q = queue;
    if (q == null || !q.isHandOffDue()) {
      if (!tryRemoveLast(s, 0)) {
        return false;
      }
      wakeNext();
    } else {
      if (!tryRemoveLast(s, WRITER)) {
        return false;
      }
      handOver(q);
    }
    return true;
  }

  /** Takes a read hold of s away that is not the last one. */
  private boolean tryRemove(long s) {
    long n = s & COUNT;
    if (n == READER) {
      return false;
    }
    if (n != COUNT) {
      return casState(s, s - READER);
    }
    long c = crowd;
    return (int) c > 1 && state == s && !isClosing(c, s) && CROWD.compareAndSet(this, c, c - 1);
  }

  /** Takes the last read hold of s away and leaves WRITER or 0 in its place. */
  private boolean tryRemoveLast(long s, long in) {
    long n = s & COUNT;
    if (n == READER) {
      return casState(s, s - READER + in);
    }
    if (n != COUNT) {
      return false;
    }
    long c = crowd;
    if ((int) c != 1
        || state != s
        || isClosing(c, s)
        || !CROWD.compareAndSet(this, c, c + NEXT_CROWD)) {
      return false;
    }
    state = ((s - COUNT) ^ PARITY) + in;
    return true;
  }

  // ---- The write lock

  /** Takes the write lock if it is free; 0 if it is not. */
  final long tryWrite() {
    long s = state;
    return (s & HELD) == 0 && tryWrite(s) ? writeStamp(s) : 0;
  }

  /** Takes the write lock if s, in which it is free, still is the state. */
  private boolean tryWrite(long s) {
    if (!casState(s, s + WRITER)) {
      return false;
    }
    try {
      VarHandle.storeStoreFence();
    } catch (StackOverflowError e) {
      boolean _ = casState(s + WRITER, s);
      wakeNext();
      throw e;
    }
    return true;
  }

  final boolean tryUnlockWrite(long stamp) {
    long s = state;
    if ((stamp & WRITER) == 0 || stamp != (s & SEQUENCE)) {
      return false;
    }
    long _ = releaseWrite(s);
    return true;
  }

  /** Releases the write lock, whoever holds it. */
  final boolean tryUnlockAnyWrite() {
    long s = state;
    if ((s & WRITER) == 0) {
      return false;
    }
    long _ = releaseWrite(s);
    return true;
  }

  /** Releases the write lock, or hands it over; s is the state. Returns what follows s. */
  private long releaseWrite(long s) {
    long next = released(s);
    Queue q = queue;
    if (q != null && q.isHandOffDue()) {
      STATE.lazySet(this, next + WRITER);
      handOver(q);
    } else {
      replaceWriter(next);
    }
    return next;
  }

  /** The state after a release of the write lock: the next version that is not 0. */
  private static long released(long s) {
    long next = s + WRITER;
    return (next & SEQUENCE) != 0 ? next : next + VERSION;
  }

  private void replaceWriter(long next) {
    STATE.lazySet(this, next);
    Fences.light();
    wakeNext();
  }

  /**
   * Hands WRITER, which nobody holds any more, to the writer at the head of the queue; if there is
   * none, lets the readers there in and frees the lock.
   */
  private void handOver(Queue q) {
    if (!q.handOff()) {
      replaceWriter(state - WRITER + READER);
      remove();
      wakeNext();
    }
  }

  /** Takes a read hold away and does not look into the queue. */
  private void remove() {
    for (long s = state; hasReader(s); s = state) {
      if (tryRemove(s) || tryRemoveLast(s, 0)) {
        return;
      }
    }
  }

  // ---- Optimistic reads

  final long tryOptimistic() {
    long s = state;
    return (s & WRITER) == 0 ? s & SEQUENCE : 0;
  }

  /** The argument is under Memory order. */
  final boolean isValid(long stamp) {
    VarHandle.acquireFence();
    return sameSequence(stamp, state);
  }

  // ---- Conversions

  final long convertToWrite(long stamp) {
    long held = stamp & LOCK_BITS;
    for (long s = state; sameSequence(stamp, s); s = state) {
      if ((s & HELD) == 0) {
        if (held != 0) {
          return 0;
        }
        if (tryWrite(s)) {
          return writeStamp(s);
        }
      } else if ((s & WRITER) != 0) {
        return held == WRITER ? stamp : 0;
      } else if (held == 0 || !isSole(s)) {
        return 0;
      } else if (tryRemoveLast(s, WRITER)) {
        VarHandle.storeStoreFence();
        return writeStamp(s);
      }
    }
    return 0;
  }

  /** Whether s, in which there are readers, has one only. */
  private boolean isSole(long s) {
    return (s & COUNT) == READER || ((s & COUNT) == COUNT && (int) crowd == 1);
  }

  final long convertToRead(long stamp) {
    long held = stamp & LOCK_BITS;
    for (long s = state; sameSequence(stamp, s); s = state) {
      if ((s & WRITER) != 0) {
        if (held != WRITER) {
          return 0;
        }
        long next = released(s) + READER;
        replaceWriter(next);
        return readStamp(next);
      }
      if (held != 0) {
        return hasReader(s) ? stamp : 0;
      }
      if (tryAddOrPause(s)) {
        return readStamp(s);
      }
    }
    return 0;
  }

  final long convertToOptimistic(long stamp) {
    VarHandle.acquireFence();
    long held = stamp & LOCK_BITS;
    for (long s = state; sameSequence(stamp, s); s = state) {
      if (held == 0) {
        return stamp;
      }
      if ((s & WRITER) != 0) {
        return held == WRITER ? releaseWrite(s) & SEQUENCE : 0;
      }
      if (!hasReader(s)) {
        return 0;
      }
      if (tryRelease(s)) {
        return s & SEQUENCE;
      }
    }
    return 0;
  }

  // ---- Waiting

  /** Waits for a read hold, which the current thread has tried in vain to take. */
  final int contendRead(boolean interruptible, long deadline) {
    return acquireQueued(SHARED, interruptible, deadline);
  }

  /** Waits for the write lock, which the current thread has tried in vain to take. */
  final int contendWrite(boolean interruptible, long deadline) {
    int result = acquireQueued(AcquireQueue.EXCLUSIVE, interruptible, deadline);
    VarHandle.storeStoreFence();
    return result;
  }

  /** The stamp of a read hold that the current thread has been waiting for. */
  final long readStamp() {
    return readStamp(state);
  }

  /**
   * The stamp of the write lock that the current thread has been waiting for. If others have
   * released it already, that of a write lock before: the next one is to have a stamp of its own.
   */
  final long writeStamp() {
    long s = state;
    return writeStamp((s & WRITER) != 0 ? s : s - VERSION);
  }

  final AcquireQueue queue() {
    Queue q = queue;
    return q != null ? q : WaitQueue.install(QUEUE, this, new Queue());
  }

  /** Waits; if there is no memory for a queue it pauses and tries again. */
  private int acquireQueued(int ask, boolean interruptible, long deadline) {
    AcquireQueue q = queue;
    for (int round = 0; q == null; round++) {
      try {
        q = queue();
      } catch (OutOfMemoryError e) {
        int result = LockQueue.rest(round, interruptible, deadline);
        if (result != AcquireQueue.ACQUIRED || tryTake(ask)) {
          return result;
        }
      }
    }
    return q.acquire(this, ask, interruptible, deadline);
  }

  /** Tries to take a hold for a thread whose turn it is. */
  private boolean tryTake(int ask) {
    if (ask == AcquireQueue.EXCLUSIVE) {
      long s = state;
      return (s & HELD) == 0 && casState(s, s + WRITER);
    }
    int result = share();
    requireRoom(result);
    return result == ADDED;
  }

  /** Adds a read hold unless there is WRITER, which makes it CHANGED. */
  private int share() {
    int result = CHANGED;
    for (long s; result == CHANGED && ((s = state) & WRITER) == 0; ) {
      result = tryAdd(s);
    }
    return result;
  }

  private boolean isQueued() {
    Queue q = queue;
    return q != null && !q.isEmpty();
  }

  private void wakeNext() {
    Queue q = queue;
    if (q != null) {
      q.released();
    }
  }

  // ---- Inspection

  /** -1 if the write lock is held or a crowd is closing, else the number of read holds. */
  final int holds() {
    for (; ; ) {
      long c = crowd;
      long s = state;
      if ((s & WRITER) != 0) {
        return -1;
      }
      if ((s & COUNT) != COUNT) {
        return (int) (s & COUNT);
      }
      if (crowd == c) {
        return isClosing(c, s) ? -1 : (int) c;
      }
    }
  }

  final boolean hasWriter() {
    return (state & WRITER) != 0;
  }

  final int queueLength() {
    Queue q = queue;
    return q == null ? 0 : q.size();
  }

  /** Connects the queue with the state. */
  private final class Queue extends SharedQueue {

    @Override
    protected boolean tryAcquire(int ask) {
      return tryTake(ask);
    }

    /** By whoever has the stamp, or does without one. */
    @Override
    protected boolean isReleasedByOthers() {
      return true;
    }

    /** At the maximum it fails; the reader, woken, then throws from its own attempt. */
    @Override
    protected boolean tryShare() {
      return share() == ADDED;
    }

    @Override
    protected @Nullable Parker unshare() {
      remove();
      return null;
    }

    @Override
    protected int holds() {
      return StampedSync.this.holds();
    }

    @Override
    protected void giveBack(int ask) {
      if (ask == EXCLUSIVE) {
        boolean _ = tryUnlockAnyWrite(); // others may have released it
      } else {
        boolean _ = tryUnlockAnyRead();
      }
    }
  }
}
