package io.pawl.rcu;

import io.pawl.internal.fence.Fences;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.GateQueue;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.Mutex;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/** The readers of an {@link Rcu}, and the grace periods that wait for them. */
abstract class GraceSync {

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
   *   reader   read the stamp; store it into the slot; compiler fence, or a full one unless the stamp is
   *            LIGHT; read the data. At the end: release fence; store the key; compiler fence; awaited
   *            is 0: done. Else full fence; if a leader sleeps and all that it awaits have left: open
   *            its gate.
   *   updater  change the data; full fence; read the stamp: the period needed is the next; lock the mutex.
   *            If that period is over: done. Else lead.
   *   leader   count the period and flip the sides, unless another has and gave up; heavy fence; have all
   *            left? Else set awaited; heavy fence; have all left? Else sleep at the gate.
   *
   * Awaited   0            no leader sleeps, and readers need not fence
   *           FENCED       no leader sleeps, and readers fence
   *           a stamp      the leader of that period sleeps, or is about to
   *
   * A domain starts fenced and becomes light, under the mutex, once heavy fences reach all threads; it
   * stays so, and then leaders use the heavy fence against readers that do not fence. Whoever leads
   * without it has the mutex before any reader can have been told not to fence.
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
   *       stored its key before the second heavy fence, by the pair of fences.
   *   I5  The gate of a period is opened at its end, and stays open (GateQueue). Many periods may end
   *       without a sleeper, and open none; keys are numbers that wrap. So a leader, the only one who can
   *       wait for a gate, opens all earlier ones before it sleeps, and over is that of the period before.
   *   I6  The stack has room for the wake: it is looked for before, and before the mutex is locked. A reader
   *       whose entry fails is outside. Should one that leaves fail after it has stored its key, the next
   *       to leave finds the leader.
   *   I7  A leader that gives up leaves a period that has begun and is not over. Who needs that one or an
   *       earlier one goes on with it, from the heavy fence, if its flip has not failed.
   *
   * Memory order
   *   slots    plain by their owner, stored after a release fence where a reader leaves, acquire by scans:
   *            what a reader has read happens-before the end of the period
   *   stamp    volatile: who reads it sees what was changed before the period
   *   awaited  volatile
   *   over     volatile CAS, and it only grows
   *   ended, flipped, light   guarded by the mutex
   */
  private static final int READER = ReaderSlots.READER;

  static final long FENCED = 1;

  private static final AtomicLongFieldUpdater<GraceSync> OVER =
      AtomicLongFieldUpdater.newUpdater(GraceSync.class, "over");

  private final ReaderSlots slots = new ReaderSlots();
  private final long[] words = slots.words();
  private final SharedReaders shared = new SharedReaders();
  private final Mutex leader = Subjects.part(new Mutex(), this);
  private final Gate gate = new Gate();

  /** The stamp of the last period that has begun. */
  volatile long stamp = ReaderSlots.FIRST_STAMP;

  volatile long awaited = FENCED;

  /** The stamp of the last period whose gate is open, with those of all earlier ones. */
  private volatile long over = ReaderSlots.FIRST_STAMP;

  /** The stamp of the last period that all readers have been waited for in. */
  private long ended = ReaderSlots.FIRST_STAMP;

  /** Whether the flip of the last period that has begun has succeeded. */
  private boolean flipped;

  boolean light;

  GraceSync() {
    if (Fences.isHeavyDear()) {
      goLight();
    }
  }

  /** Tells readers not to fence; under the mutex, or while there are none. */
  private void goLight() {
    light = true;
    stamp |= ReaderSlots.LIGHT;
    awaited = 0;
  }

  // ---- Readers

  /** Enters a section; returns what {@link #leave} takes. */
  final long join() {
    long[] w = words;
    long key = ReaderSlots.key(Thread.currentThread());
    int i = ReaderSlots.index(key) + READER;
    if (w[i] != key) {
      return joinOtherwise(w, key, i);
    }
    long now = stamp;
    w[i] = now;
    try {
      VarHandle.acquireFence();
      if ((now & ReaderSlots.LIGHT) == 0) {
        VarHandle.fullFence();
      }
    } catch (StackOverflowError e) {
      w[i] = key;
      throw e;
    }
    return key;
  }

  /** Enters a nested section, one in a slot of which the thread does not know, or one without. */
  private long joinOtherwise(long[] w, long key, int i) {
    boolean mine = w[i - READER] == key;
    if (mine && w[i] < 0) {
      if (ReaderSlots.depth(w[i]) < ReaderSlots.MAX_DEPTH) {
        w[i]++;
        return key;
      }
    } else if (mine || slots.claim()) {
      w[i] = key;
      return join();
    }
    return shared.enter();
  }

  /** Leaves a section: that of a slot, which has its key, or one on a side. */
  final void leave(long section) {
    long[] w = words;
    int i = ReaderSlots.readerIndex(section);
    if (ReaderSlots.depth(w[i]) != 1) {
      leaveOtherwise(section);
      return;
    }
    VarHandle.releaseFence();
    w[i] = section;
    VarHandle.acquireFence();
    if (awaited != 0) {
      left();
    }
  }

  private void leaveOtherwise(long section) {
    if (section >>> 1 != 0) {
      leaveNested(section);
    } else if (!shared.exit((int) section)) {
      throw notInside();
    } else if (awaited != 0) {
      left();
    }
  }

  private void leaveNested(long section) {
    if (section != ReaderSlots.key(Thread.currentThread()) || slots.depthOfCurrent() == 0) {
      throw notInside();
    }
    words[ReaderSlots.index(section) + READER]--;
  }

  private static IllegalStateException notInside() {
    return new IllegalStateException("The current thread is not in this read section");
  }

  /** Opens the gate if a leader sleeps and all readers that it awaits have left. */
  private void left() {
    VarHandle.fullFence();
    long period = awaited;
    if (period == FENCED) {
      lighten();
    } else if (period != 0) {
      StackRoom.forWake();
      if (haveLeft(period)) {
        open(period);
      }
    }
  }

  /** Makes the domain light if that is possible by now. */
  private void lighten() {
    if (Fences.isHeavyDear()) {
      StackRoom.forWake(); // the mutex is not left held
      if (leader.tryLock()) {
        try {
          goLight();
        } finally {
          leader.unlock();
        }
      }
    }
  }

  private void open(long period) {
    if (raiseOver(period)) {
      gate.opened();
    }
  }

  /** Opens the gates up to that of a period; false if they are open. */
  private boolean raiseOver(long period) {
    for (long o; (o = over) < period; ) {
      if (OVER.compareAndSet(this, o, period)) {
        return true;
      }
    }
    return false;
  }

  private boolean haveLeft(long period) {
    return slots.haveLeft(period) && shared.haveLeft();
  }

  // ---- Grace periods

  /** Fails if the current thread is inside, where that can be told. */
  final void requireOutside() {
    if (slots.depthOfCurrent() != 0) {
      throw new IllegalStateException("The current thread is in a read section of this Rcu");
    }
  }

  final void await() {
    requireOutside();
    long needed = nextPeriod();
    StackRoom.forWake(); // the mutex is not left held
    leader.lock();
    try {
      int _ = lead(needed, false, Deadlines.FOREVER);
    } finally {
      leader.unlock();
    }
  }

  final boolean await(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    requireOutside();
    long needed = nextPeriod();
    long deadline = Deadlines.after(nanos);
    StackRoom.forWake(); // the mutex is not left held
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
      if (!light && Fences.isHeavyDear()) {
        goLight();
      }
      if (stamp < needed || !flipped) {
        begin();
      }
      long period = stamp;
      heavy();
      if (!haveLeft(period)) {
        result = sleep(period, interruptible, deadline);
      }
      if (result == GateQueue.WOKEN && flipped) {
        ended = period;
      }
    }
    return result;
  }

  private void begin() {
    long period = stamp + ReaderSlots.PERIOD;
    flipped = false;
    stamp = period;
    flipped = shared.tryFlip();
  }

  private int sleep(long period, boolean interruptible, long deadline) {
    boolean _ = raiseOver(period - ReaderSlots.PERIOD);
    awaited = period;
    try {
      heavy();
      if (haveLeft(period)) {
        return GateQueue.WOKEN;
      }
      return gate.await(this, ReaderSlots.number(period), interruptible, deadline);
    } finally {
      awaited = light ? 0 : FENCED;
    }
  }

  private void heavy() {
    if (light) {
      Fences.everywhere();
    } else {
      Fences.heavy();
    }
  }

  /** Connects the queue with the periods; whoever waits there is the leader. */
  private final class Gate extends GateQueue {
    @Override
    protected boolean isOpen(int key) {
      return ReaderSlots.number(over) - key >= 0;
    }
  }

  // ---- Inspection

  /** How deep the current thread is inside, through its slot. */
  final int depth() {
    return slots.depthOfCurrent();
  }

  /** Whether a leader sleeps, or is about to. */
  final boolean isAwaited() {
    return awaited < 0;
  }

  /** Whether readers without a slot are inside. */
  final boolean isShared() {
    return !shared.isEmpty();
  }

  /** Whether readers have been told not to fence. */
  final boolean isLight() {
    return awaited != FENCED && (stamp & ReaderSlots.LIGHT) != 0;
  }
}
