package io.pawl.locks;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.LockQueue;
import io.pawl.internal.queue.Observation;
import io.pawl.internal.queue.ParkingTable;
import io.pawl.internal.queue.Spin;
import io.pawl.observe.Wait;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/** The algorithm of {@link ByteLock}: a barging lock whose threads wait in a parking table. */
record QueuedByteLock<T>(ByteAccess bytes)
    implements ByteLock<T>, ParkingTable.Condition, ParkingTable.Unparking {

  /*
   * Algorithm: a lock of three states, with the queue elsewhere.
   *
   * State       LOCKED  PARKED
   *   free        0       0
   *   held        1       0     an unlock frees it and looks no further
   *   waited for  1       1     an unlock goes to the table
   *
   * Transitions, all by compare-and-set of the byte, which leave the user's bits as they are
   *
   *            lock                      about to park
   *   free ---------------> held -----------------------> waited for
   *    ^  |                  |  ^                            |   |
   *    |  | a woken thread   |  |  handed over, nobody else  |   |
   *    |  | that has left    |  +----------------------------+   |
   *    |  | others behind    |            unlock                 |
   *    |  +------------------|--------------------------> (*)    |   (*) waited for
   *    |                     |                                   |
   *    +---------------------+-----------------------------------+
   *             unlock         unlock, which wakes the first; with the bucket locked
   *
   * An unlock that wakes a thread clears PARKED as well: until that thread is here, others lock and
   * unlock without waking anybody. It is told whether others are left (MORE), and sets PARKED for them.
   *
   * Invariants
   *   I1  PARKED is cleared only by the holder, in token(), with the bucket locked. A thread is listed
   *       only if LOCKED and PARKED are set while the bucket is locked.
   *   I2  While a thread is listed, PARKED is set, or a woken thread that was told MORE is on its way.
   *       Such a thread sets PARKED while LOCKED is set: as it locks, as it goes back to park, or as
   *       it gives up (settle). From then on the unlock to come is in its place.
   *   I3  After MAX_FRUITLESS wakes that came too late a waiter asks for the hand-off: the unlock that
   *       would wake it leaves LOCKED set for it.
   *
   * Why an unlock may skip the wake if it finds PARKED clear: PARKED is set by a compare-and-set of the
   * same byte, so it comes before the unlock's, which then fails, or after it, and then finds the lock
   * free. There is one word, and no fence. And whoever is listed with PARKED clear is looked after by
   * the thread on its way (I2).
   *
   * Memory order
   *   lock       CAS acquire; unlock CAS release
   *   PARKED     set by CAS acquire, of which nothing is needed: it publishes nothing, the bucket does
   *   hand-over  happens-before by the bucket and the status of the waiter
   *
   * Fairness: a woken thread that finds the lock taken goes back to the front.
   */
  static final QueuedByteLock<byte[]> OF_ARRAY = new QueuedByteLock<>(new ByteAccess.OfArray());
  static final QueuedByteLock<MemorySegment> OF_SEGMENT =
      new QueuedByteLock<>(new ByteAccess.OfSegment());

  private static final ParkingTable TABLE = new ParkingTable();

  private static final int MAX_FRUITLESS = 30;

  /** What a waiter asks of the unlock that finds it. */
  private static final int WAKE = 0;

  private static final int HAND_OFF = 1;

  /** What an unlock tells the waiter that it wakes: bits. */
  private static final int MORE = 1;

  private static final int GRANTED = 2;

  @Override
  public void lock(T holder, long index) {
    if (Order.ON) {
      Ordered.lock(this, holder, index);
      return;
    }
    if (!take(holder, index)) {
      int _ = lockContended(holder, index, false, Deadlines.FOREVER);
    }
  }

  @Override
  public void lockInterruptibly(T holder, long index) throws InterruptedException {
    boolean _ =
        Order.ON
            ? Ordered.tryLock(this, holder, index, Deadlines.FOREVER)
            : attempt(holder, index, Deadlines.FOREVER);
  }

  @Override
  public boolean tryLock(T holder, long index) {
    return Order.ON ? Ordered.tryLock(this, holder, index) : take(holder, index);
  }

  boolean take(T holder, long index) {
    return tryTake(holder, index, 0);
  }

  @Override
  public boolean tryLock(T holder, long index, long time, TimeUnit unit)
      throws InterruptedException {
    long nanos = unit.toNanos(time);
    return Order.ON ? Ordered.tryLock(this, holder, index, nanos) : attempt(holder, index, nanos);
  }

  boolean attempt(T holder, long index, long nanos) throws InterruptedException {
    AcquireQueue.requireNotInterrupted();
    if (take(holder, index)) {
      return true;
    }
    return nanos > 0 && isAcquired(lockContended(holder, index, true, Deadlines.after(nanos)));
  }

  @Override
  public void unlock(T holder, long index) {
    byte b = bytes.get(holder, index);
    if ((b & MASK) != LOCKED || !bytes.casRelease(holder, index, b, (byte) (b & ~LOCKED))) {
      unlockContended(holder, index);
    }
    if (Order.ON) {
      Ordered.unlocked(this, holder);
    }
  }

  @Override
  public boolean isLocked(T holder, long index) {
    return isLocked(bytes.get(holder, index));
  }

  @Override
  public int getQueueLength(T holder, long index) {
    byte _ = bytes.get(holder, index); // there has to be one
    return TABLE.count(bytes.base(holder), bytes.offset(holder, index));
  }

  private static boolean isLocked(byte b) {
    return (b & LOCKED) != 0;
  }

  private static boolean isParked(byte b) {
    return (b & PARKED) != 0;
  }

  /** Locks the byte if it is free, and sets other bits with it. */
  private boolean tryTake(T holder, long index, int others) {
    for (; ; ) {
      byte b = bytes.get(holder, index);
      if (isLocked(b)) {
        return false;
      }
      if (bytes.casAcquire(holder, index, b, (byte) (b | LOCKED | others))) {
        return true;
      }
    }
  }

  /** Sets PARKED while the lock is held; false if it is free. */
  private boolean announce(T holder, long index) {
    for (; ; ) {
      byte b = bytes.get(holder, index);
      if (!isLocked(b)) {
        return false;
      }
      if (isParked(b) || bytes.casAcquire(holder, index, b, (byte) (b | PARKED))) {
        return true;
      }
    }
  }

  private static boolean isAcquired(int result) throws InterruptedException {
    if (result == ParkingTable.INTERRUPTED) {
      throw new InterruptedException();
    }
    return result != ParkingTable.TIMED_OUT;
  }

  /** Waits for the lock; returns TIMED_OUT, INTERRUPTED or, with the lock held, something else. */
  int lockContended(T holder, long index, boolean interruptible, long deadline) {
    return Observers.arePresent()
        ? lockObserved(holder, index, interruptible, deadline)
        : lockUnobserved(holder, index, interruptible, deadline);
  }

  private int lockObserved(T holder, long index, boolean interruptible, long deadline) {
    WaitRecord wait = Observation.began(holder, Wait.Mode.EXCLUSIVE);
    int result = Observers.FAILED;
    try {
      int how = lockUnobserved(holder, index, interruptible, deadline);
      result = ParkingTable.asAcquired(how);
      return how;
    } finally {
      Observers.ended(wait, result);
    }
  }

  private int lockUnobserved(T holder, long index, boolean interruptible, long deadline) {
    int left = 0;
    int fruitless = 0;
    int inNeed = 0;
    for (boolean rests = false; ; ) {
      try {
        if (rests) {
          rests = false;
          int rested = LockQueue.rest(inNeed++, interruptible, deadline);
          if (rested != AcquireQueue.ACQUIRED) {
            settle(holder, index, left);
            return rested == AcquireQueue.TIMED_OUT
                ? ParkingTable.TIMED_OUT
                : ParkingTable.INTERRUPTED;
          }
        }
        if (spin(holder, index, left, deadline)) {
          return GRANTED;
        }
        TABLE.prepare(bytes.base(holder), bytes.offset(holder, index));
        if (!announce(holder, index)) {
          continue;
        }
        left = 0;
        int ask = fruitless > MAX_FRUITLESS ? HAND_OFF : WAKE;
        int result = park(holder, index, ask, fruitless > 0, interruptible, deadline);
        if (result == ParkingTable.INVALID) {
          continue;
        }
        if (result < 0 || (result & GRANTED) != 0) {
          return result;
        }
        left = (result & MORE) != 0 ? PARKED : 0;
        fruitless++;
      } catch (OutOfMemoryError e) {
        rests = true;
      } catch (Throwable t) {
        settle(holder, index, left);
        throw t;
      }
    }
  }

  private int park(
      T holder, long index, int ask, boolean front, boolean interruptible, long deadline) {
    return TABLE.park(
        bytes.base(holder),
        bytes.offset(holder, index),
        this,
        holder,
        index,
        ask,
        front,
        holder,
        interruptible,
        deadline);
  }

  /** Looks after those that a woken thread, which gives up, has left behind. */
  private void settle(T holder, long index, int left) {
    while (left != 0 && !announce(holder, index)) {
      if (tryTake(holder, index, PARKED)) {
        unlock(holder, index);
        return;
      }
    }
  }

  /** Tries for a while, at least once; other bits are set with LOCKED. */
  private boolean spin(T holder, long index, int others, long deadline) {
    if (tryTake(holder, index, others)) {
      return true;
    }
    if (!Spin.helps()) {
      return false;
    }
    long start = System.nanoTime();
    long limit = Spin.limit();
    if (deadline != Deadlines.FOREVER) {
      limit = Math.min(limit, deadline - start);
    }
    int looks = 0;
    do {
      Spin.pauseBeforeLook(looks++);
      if (tryTake(holder, index, others)) {
        return true;
      }
    } while (System.nanoTime() - start < limit);
    Spin.calibrate();
    return false;
  }

  private void unlockContended(T holder, long index) {
    for (; ; ) {
      byte b = bytes.get(holder, index);
      if (!isLocked(b)) {
        throw new IllegalMonitorStateException("The byte is not locked");
      }
      if (isParked(b)) {
        boolean _ =
            TABLE.unparkOne(bytes.base(holder), bytes.offset(holder, index), this, holder, index);
        return;
      }
      if (bytes.casRelease(holder, index, b, (byte) (b & ~LOCKED))) {
        return;
      }
    }
  }

  /** Whether to park: the bucket is locked, so an unlock will find this thread. */
  @Override
  public boolean holds(Object holder, long index) {
    return (bytes.get(holder, index) & MASK) == MASK;
  }

  /** Frees the lock for the thread that is woken, or hands it over. */
  @Override
  public int token(Object holder, long index, int ask, boolean more) {
    boolean granted = ask == HAND_OFF;
    int cleared = granted ? (more ? 0 : PARKED) : MASK;
    byte b;
    do {
      b = bytes.get(holder, index);
    } while (cleared != 0 && !bytes.casRelease(holder, index, b, (byte) (b & ~cleared)));
    return granted ? GRANTED : more ? MORE : 0;
  }
}
