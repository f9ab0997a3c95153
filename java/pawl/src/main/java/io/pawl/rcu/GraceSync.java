package io.pawl.rcu;

import io.pawl.internal.fence.Fences;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.GateQueue;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.Mutex;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/** The readers of an {@link Rcu}, and the grace periods that wait for them. */
final class GraceSync {

  /*
   * Algorithm: a free-running counter of grace periods, which readers copy into their slots. A thread
   * that waits for a grace period begins the next one by counting it, and waits until no slot bears the
   * stamp of an earlier one. Readers that come later bear its own stamp, so nobody waits for them. The
   * counter does not return to where it was, so that a reader which has copied it long ago, and stores
   * it only now, is taken for an early one, and waited for in vain, once. (With a counter of one bit it
   * would be taken for a late one; implementations with such a counter flip it twice.)
   *
   * Readers without a slot are counted together, on two sides (SharedReaders).
   *
   * One thread leads a period at a time, under a mutex. Those that have waited for the mutex meanwhile
   * share the period that the first of them leads.
   *
   * Protocol
   *   reader   read the stamp; store it into the slot; light fence; read the data. At the end: release
   *            fence; clear the slot; light fence; if a leader sleeps and all that it awaits have left:
   *            open its gate.
   *   updater  change the data; full fence; read the stamp: the period needed is the next; lock the mutex.
   *            If that period is over: done. Else lead.
   *   leader   count the period; flip the sides; heavy fence; have all left? Else say that a leader
   *            sleeps; heavy fence; have all left? Else sleep at the gate.
   *
   * Invariants. An early reader of a period is one that has read data older than what an updater had
   * changed before the period began.
   *   I1  A period ends only when no early reader is inside. Let R be one. If R has a slot: it has read
   *       a stamp older than the period's, for who reads the period's stamp, or a later one, sees all
   *       that was changed before. The fences pair (see Fences): R has missed the change, which precedes
   *       the heavy fence, so what R has stored is visible to all scans after that fence. Each of them
   *       finds the old stamp until R leaves. If R has no slot: it was counted before the flip, for who
   *       is counted after it sees what was changed before. It was counted on the side that the flip
   *       closes, or on the other one, and then the flip fails, and another period follows this one.
   *   I2  Scans look at one slot after the other. A slot that has been found without an early reader after
   *       the heavy fence has none later, by I1. So a scan proves all of them gone.
   *   I3  Who finds that a period was not begun yet, and afterwards that it is over, has waited for it: so
   *       the stamp is changed before the sides are flipped and before the heavy fence. It is over only
   *       if its flip has not failed.
   *   I4  Only who has seen awaited scans for a sleeping leader: awaited is set after the first heavy
   *       fence, before which a scan proves nothing. Somebody finds that all have left: of the leader,
   *       after the second heavy fence, and of those early readers that see awaited, take the one whose
   *       full fence is last. It sees all others gone. An early reader that does not see awaited has
   *       cleared its slot before the second heavy fence, by the pair of fences.
   *   I5  The gate of a period is opened at its end, and stays open (GateQueue).
   *   I6  The stack has room for the wake: it is looked for before. A reader whose entry fails is outside.
   *       Should one that leaves fail after it has cleared its slot, the next to leave finds the leader.
   *
   * Memory order
   *   slots    plain by their owner, stored after a release fence where a reader leaves, acquire by scans:
   *            what a reader has read happens-before the end of the period
   *   stamp    volatile: who reads it sees what was changed before the period
   *   awaited  volatile
   *   over     volatile CAS, and it only grows
   *   ended    guarded by the mutex
   */
  private static final int SLOT = ReaderSlots.READER;

  private static final AtomicLongFieldUpdater<GraceSync> OVER =
      AtomicLongFieldUpdater.newUpdater(GraceSync.class, "over");

  private final Rcu rcu;
  private final ReaderSlots slots = new ReaderSlots();
  private final long[] words = slots.words();
  private final SharedReaders shared = new SharedReaders();

  private final Rcu.Section inSlot = new Rcu.Section(this, Rcu.Section.IN_SLOT);
  private final Rcu.Section[] counted = {new Rcu.Section(this, 0), new Rcu.Section(this, 1)};

  private final Mutex leader = new Mutex();
  private final Gate gate = new Gate();

  /** The stamp of the last period that has begun. */
  private volatile long stamp = ReaderSlots.FIRST_STAMP;

  /** The stamp of the period whose leader sleeps, or is about to; 0 if there is none. */
  private volatile long awaited;

  /** The stamp of the last period whose gate is open. */
  private volatile long over;

  /** The stamp of the last period that was waited for, by all readers. */
  private long ended;

  GraceSync(Rcu rcu) {
    this.rcu = rcu;
  }

  // ---- Readers

  Rcu.Section enter() {
    long[] w = words;
    long key = ReaderSlots.key(Thread.currentThread());
    int i = ReaderSlots.index(key);
    if (w[i] != key || w[i + SLOT] != 0) {
      return enterOtherwise(w, key, i);
    }
    w[i + SLOT] = stamp;
    try {
      Fences.light();
    } catch (StackOverflowError e) {
      w[i + SLOT] = 0;
      throw e;
    }
    return inSlot;
  }

  /** Enters a nested section, the first of a thread, or one without a slot. */
  private Rcu.Section enterOtherwise(long[] w, long key, int i) {
    if (w[i] == key) {
      if (ReaderSlots.depth(w[i + SLOT]) < ReaderSlots.MAX_DEPTH) {
        w[i + SLOT]++;
        return inSlot;
      }
    } else if (slots.claim()) {
      return enter();
    }
    return counted[shared.enter()];
  }

  /** Leaves a section through the slot of the current thread. */
  void exit() {
    long[] w = words;
    long key = ReaderSlots.key(Thread.currentThread());
    int i = ReaderSlots.index(key);
    long inside = w[i + SLOT];
    if (w[i] != key || ReaderSlots.depth(inside) != 1) {
      exitNested(w, key, i);
      return;
    }
    VarHandle.releaseFence();
    w[i + SLOT] = 0;
    Fences.light();
    if (awaited != 0) {
      left();
    }
  }

  private static void exitNested(long[] w, long key, int i) {
    if (w[i] != key || w[i + SLOT] == 0) {
      throw notInside();
    }
    w[i + SLOT]--;
  }

  /** Leaves a section that has been counted on a side. */
  void exit(int side) {
    if (!shared.exit(side)) {
      throw notInside();
    }
    if (awaited != 0) {
      left();
    }
  }

  private static IllegalStateException notInside() {
    return new IllegalStateException("The current thread is not in this read section");
  }

  /** Opens the gate if a leader sleeps and all readers that it awaits have left. */
  private void left() {
    StackRoom.forWake();
    VarHandle.fullFence();
    long period = awaited;
    if (period != 0 && haveLeft(period)) {
      open(period);
    }
  }

  private void open(long period) {
    for (long o; (o = over) < period; ) {
      if (OVER.compareAndSet(this, o, period)) {
        gate.opened();
        return;
      }
    }
  }

  private boolean haveLeft(long period) {
    return slots.haveLeft(period) && shared.haveLeft();
  }

  // ---- Grace periods

  /** Fails if the current thread is inside, where that can be told. */
  void requireOutside() {
    if (slots.depthOfCurrent() != 0) {
      throw new IllegalStateException("The current thread is in a read section of this Rcu");
    }
  }

  void synchronize() {
    requireOutside();
    long needed = nextPeriod();
    leader.lock();
    try {
      int _ = lead(needed, false, Deadlines.FOREVER);
    } finally {
      leader.unlock();
    }
  }

  boolean synchronize(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    requireOutside();
    long needed = nextPeriod();
    long deadline = Deadlines.after(nanos);
    if (!leader.tryLock(nanos, TimeUnit.NANOSECONDS)) {
      return false;
    }
    try {
      return AcquireQueue.isAcquired(lead(needed, true, deadline));
    } finally {
      leader.unlock();
    }
  }

  /** The period that will begin next: after all that the current thread has done. */
  private long nextPeriod() {
    VarHandle.fullFence();
    return stamp + ReaderSlots.PERIOD;
  }

  /** Leads periods until one is over that began when a certain one did, or later. */
  private int lead(long needed, boolean interruptible, long deadline) {
    int result = GateQueue.WOKEN;
    while (ended < needed && result == GateQueue.WOKEN) {
      long period = stamp + ReaderSlots.PERIOD;
      stamp = period;
      boolean flipped = shared.tryFlip();
      Fences.heavy();
      if (!haveLeft(period)) {
        result = sleep(period, interruptible, deadline);
      }
      if (result == GateQueue.WOKEN && flipped) {
        ended = period;
      }
    }
    return result;
  }

  private int sleep(long period, boolean interruptible, long deadline) {
    awaited = period;
    try {
      Fences.heavy();
      if (haveLeft(period)) {
        return GateQueue.WOKEN;
      }
      return gate.await(rcu, key(period), interruptible, deadline);
    } finally {
      awaited = 0;
    }
  }

  private static int key(long period) {
    return (int) (period / ReaderSlots.PERIOD);
  }

  /** Connects the queue with the periods; whoever waits there is the leader. */
  private final class Gate extends GateQueue {
    @Override
    protected boolean isOpen(int key) {
      return key(over) - key >= 0;
    }
  }

  // ---- Inspection

  /** How deep the current thread is inside, through its slot. */
  int depth() {
    return slots.depthOfCurrent();
  }

  /** Whether a leader sleeps, or is about to. */
  boolean isAwaited() {
    return awaited != 0;
  }

  /** Whether readers without a slot are inside. */
  boolean isShared() {
    return !shared.isEmpty();
  }
}
