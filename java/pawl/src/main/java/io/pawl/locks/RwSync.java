package io.pawl.locks;

import io.pawl.internal.backend.Preparation;
import io.pawl.internal.fence.Fences;
import io.pawl.internal.observe.HeldLocks;
import io.pawl.internal.observe.Order;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.LockQueue;
import io.pawl.internal.queue.SoleWait;
import io.pawl.internal.queue.StackRoom;
import java.io.Serial;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The state of an {@link RwLock}, whose readers are counted: in the state or, while nobody writes,
 * in slots of their threads.
 */
final class RwSync extends ReadWriteSync {

  /*
   * Algorithm: readers' bias that writers revoke (BRAVO). While the slots are open a thread that owns
   * one takes a read lock by counting in it, and looking whether the slots are still open. All others
   * (virtual threads, threads whose slot is another's, nested holds that a slot cannot count) count in
   * the state. In the state, all slots together are one hold: the shutter, which keeps writers out like
   * any read lock. A writer that comes upon open slots closes them; whoever then finds them empty drops
   * the shutter, as a reader drops its hold, and wakes or hands over as usual.
   *
   * State     0            free
   *           n            n read locks, n <= MAX
   *           OPEN + n     the slots are open, and n read locks beside them; OPEN is one of
   *             FENCED       readers fence
   *             LIGHT        readers do not fence, but a closer has all threads fence
   *           CLOSING + n  the slots are closed and counted as one hold until they are empty; and n
   *           WRITER       the write lock
   *           UPGRADING    plus 0, n or CLOSING + n: beside one reader, who waits to become the writer and
   *                        is not counted, there are n read locks or the slots; nobody can join. With OPEN
   *                        in place of CLOSING if a closing of slots has failed meanwhile
   *
   * Transitions, beside those of ReadWriteSync
   *
   *        the READS_TO_OPENth read lock                 a writer                     empty
   *   n --------------------------------> OPEN + n+1 -------------> CLOSING + m ------------------> k
   *        not while anybody waits, nor before the slots have rested                  k = 0: release
   *
   *                                  a reader that fences
   *                  FENCED + n ------------------------------> LIGHT + n
   *                     if a heavy fence reaches all threads, and is worth while
   *
   *                  the upgradable reader                  readers leave                 it
   *   n, CLOSING + n ---------------------> UPGRADING + ... -------------> UPGRADING + 0 -------> WRITER
   *        ^                                       |
   *        +---------------------------------------+
   *          it gives up: counted again, and the queue is looked at
   *
   * Protocol
   *   reader   count in the slot; compiler fence; the state says LIGHT: held. Else full fence; the state
   *            says OPEN: held. Else as the leaver, and go the other way.
   *   leaver   count down; compiler fence; the state says LIGHT: done. Else full fence; if the drain is
   *            on and the slots are empty: end the drain, drop the shutter.
   *   closer   CAS OPEN + n to CLOSING + n; heavy fence, a full one if they were FENCED; start the drain;
   *            full fence; if the slots are empty: end the drain, drop the shutter.
   *   upgrader a reader counted in the state, of whom there is one at a time (UpgradableReadLock): close the
   *            slots; leave its parker; CAS from the state to UPGRADING and all that is in the state but
   *            its own read lock; park until UPGRADING is left alone; WRITER.
   *   opener   CAS n to OPEN + n+1, to LIGHT if that is worth while; if anybody waits: close.
   *
   * Invariants
   *   I1  A reader holds the lock through its slot from the moment it has found the slots open after it
   *       has counted until it counts down; the shutter is there all that time. Let C be the closing of
   *       the slots that it has found open. The fences pair (see Fences): the look has missed C, so the
   *       heavy fence has made the count visible before the drain is started, hence before any scan that
   *       can end this drain. That scan reads the count until it has been taken down. A reader that has
   *       found FENCED has fenced, and so does the closer before it starts the drain.
   *   I2  A slot that has been found empty while the drain is on holds nothing until the slots are opened
   *       again: holds that began before the closing were visible, and none begins after it. What is
   *       counted there later is taken back by a reader that finds the slots closed. So a scan that has
   *       seen each slot empty, at whatever times, proves all of them empty, if the drain was on from its
   *       beginning to the CAS that ends it (ReadSlots, I1).
   *   I3  The drain is odd only under CLOSING: one thread wins the CAS to CLOSING and starts it, one ends
   *       it, and only that one drops the shutter, afterwards. So slots are opened with the drain even.
   *   I4  Somebody finds the slots empty. Of the closer, after it has started the drain, and of those that
   *       count down and see neither open slots nor an even drain, take the one whose full fence is last:
   *       it sees what all others have counted down. A leaver that sees an even drain fences before the
   *       closer does, whose scan sees it. One that sees LIGHT and does not fence has counted down before
   *       the heavy fence, by the pair of fences; the slots, once LIGHT, are that until they are closed.
   *   I5  No writer sleeps while slots are open but for an opener that is about to close them. A writer
   *       tries once more after it has announced itself; that attempt closes them. If they are opened
   *       after it, the opener looks for waiters after it has opened, and sees this one.
   *   I6  The stack has room for what follows a closing and the end of a drain: it is looked for before
   *       them. Where the closer fails all the same, the slots are open again, for the drain has not been
   *       started, and a waiter is woken to close them. A reader whose look fails takes its count back
   *       without a call. A leaver looks for room before it counts down, unless the slots are closed in
   *       that moment. A writer that finds the slots closed looks whether they are empty, should a leaver
   *       have failed to.
   *   I7  No writer comes between the read lock of an upgrader and its write lock: the state is FREE at no
   *       time in between, and only the upgrader replaces UPGRADING by something else.
   *   I8  Whoever leaves UPGRADING alone in the state wakes the upgrader: all that takes something off the
   *       state, be it a read lock, the shutter or a share that the queue takes back, looks at what is
   *       left (leftAlone). Nothing is added to UPGRADING but by a closer that has failed, which wakes the
   *       upgrader too, to close the slots in its place.
   *   I9  Those who have come in vain while the state was UPGRADING sleep in the queue, as behind a writer.
   *       They are looked after when the writer releases or becomes a reader, as behind any, and by an
   *       upgrader that gives up after it has changed the state: a waiter, listed, looks at the state
   *       after it has announced itself, and one of the two sees the other, both having fenced in between.
   *
   * Memory order
   *   state    volatile: a reader in a slot reads what the opener wrote, or a later counter beside the
   *            slots, so what the last writer did happens-before. A leaver's count is stored in release
   *            mode, the scan reads it in acquire mode, and the scanner drops the shutter by CAS: what
   *            readers did happens-before the next writer.
   *   slots    set once, by CAS; words, which is the array in it, afterwards
   *   reads    plain; lost updates do no harm. Not written while slots are open or closing. The writer
   *            sets it back.
   *
   * Fairness towards writers: opening waits until READS_TO_OPEN reads have been counted since the last
   * write, and until the slots have rested for a multiple of the time that the last closing of FENCED
   * took. LIGHT waits until no writer has closed the slots for a multiple of the time that the last closing
   * of LIGHT took, and meanwhile they are FENCED. So closing can slow down writers by no more than a small
   * fraction, and where it is the heavy fence that writers cannot afford, readers keep their slots.
   *
   * Slots stay closed until it is known which kind of fences the process has. Readers that used them
   * earlier would fence, and the code of their slots would be compiled for readers that do. What is
   * compiled for readers without slots meanwhile keeps its profile, by which a call for a slot is rare: such
   * calls are to methods that are small enough to be inlined all the same (MaxInlineSize), and leave the
   * rest to methods of their own.
   */
  static final int CLOSING = 1 << 29;

  static final int FENCED = 1 << 30;
  static final int LIGHT = FENCED | CLOSING;
  static final int MAX = CLOSING - 1;

  /** Negative, and so not to be joined, as WRITER is; less than it by more than can be counted. */
  static final int UPGRADING = Integer.MIN_VALUE;

  static final int READS_TO_OPEN = 64;

  private static final AtomicReferenceFieldUpdater<RwSync, @Nullable ReadSlots> SLOTS =
      AtomicReferenceFieldUpdater.newUpdater(RwSync.class, ReadSlots.class, "slots");
  private static final AtomicReferenceFieldUpdater<RwSync, @Nullable UpgradableReadLock>
      UPGRADABLE =
          AtomicReferenceFieldUpdater.newUpdater(
              RwSync.class, UpgradableReadLock.class, "upgradable");

  @Serial private static final long serialVersionUID = 1L;

  private transient volatile @Nullable ReadSlots slots;
  private transient volatile long @Nullable [] words;
  private transient volatile @Nullable UpgradableReadLock upgradable;

  /** How many read locks have been asked for since the last write or thought of opening slots. */
  transient int reads;

  /**
   * Set by the upgrader that has become the writer, cleared by a downgrade or by its unlock: tells
   * it that the write lock has been released as such. Plain, since no other has the write lock with
   * it.
   */
  private transient boolean upgraded;

  @Override
  boolean isFair() {
    return false;
  }

  @Override
  boolean isFull(int s) {
    return (s & MAX) == MAX;
  }

  // ---- Read lock

  /** Takes a read lock if the rules for newcomers allow it. */
  boolean tryRead() {
    long[] w = words;
    return (w != null && tryReadInSlot(w)) || tryReadCounted();
  }

  /** Takes a read lock through the slot of the current thread, if it has one with room. */
  private boolean tryReadInSlot(long[] w) {
    long key = ReadSlots.key(Thread.currentThread());
    return tryEnter(w, ReadSlots.index(key), key);
  }

  private boolean tryEnter(long[] w, int i, long key) {
    long before = w[i];
    if (before != key && !ReadSlots.canCountMore(before, key)) {
      return false;
    }
    w[i] = before + 1;
    try {
      VarHandle.acquireFence();
      if (state >= LIGHT || isOpenAfterFence(w, i)) {
        return true;
      }
    } catch (StackOverflowError e) {
      w[i] = before; // a call would overflow as well
      throw e;
    }
    w[i] = before;
    left();
    return false;
  }

  /** What a reader does unless a closer would fence for it. */
  private boolean isOpenAfterFence(long[] w, int i) {
    VarHandle.fullFence();
    int s = state;
    if (s >= FENCED && s < LIGHT && ReadSlots.isLookDue(w, i) && isLightDue(slots())) {
      boolean _ = casState(s, s - FENCED + LIGHT);
    }
    return s >= FENCED;
  }

  private static boolean isLightDue(ReadSlots t) {
    return Fences.isHeavyDear() && t.mayLighten();
  }

  private boolean tryReadCounted() {
    int opening = 0;
    int seen = state;
    if (seen >= FENCED) {
      ReadSlots t = slots();
      if (t.claim() && tryReadInSlot(t.words())) {
        return true;
      }
    } else if (seen >= FREE && seen < CLOSING && ++reads >= READS_TO_OPEN) {
      reads = 0;
      opening = isOpeningDue() ? (isLightDue(slots()) ? LIGHT : FENCED) : 0;
    }
    for (; ; ) {
      int s = state;
      if (s < FREE || (s > FREE && isQueued())) {
        return false;
      }
      int added = s < CLOSING ? opening : 0;
      if (casState(s, nextReader(s) + added)) {
        if (added != 0 && isQueued()) {
          closeSlots();
        }
        return true;
      }
    }
  }

  void unlockRead() {
    int before = state;
    if ((before & LIGHT) == CLOSING) {
      unlockReadInRoom();
      return;
    }
    long[] w = words;
    if (w == null || !ReadSlots.leave(w)) {
      unlockCounted();
      return;
    }
    VarHandle.acquireFence();
    if (state < LIGHT) {
      left();
    }
  }

  /** The slots are closed, so a wake may follow: the stack has room for it, or nothing is done. */
  private void unlockReadInRoom() {
    StackRoom.forWake();
    long[] w = words;
    if (w == null || !ReadSlots.leave(w)) {
      unlockCounted();
    } else {
      leftInRoom();
    }
  }

  void unlockCounted() {
    int s;
    do {
      s = state;
      if ((s & MAX) == 0 || (s <= FREE && !isUpgrading(s))) {
        throw new IllegalMonitorStateException("The current thread does not hold the read lock");
      }
      if (s < FREE) {
        StackRoom.forWake(); // nobody would make up for the wake of the upgrader
      }
    } while (!tryDrop(s, 1));
  }

  /** Drops a share of the state, one read lock or the shutter, if the state is still as it was. */
  private boolean tryDrop(int s, int share) {
    LockQueue q = queueOrNull();
    int after = s == share && q != null && q.isHandOffDue() ? WRITER : s - share;
    if (!casState(s, after)) {
      return false;
    }
    readDropped(after);
    return true;
  }

  // ---- Opening and closing of slots

  /** Whether to open the slots; the current thread then has one. */
  private boolean isOpeningDue() {
    if (!Preparation.isSettled() || Thread.currentThread().isVirtual() || isQueued()) {
      return false;
    }
    StackRoom.forWake();
    ReadSlots t = slots();
    return t.mayOpen() && (t.isOwner() || t.claim());
  }

  /** Closes the slots if they are open, to let a writer in, and looks whether they are empty. */
  @Override
  boolean isFree() {
    int s = state;
    if (s >= FENCED) {
      StackRoom.forWake();
      closeSlots();
      s = state;
    }
    if (s >= CLOSING || (isUpgrading(s) && (s & LIGHT) != 0)) {
      left();
      s = state;
    }
    return s == FREE;
  }

  private void closeSlots() {
    for (int s; (s = state) >= FENCED; ) {
      if (casState(s, (s & MAX) + CLOSING)) {
        drain(s - (s & MAX));
        return;
      }
    }
  }

  /** Starts the drain of slots that the current thread has closed; they were open in some way. */
  private void drain(int open) {
    ReadSlots t;
    long start;
    try {
      t = slots();
      start = System.nanoTime();
      if (open == LIGHT) {
        Fences.everywhere();
      } else {
        VarHandle.fullFence();
      }
      t.start();
    } catch (Throwable e) {
      if (isUpgrading(STATE.addAndGet(this, open - CLOSING))) {
        wakeUpgrader();
      }
      wakeNext();
      throw e;
    }
    VarHandle.fullFence();
    boolean empty = t.finish();
    t.rest(start, open == LIGHT);
    if (empty) {
      dropShutter();
    }
  }

  /** Looks whether the slots are empty, after a count in one of them has gone down. */
  private void left() {
    VarHandle.fullFence();
    if (slots().isDraining()) {
      StackRoom.forWake();
      finish();
    }
  }

  /** As {@link #left}, where the stack has room for a wake. */
  private void leftInRoom() {
    VarHandle.fullFence();
    finish();
  }

  private void finish() {
    if (slots().finish()) {
      dropShutter();
    }
  }

  /** A writer that is woken while the slots are open closes them, so they do not keep it asleep. */
  @Override
  int holds() {
    int s = state;
    return s >= FENCED ? FREE : s;
  }

  private void dropShutter() {
    boolean dropped;
    do {
      dropped = tryDrop(state, CLOSING);
    } while (!dropped);
  }

  // ---- Write lock

  void unlockWrite() {
    requireOwner();
    reads = 0;
    releaseWrite();
  }

  void downgrade() {
    requireOwner();
    upgraded = false;
    reads = 0;
    replace(1);
  }

  // ---- Upgrade

  /** Whether the upgrader has become the writer, and not gone back; asked once, when it leaves. */
  boolean takeUpgraded() {
    boolean was = upgraded;
    if (was) {
      upgraded = false;
    }
    return was;
  }

  /** Takes a read lock that is counted in the state, if the rules for newcomers allow it. */
  boolean tryReadBesideSlots() {
    for (; ; ) {
      int s = state;
      if (s < FREE || (s > FREE && isQueued())) {
        return false;
      }
      if (casState(s, nextReader(s))) {
        return true;
      }
    }
  }

  /**
   * Turns the counted read lock of the current thread into the write lock, if it is the only one.
   */
  boolean tryUpgrade() {
    StackRoom.forWake();
    closeSlots();
    if (state >= CLOSING) {
      left();
    }
    if (!casState(1, WRITER)) {
      return false;
    }
    setOwner(Thread.currentThread());
    upgraded = true;
    return true;
  }

  /**
   * As {@link #tryUpgrade}, waiting for the other readers to leave; nobody joins them meanwhile.
   */
  int upgrade(SoleWait wait, boolean interruptible, long deadline) {
    if (Order.ON && deadline == Deadlines.FOREVER) {
      HeldLocks.waitsAgain(this);
    }
    if (tryUpgrade()) {
      return AcquireQueue.ACQUIRED;
    }
    wait.begin();
    try {
      return awaitReaders(wait, interruptible, deadline);
    } finally {
      wait.end();
    }
  }

  private int awaitReaders(SoleWait wait, boolean interruptible, long deadline) {
    int s;
    do {
      closeSlots();
      s = state;
    } while (s >= FENCED || !casState(s, UPGRADING + s - 1));
    int result;
    try {
      if (s >= CLOSING) {
        left();
      }
      result = wait.await(this, this::isLeftAlone, interruptible, deadline);
    } catch (Throwable t) {
      giveUpUpgrade();
      throw t;
    }
    if (result == AcquireQueue.ACQUIRED) {
      state = WRITER;
      setOwner(Thread.currentThread());
      upgraded = true;
    } else {
      giveUpUpgrade();
    }
    return result;
  }

  /**
   * Whether all but the upgrader, the current thread, have left; closes the slots if others failed.
   */
  private boolean isLeftAlone() {
    int s = state;
    int open = s & LIGHT;
    if (open >= FENCED && casState(s, s - open + CLOSING)) {
      drain(open);
    }
    return state == UPGRADING;
  }

  /** Makes the current thread a reader again, with the lock as it is otherwise. */
  private void giveUpUpgrade() {
    int s;
    do {
      s = state;
    } while (!casState(s, s - UPGRADING + 1));
    wakeNext();
  }

  private static boolean isUpgrading(int s) {
    return s < WRITER;
  }

  @Override
  @Nullable Parker leftAlone(int s) {
    UpgradableReadLock u = upgradable;
    return s == UPGRADING && u != null ? u.parker() : null;
  }

  private void wakeUpgrader() {
    Parker upgrader = leftAlone(UPGRADING);
    if (upgrader != null) {
      upgrader.unpark();
    }
  }

  /** The upgradable read lock, which is made when it is first needed. */
  UpgradableReadLock upgradable() {
    UpgradableReadLock u = upgradable;
    if (u == null) {
      UpgradableReadLock fresh = new UpgradableReadLock(this);
      u = UPGRADABLE.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(upgradable);
    }
    return u;
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
    return Order.ON ? Ordered.tryLock(this, ask, nanos) : attempt(ask, nanos);
  }

  boolean attempt(int ask, long nanos) throws InterruptedException {
    AcquireQueue.requireNotInterrupted();
    return (ask == SHARED ? tryRead() : tryWrite())
        || (nanos > 0 && AcquireQueue.isAcquired(contend(ask, true, Deadlines.after(nanos))));
  }

  @Override
  long heldAs() {
    return 1;
  }

  @Override
  void releaseFully() {
    unlockWrite();
  }

  @Override
  void reacquired(long holds) {
    setOwner(Thread.currentThread());
  }

  // ---- Inspection

  /** How many read locks are held, in slots and beside them; an estimate while that changes. */
  int readLocks() {
    int s = state;
    if (s == WRITER) {
      return 0;
    }
    return (s & MAX) + (isUpgrading(s) ? 1 : 0) + ((s & LIGHT) == 0 ? 0 : slots().holds());
  }

  /** Whether readers may take the lock through their slots now. */
  boolean areSlotsOpen() {
    return state >= FENCED;
  }

  /** The slots, which are made when they are first needed. */
  ReadSlots slots() {
    ReadSlots t = slots;
    if (t == null) {
      ReadSlots fresh = new ReadSlots();
      t = SLOTS.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(slots);
    }
    if (words == null) {
      words = t.words();
    }
    return t;
  }
}
