package io.pawl.internal.queue;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.OwnerLookup;
import io.pawl.internal.observe.ReleaseRecord;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.observe.WaitingTime;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.observe.Wait;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A lock that is its queue: each release hands it to the thread that came first.
 *
 * <p>The lock is never free while a thread waits, so nobody can come in between. The order is that
 * in which threads replaced the tail of the queue.
 */
public final class HandOffQueue implements RequeueTarget {

  /*
   * Algorithm: the queue lock of Mellor-Crummey and Scott, in the variant whose holder needs no node, with
   * the links drawn the other way. There a newcomer swaps itself in and links its predecessor to itself
   * afterwards, and a releaser who comes in between has to wait for it, preempted or not. Here it links
   * itself to its predecessor before the compare-and-set of the tail, and whoever works on the queue finds
   * all nodes from the tail.
   *
   *        list, first           last <------ previous ------ newcomers         tail
   *   +---+  <------->  +---+  <---->  +---+  <--------- +---+  <--------- +---+ <---
   *   | A |             | B |          | C |             | D |             | E |
   *   +---+             +---+          +---+             +---+             +---+
   *
   * Tail    null      the lock is free
   *         HELD      held, or being handed over; nobody waits
   *         a record  held, or being handed over; that waiter came last
   *
   * Transitions of the tail
   *
   *            acquire                   enqueue                    enqueue
   *   null --------------> HELD --------------------> record ------------------> later record
   *        <--------------      <--------------------        <------------------
   *            release           last one taken out            last one gave up
   *
   * Work on the queue, which takes waiters out, is done by one thread at a time, who has set LOCKED in ctl.
   * A releaser is one of them, and so is a thread that gives up. Whoever finds it set leaves its request
   * in ctl to the thread that has set it, and does not wait for it (flat combining). That thread serves
   * it before it goes, except that it does not sweep while it has a waiter to grant the lock to, whom
   * those who give up could keep waiting for ever: SWEEP then stays for whoever works on the list next.
   *
   * ctl   LOCKED    a thread works on the list
   *       SWEEP     waiters that gave up are to be unlinked; also without LOCKED
   *       HAND_OFF  the lock is to be handed over
   *
   * A waiter's record goes through these states (see Waiter):
   *
   *   WAITING <--by its thread--> SPINNING           both --first in the list, unlinked--> GRANTED
   *                                                  both --timeout, interrupt----------> CANCELLED
   *
   * Invariants
   *   I1  The tail is null only while nobody holds the lock and nobody waits.
   *   I2  At any time one thread may call for a hand-off: the holder. From then on until a waiter is
   *       GRANTED, or the tail is null, nobody holds the lock, so nobody else calls.
   *   I3  list, and all links of the records from the tail on, are touched only under LOCKED; previous
   *       alone is written by a newcomer, before its compare-and-set publishes it, and read by each
   *       waiter, as a hint whether it is first.
   *   I4  The chain from the tail by previous ends at the last of the list, or at null if the list is
   *       empty: the last of the list is taken out by a compare-and-set of the tail, or after the list
   *       has been brought up to date, so no newcomer is linked to a record that has left.
   *   I5  A record leaves WAITING and SPINNING for GRANTED or CANCELLED by one compare-and-set, so a
   *       hand-off meets a thread that gives up before it, and goes on to the next, or not at all.
   *
   * Why a record can be used again. A record is in the hands of its thread once it is GRANTED: the granter
   * has unlinked it and read all of it before. Its thread may also use it again after it has given up,
   * if it has unlinked it itself under LOCKED: a granter who has it in mind has unlinked it under the same
   * LOCKED before. If it finds it unlinked, or can't get LOCKED, it does not use it again, and the record
   * stays CANCELLED for whoever still comes across it. The tail has no ABA problem: who replaces a record
   * there by itself has linked itself to that record, and it does not matter how often it has left and
   * come back meanwhile, for it is the tail then.
   *
   * Spinning: the first in the queue spins for as long as a sleep and a wake cost, for it is next; the
   * others sleep at once. A releaser that has handed the lock over wakes the new first ahead of time, so
   * that it is running when its turn comes. Neither is done if it has not paid off lately, or by virtual
   * threads, or on one processor.
   *
   * Memory order
   *   tail    volatile CAS; publishes previous
   *   ctl     volatile CAS; acquires and releases the list
   *   status  volatile CAS; GRANTED publishes what the previous holders did
   *   No fence is needed: a release replaces the tail by a read-modify-write, which tells whether there
   *   are waiters, and so does an arrival.
   */
  private static final int LOCKED = 1;
  private static final int SWEEP = 2;
  private static final int HAND_OFF = 4;

  private static final Object HELD = new Object();

  private static final AtomicReferenceFieldUpdater<HandOffQueue, @Nullable Object> TAIL =
      AtomicReferenceFieldUpdater.newUpdater(HandOffQueue.class, Object.class, "tail");
  private static final AtomicReferenceFieldUpdater<HandOffQueue, @Nullable Line> LINE =
      AtomicReferenceFieldUpdater.newUpdater(HandOffQueue.class, Line.class, "line");
  private static final AtomicIntegerFieldUpdater<HandOffQueue> CTL =
      AtomicIntegerFieldUpdater.newUpdater(HandOffQueue.class, "ctl");

  /** Here, since a wait that finds no memory must not lose the class of its line. */
  private static final AtomicReferenceFieldUpdater<Line, @Nullable WaitingTime> WAITING_TIME =
      AtomicReferenceFieldUpdater.newUpdater(Line.class, WaitingTime.class, "waitingTime");

  private volatile @Nullable Object tail;
  private volatile int ctl;

  /** Null until a thread has to wait. */
  private volatile @Nullable Line line;

  /** Constructs a free lock. */
  public HandOffQueue() {}

  // ---- The holder's side

  /**
   * Acquires the lock if it is free, and so nobody waits.
   *
   * @return whether it was
   */
  public boolean tryAcquire() {
    return TAIL.compareAndSet(this, null, HELD);
  }

  /**
   * Frees the lock, which the caller holds, unless threads wait for it. Then there is room on the
   * stack to hand it over; if the stack is too short for that, it overflows with the lock held.
   *
   * @return false if the lock is to be {@linkplain #handOff handed over}
   */
  public boolean tryRelease() {
    if (TAIL.compareAndSet(this, HELD, null)) {
      return true;
    }
    StackRoom.forWake();
    return false;
  }

  /**
   * Frees the lock, which the caller holds, or hands it over; tries that whether or not there is
   * room on the stack.
   */
  public void release() {
    if (!TAIL.compareAndSet(this, HELD, null)) {
      handOff();
    }
  }

  /** Hands the lock, which the caller holds, over, or frees it if nobody waits any more. */
  public void handOff() {
    Line l = line;
    ReleaseRecord release = l == null ? null : l.charge();
    if (lockListOrAsk(HAND_OFF)) {
      serve(true);
    }
    if (release != null) {
      Observers.released(release);
    }
  }

  // ---- The waiter's side

  /**
   * Waits until the lock is acquired. If the stack is too short for that, or for giving up, it
   * overflows before anything has been done. If there is no memory for a place in the queue, the
   * thread tries and pauses by turns until there is.
   *
   * @param blocker what thread dumps show
   * @param owners tells who holds the blocker
   * @param interruptible whether an interrupt ends the wait; the interrupted status is then cleared
   * @param deadline when to give up
   * @return {@link AcquireQueue#ACQUIRED}, {@link AcquireQueue#TIMED_OUT} or {@link
   *     AcquireQueue#INTERRUPTED}
   */
  public int acquire(Object blocker, OwnerLookup owners, boolean interruptible, long deadline) {
    return Observers.arePresent()
        ? acquireObserved(blocker, owners, interruptible, deadline)
        : acquireUnobserved(blocker, interruptible, deadline);
  }

  private int acquireObserved(
      Object blocker, OwnerLookup owners, boolean interruptible, long deadline) {
    WaitRecord wait = began(blocker, owners);
    int result = Observers.FAILED;
    try {
      result = acquireUnobserved(blocker, interruptible, deadline);
      if (result == AcquireQueue.ACQUIRED) {
        owners.ownedByCurrentThread(blocker);
      }
    } finally {
      Observers.ended(wait, result);
    }
    return result;
  }

  private @Nullable WaitRecord began(Object blocker, OwnerLookup owners) {
    try {
      FirstWait.prepare();
      WaitingTime charged = WaitingTime.of(line(), WAITING_TIME, blocker);
      return Observation.began(blocker, Wait.Mode.EXCLUSIVE, charged.waiters(), owners, charged);
    } catch (OutOfMemoryError | LinkageError | StackOverflowError _) {
      return null;
    }
  }

  private int acquireUnobserved(Object blocker, boolean interruptible, long deadline) {
    for (int round = 0; ; round++) {
      try {
        StackRoom.forWake();
        return acquireListed(blocker, interruptible, deadline);
      } catch (OutOfMemoryError e) {
        int result = LockQueue.rest(round, interruptible, deadline);
        if (result != AcquireQueue.ACQUIRED || tryAcquire()) {
          return result;
        }
      }
    }
  }

  private int acquireListed(Object blocker, boolean interruptible, long deadline) {
    prepare();
    Waiter w = Waiter.take();
    w.setStatus(Waiter.WAITING);
    int result = enqueue(w) ? await(w, blocker, interruptible, deadline) : AcquireQueue.ACQUIRED;
    w.release();
    return result;
  }

  /**
   * Allocates what a wait needs, so that nothing has to be allocated in the middle of one. Called
   * before the first condition is used.
   */
  public void prepare() {
    Line _ = line();
  }

  /** Puts a waiter at the end of the queue; false if the lock was free and has been acquired. */
  private boolean enqueue(Waiter w) {
    for (; ; ) {
      Object t = tail;
      if (t == null) {
        if (tryAcquire()) {
          return false;
        }
      } else {
        w.previous = t == HELD ? null : (Waiter) t;
        if (TAIL.compareAndSet(this, t, w)) {
          return true;
        }
      }
    }
  }

  /** The caller holds the lock, so the waiter does not find it free. */
  @Override
  public void adopt(Waiter waiter) {
    boolean _ = enqueue(waiter);
  }

  @Override
  public void acquireAdopted(Waiter waiter, Object blocker) {
    int _ = await(waiter, blocker, false, Deadlines.FOREVER);
    waiter.release();
  }

  private int await(Waiter w, Object blocker, boolean interruptible, long deadline) {
    boolean maySpin = Spin.helps() && !Thread.currentThread().isVirtual();
    boolean interrupted = false;
    int result = AcquireQueue.ACQUIRED;
    try {
      while (w.status() != Waiter.GRANTED) {
        if (maySpin && w.previous == null) {
          maySpin = false;
          if (spin(w, deadline)) {
            break;
          }
        }
        if (Thread.interrupted()) {
          interrupted = true;
        }
        if (interruptible && interrupted) {
          result = AcquireQueue.INTERRUPTED;
        } else if (Deadlines.passed(deadline)) {
          result = AcquireQueue.TIMED_OUT;
        }
        if (result == AcquireQueue.ACQUIRED) {
          w.parker().park(blocker, deadline, interruptible);
        } else if (cancel(w)) {
          unlinkCancelled(w);
          break;
        } else {
          result = AcquireQueue.ACQUIRED;
        }
      }
    } catch (Throwable t) {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      abandon(w);
      throw t;
    }
    if (interrupted && result != AcquireQueue.INTERRUPTED) {
      Thread.currentThread().interrupt();
    }
    return result;
  }

  private boolean spin(Waiter w, long deadline) {
    SpinHistory spins = line().spins;
    if (Deadlines.remaining(deadline) < Spin.SLEEP_NANOS || !spins.allows()) {
      return false;
    }
    if (!w.casStatus(Waiter.WAITING, Waiter.SPINNING)) {
      return true;
    }
    boolean granted = Spin.untilWoken(w) || !w.casStatus(Waiter.SPINNING, Waiter.WAITING);
    spins.record(granted);
    return granted;
  }

  /** Gives up; false if the lock has been granted. */
  private static boolean cancel(Waiter w) {
    return w.casStatus(Waiter.WAITING, Waiter.CANCELLED)
        || w.casStatus(Waiter.SPINNING, Waiter.CANCELLED);
  }

  /** Ends a wait in which something was thrown. The record is not used again. */
  private void abandon(Waiter w) {
    w.abandoned = true;
    if (cancel(w)) {
      unlinkCancelled(w);
    } else if (w.status() == Waiter.GRANTED) {
      handOff();
    }
  }

  private void unlinkCancelled(Waiter w) {
    if (lockListOrAsk(SWEEP)) {
      drain();
      if (w.linked) {
        unlink(w);
      } else {
        w.abandoned = true;
      }
      serve(false);
    } else {
      w.abandoned = true;
    }
  }

  private Line line() {
    Line l = line;
    return l != null ? l : makeLine();
  }

  private Line makeLine() {
    Line fresh = new Line();
    return LINE.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(line);
  }

  // ---- The list, under its lock

  /** Locks the list, or leaves a request to the thread that has it. */
  private boolean lockListOrAsk(int request) {
    for (; ; ) {
      int c = ctl;
      boolean locked = (c & LOCKED) != 0;
      if (CTL.compareAndSet(this, c, c | (locked ? request : LOCKED))) {
        return !locked;
      }
    }
  }

  private boolean tryLockList() {
    int c = ctl;
    return (c & LOCKED) == 0 && CTL.compareAndSet(this, c, c | LOCKED);
  }

  /** Serves requests, unlocks the list, and grants the lock to who has been chosen. */
  private void serve(boolean handOff) {
    boolean due = handOff;
    Waiter chosen = null;
    Parker ahead = null;
    for (; ; ) {
      if (due) {
        due = false;
        chosen = takeFirst();
        ahead = chosen == null ? null : aheadOfTime();
      }
      int c = ctl;
      if (c != LOCKED && !(chosen != null && c == (LOCKED | SWEEP))) {
        if (CTL.compareAndSet(this, c, LOCKED)) {
          if ((c & SWEEP) != 0) {
            sweep();
          }
          due = (c & HAND_OFF) != 0;
        }
      } else if (CTL.compareAndSet(this, c, c & SWEEP)) {
        if (chosen == null) {
          return;
        }
        if (grant(chosen)) {
          if (ahead != null) {
            ahead.unpark();
          }
          return;
        }
        if (!lockListOrAsk(HAND_OFF)) {
          return;
        }
        due = true;
      }
    }
  }

  /** Takes the next waiter out; null if there is none and the lock has been freed. */
  private @Nullable Waiter takeFirst() {
    for (; ; ) {
      drain();
      Waiter w = line().first();
      if (w == null) {
        if (TAIL.compareAndSet(this, HELD, null)) {
          return null;
        }
      } else {
        unlink(w);
        if (w.status() != Waiter.CANCELLED) {
          return w;
        }
      }
    }
  }

  /** Grants the lock to a waiter that has been taken out; false if it has given up. */
  private static boolean grant(Waiter w) {
    Parker parker = w.parker();
    for (; ; ) {
      int s = w.status();
      if (s == Waiter.CANCELLED) {
        return false;
      }
      if (w.casStatus(s, Waiter.GRANTED)) {
        if (s == Waiter.WAITING) {
          parker.unpark();
        }
        return true;
      }
    }
  }

  /**
   * Whom to wake because it is first now, so that it spins when its turn comes. Asks the history
   * itself: if it only looked, nobody would be awake to find that spinning pays again.
   */
  private @Nullable Parker aheadOfTime() {
    Waiter next = line().first();
    return next != null
            && Spin.helps()
            && next.status() == Waiter.WAITING
            && !next.parker().isVirtual()
            && line().spins.allows()
        ? next.parker()
        : null;
  }

  /** Brings the list up to date: adds the newcomers, oldest first. */
  private void drain() {
    Object newest = tail;
    Waiter known = line().last();
    if (newest == HELD || newest == known) {
      return;
    }
    Waiter oldest = null;
    for (Waiter w = (Waiter) newest; w != null && w != known; w = w.previous) {
      w.next = oldest;
      oldest = w;
    }
    while (oldest != null) {
      Waiter newer = oldest.next;
      line().addLast(oldest);
      oldest = newer;
    }
  }

  private void unlink(Waiter w) {
    while (w == line().last()) {
      Waiter before = w.previous;
      if (TAIL.compareAndSet(this, w, before == null ? HELD : before)) {
        break;
      }
      drain();
    }
    line().remove(w);
  }

  private void sweep() {
    drain();
    for (Waiter w = line().first(); w != null; ) {
      Waiter after = w.next;
      if (w.status() == Waiter.CANCELLED) {
        unlink(w);
      }
      w = after;
    }
  }

  // ---- Inspection

  /**
   * Whether the lock is held or being handed over.
   *
   * @return true if so
   */
  public boolean isHeld() {
    return tail != null;
  }

  /**
   * Whether there is a queue.
   *
   * @return true if threads wait, or some that gave up have not been unlinked yet
   */
  public boolean hasWaiters() {
    Object t = tail;
    return t != null && t != HELD;
  }

  /**
   * How many threads wait. Waits for other threads that work on the list, each of which needs a
   * bounded number of steps; meant for diagnosis.
   *
   * @return an estimate that is exact while nothing changes
   */
  @SuppressWarnings(
      "ThreadPriorityCheck") // not for speed: the other thread may need this processor
  public int size() {
    if (!hasWaiters()) {
      return 0;
    }
    StackRoom.forWake();
    while (!tryLockList()) {
      Thread.yield();
    }
    drain();
    int size = 0;
    for (Waiter w = line().first(); w != null; w = w.next) {
      if (w.status() != Waiter.CANCELLED) {
        size++;
      }
    }
    serve(false);
    return size;
  }

  /** The list, and whether it is worth while to spin at its head. */
  private static final class Line extends WaiterList {
    final SpinHistory spins = new SpinHistory();

    /** As that of a {@link LockQueue}. */
    volatile @Nullable WaitingTime waitingTime;

    /** Charges a release before somebody is woken, if somebody listens. Throws nothing. */
    @Nullable ReleaseRecord charge() {
      return waitingTime == null ? null : Observation.charge(this, WAITING_TIME);
    }
  }
}
