package io.pawl.platform;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.OwnerLookup;
import io.pawl.internal.observe.PartOf;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.Observation;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.Condition;
import io.pawl.locks.Lock;
import io.pawl.observe.Wait;
import io.pawl.spi.NativeWait;
import java.io.Serial;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What the locks of the system have in common on the side of Java: owner, errors, interrupts. */
abstract sealed class SystemLock implements Lock permits OsMutex, PiMutex {

  /*
   * The system keeps the lock and its queue; here is who holds it in Java, so that mistakes become
   * exceptions before the system sees them, and tools see the owner.
   *
   * Invariants
   *   I1  sync's owner is written by the holder only: after it has acquired the lock, and before it releases
   *       it. A thread that finds itself there is the holder.
   *   I2  The system's lock is taken or left by the last call that can overflow the stack: what follows fits
   *       into the room that the frames of this call have had.
   *   I3  The system does not know of Java's interrupts. A wait that responds to them is made of slices,
   *       between which it looks. Where locks know no deadlines either, it tries and sleeps by turns.
   */

  /** For how long a wait that responds to interrupts does not look. */
  private static final long SLICE_NANOS = 10_000_000;

  /** The first and the longest sleep between two tries. */
  private static final long FIRST_PAUSE_NANOS = 20_000;

  private static final int LONGEST_PAUSE_SHIFT = 6;

  private static final AtomicIntegerFieldUpdater<SystemLock> WAITING =
      AtomicIntegerFieldUpdater.newUpdater(SystemLock.class, "waiting");

  static {
    SystemLockParts.initialize();
  }

  private static final OwnerLookup OWNERS = new Owners();

  private final Sync sync;
  private volatile int waiting;

  SystemLock(Sync sync) {
    this.sync = sync;
    if (sync.lock == null) {
      sync.lock = this;
    }
  }

  /** The object that stands for all those of the same lock; null if that is this one. */
  final @Nullable SystemLock whole() {
    SystemLock whole = sync.lock;
    return whole == this ? null : whole;
  }

  /** Who holds a lock, for tools and for checks. */
  static final class Sync extends AbstractOwnableSynchronizer implements PartOf {
    @Serial private static final long serialVersionUID = 1L;

    /** The first object for this lock; any of those that come at the same time will do. */
    private transient volatile @Nullable SystemLock lock;

    /** What keeps this reachable while there is an owner, or null. */
    transient @Nullable Keeper keeper;

    Sync() {}

    @Override
    public Object subject() {
      return Objects.requireNonNullElse(lock, this);
    }

    @Nullable Thread owner() {
      return getExclusiveOwnerThread();
    }

    void setOwner(@Nullable Thread owner) {
      setExclusiveOwnerThread(owner);
      Keeper k = keeper;
      if (k != null) {
        k.keep(owner == null ? null : this);
      }
    }
  }

  /** Tells observers who holds a lock. */
  private static final class Owners implements OwnerLookup {
    @Override
    public @Nullable Thread ownerOf(Object blocker) {
      return ((Sync) blocker).owner();
    }

    /** It is known when the wait ends. */
    @Override
    public void ownedByCurrentThread(Object blocker) {}
  }

  /** Keeps the record of an owner reachable. */
  interface Keeper {

    /** Keeps one, or none any more. */
    void keep(@Nullable Sync sync);
  }

  // ---- What the system does; results are 0 or negated error numbers

  /** Acquires the lock if that can be done at once; any other result means that it can't. */
  abstract int tryFast();

  /** Acquires the lock if it is free. */
  abstract int tryNative();

  /** Acquires the lock, waiting at most until the deadline; ENOSYS where it knows none. */
  abstract int lockNative(long deadline);

  /** Releases the lock. */
  abstract int unlockNative();

  /** Throws if the lock may not be used, before an attempt. */
  abstract void requireUsable();

  /** Releases the lock and throws if the current thread, which has acquired it, may not have it. */
  abstract void admit();

  // ---- Lock

  @Override
  public void lock() {
    acquire();
    admit();
  }

  /** Acquires the lock, without {@link #admit}. */
  final void acquire() {
    Thread current = requireMayWait();
    if (!isTaken(tryFast(), current)) {
      int _ = contend(current, false, Deadlines.FOREVER);
    }
  }

  @Override
  public void lockInterruptibly() throws InterruptedException {
    Thread current = requireMayWait();
    throwIfInterrupted();
    if (!isTaken(tryFast(), current)) {
      boolean _ = lockContendedInterruptibly(current, Deadlines.FOREVER);
    }
    admit();
  }

  @Override
  public boolean tryLock() {
    Thread current = requireThread();
    requireUsable();
    if (sync.owner() == current || !isTaken(tryNative(), current)) {
      return false;
    }
    admit();
    return true;
  }

  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(time);
    throwIfInterrupted();
    if (tryLock()) {
      return true;
    }
    if (nanos <= 0) {
      return false;
    }
    Thread current = requireMayWait();
    if (!lockContendedInterruptibly(current, Deadlines.after(nanos))) {
      return false;
    }
    admit();
    return true;
  }

  @Override
  public void unlock() {
    requireHeld();
    release();
  }

  /** Releases the lock, which the current thread holds. */
  final void release() {
    Thread current = sync.owner();
    sync.setOwner(null);
    try {
      int result = unlockNative();
      if (result != 0) {
        throw failed(result);
      }
    } catch (Throwable t) {
      sync.setOwner(current);
      throw t;
    }
  }

  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException(
        getClass().getSimpleName() + " has no conditions: take Mutex or an AtomicWord");
  }

  // ---- Waiting

  private boolean lockContendedInterruptibly(Thread current, long deadline)
      throws InterruptedException {
    int result = contend(current, true, deadline);
    if (result == AcquireQueue.INTERRUPTED) {
      throw new InterruptedException();
    }
    return result == AcquireQueue.ACQUIRED;
  }

  /** Waits for the lock; the results are those of {@link AcquireQueue}. */
  private int contend(Thread current, boolean interruptible, long deadline) {
    return Observers.arePresent()
        ? contendObserved(current, interruptible, deadline)
        : contendUnobserved(current, interruptible, deadline);
  }

  private int contendObserved(Thread current, boolean interruptible, long deadline) {
    WaitRecord wait = Observation.began(sync, Wait.Mode.EXCLUSIVE, getQueueLength(), OWNERS, null);
    int result = Observers.FAILED;
    try {
      result = contendUnobserved(current, interruptible, deadline);
    } finally {
      Observers.ended(wait, result);
    }
    return result;
  }

  private int contendUnobserved(Thread current, boolean interruptible, long deadline) {
    begin();
    try {
      for (int round = 0; ; round++) {
        int result = interruptible ? lockSlice(deadline, round) : lockNative(deadline);
        if (isTaken(result, current)) {
          return AcquireQueue.ACQUIRED;
        }
        if (interruptible && Thread.interrupted()) {
          return AcquireQueue.INTERRUPTED;
        }
        if (Deadlines.passed(deadline)) {
          return AcquireQueue.TIMED_OUT;
        }
      }
    } finally {
      end();
    }
  }

  private int lockSlice(long deadline, int round) {
    long left = Deadlines.remaining(deadline);
    int result = lockNative(left > SLICE_NANOS ? Deadlines.after(SLICE_NANOS) : deadline);
    if (result != NativeWait.ENOSYS) {
      return result;
    }
    long pause = FIRST_PAUSE_NANOS << Math.min(round, LONGEST_PAUSE_SHIFT);
    LockSupport.parkNanos(Math.min(pause, left));
    return tryNative();
  }

  private void begin() {
    StackRoom.forStep();
    WAITING.getAndAdd(this, 1);
    LockSupport.setCurrentBlocker(sync);
  }

  private void end() {
    LockSupport.setCurrentBlocker(null);
    WAITING.getAndAdd(this, -1);
  }

  private boolean isTaken(int result, Thread current) {
    return switch (result) {
      case 0 -> {
        sync.setOwner(current);
        yield true;
      }
      case EBUSY, NativeWait.ETIMEDOUT, NativeWait.EINTR -> false;
      default -> throw failed(result);
    };
  }

  static final int EBUSY = -16;

  static IllegalStateException failed(int result) {
    return new IllegalStateException("The system's lock failed with error " + result);
  }

  // ---- Checks

  private static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private Thread requireMayWait() {
    Thread current = requireThread();
    requireUsable();
    if (sync.owner() == current) {
      throw new IllegalMonitorStateException(
          "The current thread holds this lock already, and it is not reentrant: " + this);
    }
    return current;
  }

  private Thread requireThread() {
    Thread current = Thread.currentThread();
    if (current.isVirtual()) {
      throw new UnsupportedOperationException(
          "A lock of the system belongs to a thread of the system: "
              + getClass().getSimpleName()
              + " is for platform threads, Mutex for virtual ones");
    }
    return current;
  }

  final void requireHeld() {
    if (!isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException("The current thread does not hold this lock: " + this);
    }
  }

  final @Nullable Thread owner() {
    return sync.owner();
  }

  // ---- Inspection

  /**
   * Whether the current thread holds this lock, and has acquired it by its methods.
   *
   * @return true if it does
   */
  public final boolean isHeldByCurrentThread() {
    return sync.owner() == Thread.currentThread();
  }

  /**
   * An estimate of the number of threads that wait for this lock by its methods.
   *
   * @return the number, exact while it does not change
   */
  public final int getQueueLength() {
    return waiting;
  }

  /**
   * Names the lock and the thread that has acquired it by its methods.
   *
   * @return the class, the name if there is one, and {@code Unlocked} or {@code Locked by thread}
   *     with the name of the thread
   */
  @Override
  public String toString() {
    Thread owner = sync.owner();
    String state = owner == null ? "Unlocked" : "Locked by thread " + owner.getName();
    return getClass().getSimpleName()
        + "@"
        + Integer.toHexString(System.identityHashCode(this))
        + "["
        + Subjects.label(this)
        + state
        + "]";
  }
}
