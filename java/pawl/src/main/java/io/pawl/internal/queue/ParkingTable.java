package io.pawl.internal.queue;

import io.pawl.internal.backend.Preparation;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for keys, so that what they wait for needs no queue of its own.
 *
 * <p>A key is an object, compared by identity, and a number; without an object, the number is an
 * address.
 */
public final class ParkingTable {

  /*
   * Algorithm: a hash table of buckets, each a list of waiters, for whatever keys, and a short lock. All
   * changes of a list, and all departures of its waiters from WAITING, are made with the lock held; so
   * are the looks at what is waited for (Condition), and the changes of it that depend on who waits
   * (Unparking).
   *
   *   parker:    lock; look at the condition; list; unlock; park
   *   unparker:  lock; take the first of the key out; change the state; NOTIFIED; unlock; unpark
   *
   * Invariants
   *   I1  A waiter is in a list, with status WAITING, or it is NOTIFIED or CANCELLED and in none.
   *   I2  The bucket of a listed waiter is that of its key. Only a requeue changes both, with the old and
   *       the new bucket locked, so whoever has locked the bucket that the waiter names finds it there.
   *   I3  The waiters of a key are in the order in which they came, or were requeued; one that has been
   *       woken in vain is put before all others.
   *   I4  A waiter names its key only while its thread is in park(): nothing else keeps a key reachable.
   *   I5  Two buckets are locked in the order of their index.
   *
   * Why no wake is lost, though there is no fence: the lock orders a parker and an unparker. If the
   * parker locks first it is listed when the unparker looks. If the unparker locks first, what it did
   * before happens-before the parker's look at the condition.
   *
   * A bucket is made when a key first falls into it, by parkers and unparkers alike, and stays.
   *
   * Memory order
   *   buckets           volatile CAS
   *   status            written with the lock held; volatile, since its thread reads it without
   *   bucket of waiter  the same
   *   ask, key          ask is written before the waiter is listed, key (what the unparker tells the
   *                     thread) before NOTIFIED
   */

  /** The ask that {@link Unparking} is given if nobody waits. */
  public static final int NOBODY = -1;

  /** Results of {@link #park}, beside the tokens of unparkers. */
  public static final int INVALID = -1;

  public static final int TIMED_OUT = -2;
  public static final int INTERRUPTED = -3;

  /** As many as the futexes of the Linux kernel have. */
  private static final int BUCKETS_PER_PROCESSOR = 256;

  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  static {
    AcquireQueue.initialize();
    Preparation.begin();
  }

  /** What a parker waits for. */
  public interface Condition {

    /**
     * Whether to wait. Called with a bucket locked, so it must neither wait nor come back here.
     *
     * @param target what {@link #park} was given
     * @param index what it was given
     * @return false if there is nothing to wait for
     */
    boolean holds(Object target, long index);

    /**
     * Called when the thread is listed and can be woken. If it throws, a wake that the thread has
     * got meanwhile is passed on with what it was told; it is lost if nobody else waits.
     *
     * @param target what {@link #park} was given
     * @param index what it was given
     */
    default void beforeSleep(Object target, long index) {}
  }

  /** What an unparker does when it knows who is woken. */
  public interface Unparking {

    /**
     * Called with a bucket locked, so it must neither wait nor come back here.
     *
     * @param target what {@link #unparkOne} was given
     * @param index what it was given
     * @param ask of the thread that is woken, or {@link #NOBODY}
     * @param more whether others wait for the key
     * @return what to tell that thread, not negative
     */
    int token(Object target, long index, int ask, boolean more);
  }

  private final AtomicReferenceArray<@Nullable ParkingBucket> buckets;
  private final int shift;

  /** Constructs a table in which nobody waits. */
  public ParkingTable() {
    int wanted = BUCKETS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors();
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(wanted - 1);
    buckets = new AtomicReferenceArray<>(1 << bits);
    shift = Long.SIZE - bits;
  }

  /**
   * Makes the bucket of a key, unless it is there: later calls for the key make nothing.
   *
   * @param base the object, or null
   * @param offset the number
   */
  public void prepare(@Nullable Object base, long offset) {
    ParkingBucket _ = bucket(base, offset);
  }

  private ParkingBucket bucket(@Nullable Object base, long offset) {
    long identity = (long) System.identityHashCode(base) << Integer.SIZE;
    int index = (int) (((offset ^ identity) * GOLDEN_RATIO) >>> shift);
    ParkingBucket b = buckets.get(index);
    if (b != null) {
      return b;
    }
    ParkingBucket fresh = new ParkingBucket(index);
    ParkingBucket other = buckets.compareAndExchange(index, null, fresh);
    return other == null ? fresh : other;
  }

  // ---- The waiter's side

  /**
   * Waits for a key, if the condition holds.
   *
   * @param base the object of the key, or null
   * @param offset the number of the key
   * @param condition what is waited for
   * @param target what the condition is given
   * @param index what the condition is given
   * @param ask what unparkers are told, not negative
   * @param front whether to wait before all others
   * @param blocker what thread dumps show
   * @param interruptible whether an interrupt ends the wait; the interrupted status is then cleared
   * @param deadline when to give up
   * @return what the unparker tells; or {@link #INVALID}, {@link #TIMED_OUT}, {@link #INTERRUPTED}
   */
  public int park(
      @Nullable Object base,
      long offset,
      Condition condition,
      Object target,
      long index,
      int ask,
      boolean front,
      Object blocker,
      boolean interruptible,
      long deadline) {
    StackRoom.forClose(); // for what is put right after a failure, too
    ParkingBucket home = bucket(base, offset);
    Waiter w = Waiter.take();
    w.ask = ask;
    w.item = base;
    w.place = offset;
    w.bucket = home;
    boolean listed = false;
    boolean calling = false;
    boolean interrupted = false;
    int result = INVALID;
    try {
      home.lock();
      try {
        if (condition.holds(target, index)) {
          w.setStatus(Waiter.WAITING);
          if (front) {
            home.parked.addFirst(w);
          } else {
            home.parked.addLast(w);
          }
          listed = true;
        }
      } finally {
        home.unlock();
      }
      if (listed) {
        calling = true;
        condition.beforeSleep(target, index);
        calling = false;
      }
      while (w.status() == Waiter.WAITING) {
        if (Thread.interrupted()) {
          interrupted = true;
        }
        if (interruptible && interrupted) {
          result = cancel(w) ? INTERRUPTED : INVALID;
        } else if (Deadlines.passed(deadline)) {
          result = cancel(w) ? TIMED_OUT : INVALID;
        } else {
          w.parker().park(blocker, deadline, interruptible);
        }
      }
    } catch (Throwable t) {
      if (interrupted) {
        Thread.currentThread().interrupt();
        interrupted = false;
      }
      cancelAnyway(w, t);
      if (w.status() != Waiter.NOTIFIED) {
        end(w);
        throw t;
      }
      if (calling) {
        passOn(w, t);
        throw t;
      }
      // The wait is over, and its unparker may have handed something over.
    }
    if (w.status() == Waiter.NOTIFIED) {
      result = w.key;
    }
    end(w);
    if (interrupted && result != INTERRUPTED) {
      Thread.currentThread().interrupt();
    }
    return result;
  }

  /**
   * The result of {@link #park} in the words of {@link LockQueue#acquire}.
   *
   * @param result of a park
   * @return how the wait has ended
   */
  public static int asAcquired(int result) {
    return switch (result) {
      case TIMED_OUT -> AcquireQueue.TIMED_OUT;
      case INTERRUPTED -> AcquireQueue.INTERRUPTED;
      default -> AcquireQueue.ACQUIRED;
    };
  }

  private static void end(Waiter w) {
    w.item = null;
    w.bucket = null;
    w.release();
  }

  /** Takes the current thread's waiter out; false if it has been taken out to be woken. */
  private static boolean cancel(Waiter w) {
    ParkingBucket home = lockHome(w);
    try {
      if (w.status() != Waiter.WAITING) {
        return false;
      }
      home.parked.remove(w);
      w.setStatus(Waiter.CANCELLED);
      return true;
    } finally {
      home.unlock();
    }
  }

  /** Takes the current thread's waiter out, unless it has been, for a thread that fails. */
  private static void cancelAnyway(Waiter w, Throwable why) {
    while (w.status() == Waiter.WAITING) {
      try {
        boolean _ = cancel(w);
      } catch (Throwable t) {
        suppress(why, t);
      }
    }
  }

  /**
   * Ends the wait of the current thread, which fails though it has been woken, and gives the wake
   * to the next one. There has to be room on the stack.
   */
  private static void passOn(Waiter w, Throwable why) {
    Object base = w.item;
    long offset = w.place;
    int token = w.key;
    ParkingBucket home = (ParkingBucket) w.bucket;
    end(w);
    if (home == null) {
      throw new AssertionError("A waiter without a bucket", why);
    }
    Parker woken = null;
    try {
      home.lockAnyway();
      try {
        Waiter next = home.first(base, offset);
        if (next != null) {
          home.parked.remove(next);
          woken = next.parker();
          notify(next, token);
        }
      } finally {
        unlockAndWake(home, woken);
      }
    } catch (Throwable t) {
      suppress(why, t);
    }
  }

  private static void suppress(Throwable why, Throwable t) {
    if (t != why) {
      try {
        why.addSuppressed(t);
      } catch (Throwable _) {
        // There is no memory for it.
      }
    }
  }

  /** Locks the bucket in which a waiter is, which changes while it is requeued. */
  private static ParkingBucket lockHome(Waiter w) {
    for (; ; ) {
      ParkingBucket home = (ParkingBucket) w.bucket;
      if (home == null) {
        throw new AssertionError("A waiter without a bucket");
      }
      home.lockAnyway();
      if (w.bucket == home) {
        return home;
      }
      home.unlock();
    }
  }

  // ---- The waker's side

  /**
   * Wakes the thread that has waited longest for a key.
   *
   * @param base the object of the key, or null
   * @param offset the number of the key
   * @param unparking what is done about it; what it throws is passed on when the thread has been
   *     woken and told 0
   * @param target what unparking is given
   * @param index what unparking is given
   * @return false if nobody waits
   */
  public boolean unparkOne(
      @Nullable Object base, long offset, Unparking unparking, Object target, long index) {
    StackRoom.forWake();
    ParkingBucket home = bucket(base, offset);
    Parker woken = null;
    home.lock();
    try {
      Waiter first = home.first(base, offset);
      if (first == null) {
        int _ = unparking.token(target, index, NOBODY, false);
      } else {
        boolean more = ParkingBucket.after(first) != null;
        home.parked.remove(first);
        woken = first.parker();
        int token = 0;
        try {
          token = unparking.token(target, index, first.ask, more);
        } finally {
          notify(first, token);
        }
      }
    } finally {
      unlockAndWake(home, woken);
    }
    return woken != null;
  }

  /** Ends the wait of a thread that has been taken out, whose record is not to be touched again. */
  private static void notify(Waiter w, int token) {
    w.key = token;
    w.setStatus(Waiter.NOTIFIED);
  }

  private static void unlockAndWake(ParkingBucket home, @Nullable Parker woken) {
    try {
      home.unlock();
    } finally {
      if (woken != null) {
        woken.unpark();
      }
    }
  }

  /**
   * Wakes all threads that wait for a key, one after the other.
   *
   * @param base the object of the key, or null
   * @param offset the number of the key
   * @return how many
   */
  public int unparkAll(@Nullable Object base, long offset) {
    int most = count(base, offset);
    int woken = 0;
    while (woken < most && unparkOne(base, offset, (_, _, _, _) -> 0, this, 0)) {
      woken++;
    }
    return woken;
  }

  /**
   * How many threads wait for a key.
   *
   * @param base the object of the key, or null
   * @param offset the number of the key
   * @return the number
   */
  public int count(@Nullable Object base, long offset) {
    StackRoom.forWake();
    ParkingBucket home = bucket(base, offset);
    int count = 0;
    home.lock();
    try {
      for (Waiter w = home.first(base, offset); w != null; w = ParkingBucket.after(w)) {
        count++;
      }
    } finally {
      home.unlock();
    }
    return count;
  }

  /** What {@link #requeue} does if its plan is not to do anything. */
  public static final int NO_PLAN = -1;

  /**
   * A plan for {@link #requeue}.
   *
   * @param wake whether to wake the first
   * @param moves how many at most to move then
   * @return the plan as a number
   */
  public static int plan(boolean wake, int moves) {
    return Math.min(moves, Integer.MAX_VALUE >> 1) << 1 | (wake ? 1 : 0);
  }

  /**
   * Wakes the first thread that waits for a key and moves others to another one, in their order and
   * behind those who wait there.
   *
   * @param base the object of the key, or null
   * @param offset the number of the key
   * @param toBase the object of the other key, or null
   * @param toOffset the number of the other key
   * @param plan what to do; called with both buckets locked, whether somebody waits or not
   * @return how many were woken and moved
   */
  public int requeue(
      @Nullable Object base,
      long offset,
      @Nullable Object toBase,
      long toOffset,
      IntSupplier plan) {
    StackRoom.forWake();
    ParkingBucket from = bucket(base, offset);
    ParkingBucket to = bucket(toBase, toOffset);
    ParkingBucket inner = from.index < to.index ? to : from;
    ParkingBucket outer = inner == from ? to : from;
    Parker woken = null;
    int done = 0;
    outer.lock();
    try {
      lockToo(inner, outer);
      try {
        int p = plan.getAsInt();
        Waiter w = p == NO_PLAN ? null : from.first(base, offset);
        if (w != null && (p & 1) != 0) {
          Waiter next = ParkingBucket.after(w);
          from.parked.remove(w);
          woken = w.parker();
          notify(w, 0);
          done++;
          w = next;
        }
        for (int left = p >> 1; w != null && left > 0; left--) {
          Waiter next = ParkingBucket.after(w);
          from.parked.remove(w);
          w.item = toBase;
          w.place = toOffset;
          w.bucket = to;
          to.parked.addLast(w);
          done++;
          w = next;
        }
      } finally {
        if (inner != outer) {
          inner.unlock();
        }
      }
    } finally {
      unlockAndWake(outer, woken);
    }
    return done;
  }

  private static void lockToo(ParkingBucket inner, ParkingBucket outer) {
    if (inner != outer) {
      inner.lock();
    }
  }
}
