package io.pawl.platform;

import io.pawl.internal.backend.PiLocks;
import io.pawl.internal.memory.Words;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.Spin;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.Condition;
import io.pawl.spi.NativeWait;
import java.lang.ref.Reference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A lock whose owner runs at the priority of the most urgent thread that waits for it: the
 * priority-inheriting futex of Linux. Not reentrant.
 *
 * <p><b>Who needs it.</b> Programs with threads of a real-time class of the system ({@code
 * SCHED_FIFO}, {@code SCHED_RR}, {@code SCHED_DEADLINE}) that share a lock with less urgent ones.
 * There a thread of middling priority that merely computes keeps an owner of low priority from the
 * processor, and with it the most urgent thread that waits for the lock, for as long as it likes:
 * an inversion without bound. With this lock the owner runs first, and the wait is as long as its
 * section. <b>Who does not:</b> everybody else. Java's own {@link Thread#setPriority} changes
 * nothing of this, and threads of the ordinary class gain nothing from it; {@link
 * io.pawl.locks.Mutex} is cheaper, spins, and can be used by virtual threads. The JVM's own threads
 * inherit nothing: a section that allocates waits for the collector at the collector's priority.
 *
 * {@snippet :
 * private final PiMutex mutex = new PiMutex();
 *
 * void publish(Sample sample) { // by threads of any priority
 *   mutex.lock();
 *   try {
 *     latest = sample;
 *   } finally {
 *     mutex.unlock();
 *   }
 * }
 * }
 *
 * <p><b>Threads.</b> Platform threads only; a virtual thread gets {@link
 * UnsupportedOperationException} from every method that locks. A thread that locks again what it
 * holds, or unlocks what it does not, gets {@link IllegalMonitorStateException}.
 *
 * <p><b>The end of an owner.</b> If the thread that holds the lock ends, those that come after it
 * are told by {@link OwnerEndedException} and do not hold the lock; {@link #lockForced()} acquires
 * it all the same, and {@link #clearPoison()} states that the data is in order. The end of the Java
 * thread counts, also if the system has given its number to another thread since.
 *
 * <p><b>Deadlock.</b> An attempt that would complete a circle of threads that wait for such locks
 * of each other is refused with {@link IllegalStateException}, as far as the system finds it.
 *
 * <p><b>Fairness.</b> The most urgent thread is served first, and among equals the first to come. A
 * thread that arrives while the lock is free takes it.
 *
 * <p><b>Interruption and timeouts.</b> {@link #lock()} ignores interrupts. A wait of {@link
 * #lockInterruptibly()} or {@link #tryLock(long, TimeUnit)} is made of slices of 10 milliseconds,
 * between which it looks for an interrupt, loses its place among its equals and for an instant
 * lends its priority to nobody. {@link #lock()} looks for the end of the owner that way, each
 * second. Urgent threads should use it.
 *
 * <p><b>Conditions.</b> There are none: the system offers them for its own locks only.
 *
 * <p><b>Memory consistency effects.</b> A successful lock and a successful unlock have the effects
 * that {@link java.util.concurrent.locks.Lock} demands.
 *
 * <p><b>Cost.</b> One atomic operation for each lock and each unlock while nobody waits; a system
 * call for each as long as somebody does. A word of native memory in a cache line of its own, freed
 * with this object.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/futex.2.html">futex(2), "Priority-inheritance
 *     futexes"</a>
 * @see <a href="https://doi.org/10.1109/12.57058">L. Sha, R. Rajkumar, J. Lehoczky, "Priority
 *     Inheritance Protocols"</a>
 */
public final class PiMutex extends SystemLock {

  /*
   * Algorithm: that of futex(2), and in Java the record of who holds the lock. A number of a thread is given to
   * another when the first has ended: the word alone does not tell whether its owner lives.
   *
   * Word   0                       free
   *        number                  held; the number of the thread in the system
   *        number + WAITERS        held, and the system has a queue, or has had one: unlocking is a call
   *        number + OWNER_DIED     as the system hands it over when the owner has ended; the shim clears it
   *
   * Transitions
   *   0 --CAS, or call--> number --CAS--> 0
   *                        | a waiter's call             call: to the most urgent, or to nobody
   *                        +--> number + WAITERS ------------------------> its number (+ WAITERS), or 0
   *   number of a thread that has ended, nobody in the system --takeOver--> number
   *
   * Invariants
   *   I1  holder is set by a thread that has acquired the lock, and cleared by it before it releases it. So it
   *       names a thread that has ended only if that one ended as the holder, and as long as nobody has
   *       acquired the lock after it.
   *   I2  calls counts the threads that may be in the system's queue. A thread counts itself, then looks for
   *       the end of the holder, and calls the system only if there is none; if it acquires the lock, it
   *       sets holder before it counts itself off. Thus once holder has ended and then calls is 0, the word
   *       has the number of that thread, the system has no queue for it and gets none, and only takeOver,
   *       one at a time, changes anything.
   *   I3  The end of a holder is known from Java, or the system has no thread of its number, or has given that to
   *       the current thread. The last two are for threads of native code that have ended without telling the
   *       JVM. What the system answers to a call (ESRCH) may be about another: the lock may have passed from the
   *       holder to one that has ended, and back. So takeOver asks for the number of the holder.
   *   I4  A thread that has looked before the holder ended, and calls the system when another has got the number,
   *       waits for that one. No call lasts longer than CALL_NANOS; after that it looks again.
   *   I5  The system hands the lock of an ended thread to the waiter that is first, which puts its number
   *       into the word when it wakes. Others are told EINVAL meanwhile, and come again.
   *   I6  poisoned is set by the thread that has acquired the lock from an ended one, before it goes on.
   *
   * Memory order
   *   field    read      write
   *   word     volatile  compare-and-set, or the system, which is at least as strong
   *   holder   volatile  release; it is cleared before the word, by that order, and followed by a volatile RMW of
   *                      calls where I2 needs it to be seen
   *   calls    volatile  volatile RMW
   *   gone     volatile  volatile
   */

  /** A pause of some 30 microseconds. */
  private static final int HEIR_ROUND = 5;

  /** For how long a wait in the system does not look whether the owner has ended. */
  private static final long CALL_NANOS = 1_000_000_000;

  private static final AtomicIntegerFieldUpdater<PiMutex> CALLS =
      AtomicIntegerFieldUpdater.newUpdater(PiMutex.class, "calls");
  private static final AtomicReferenceFieldUpdater<PiMutex, @Nullable PiThread> HOLDER =
      AtomicReferenceFieldUpdater.newUpdater(PiMutex.class, PiThread.class, "holder");

  private final long word;
  private final Object takeover = new Object();
  private volatile @Nullable PiThread holder;
  private volatile int calls;

  /** One that has ended according to the system. */
  private volatile @Nullable PiThread gone;

  private volatile boolean poisoned;

  /**
   * Makes an unlocked lock.
   *
   * @throws UnsupportedOperationException if the system has no such lock (other than Linux, some
   *     emulators), or if Pawl's native library is not in use, as with the backends {@code syscall}
   *     and {@code java}; the message says why
   * @throws IllegalStateException if the backend or library that the user demanded does not work
   * @throws OutOfMemoryError if there is no memory for it
   */
  public PiMutex() {
    super(new Sync());
    word = PiProbe.lease(this);
  }

  /** The address of the word. */
  long word() {
    return word;
  }

  @Override
  int tryFast() {
    PiThread self = PiThread.current();
    if (!Words.compareAndSet(word, 0, self.number())) {
      return EBUSY;
    }
    HOLDER.lazySet(this, self);
    return 0;
  }

  @Override
  int tryNative() {
    return tryFast() == 0 ? 0 : call(true, 0);
  }

  @Override
  int lockNative(long deadline) {
    try {
      return call(false, Deadlines.sooner(deadline, CALL_NANOS));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Asks the system for the lock, unless its owner has ended. */
  private int call(boolean onlyTry, long deadline) {
    StackRoom.forStep();
    PiThread self = PiThread.current();
    PiThread owner;
    int result;
    CALLS.getAndAdd(this, 1);
    try {
      owner = holder;
      if (hasEnded(owner)) {
        result = PiLocks.ESRCH;
      } else {
        result = onlyTry ? PiLocks.tryLock(word) : PiLocks.lock(word, deadline);
        if (result == 0 || result == PiLocks.EOWNERDEAD) {
          if (result != 0) {
            poisoned = true;
          }
          HOLDER.lazySet(this, self);
        }
      }
    } finally {
      CALLS.getAndAdd(this, -1);
    }
    return switch (result) {
      case PiLocks.EOWNERDEAD -> 0;
      case PiLocks.ESRCH -> takeOver(self, owner);
      case PiLocks.EDEADLK -> deadlock(self);
      case NativeWait.EINVAL -> later();
      case NativeWait.EPERM ->
          throw new IllegalStateException(
              "The system does not let this thread wait for the owner of this lock (EPERM): "
                  + this);
      default -> result;
    };
  }

  private boolean hasEnded(@Nullable PiThread owner) {
    return owner != null && (owner == gone || owner.hasEnded()) && holder == owner;
  }

  private static int later() {
    Spin.rest(HEIR_ROUND);
    return EBUSY;
  }

  /** The system says that the current thread waits for itself, directly or not. */
  private int deadlock(PiThread self) {
    if ((Words.getVolatile(word) & PiThread.NUMBER) != self.number()) {
      throw new IllegalStateException("Waiting for this lock would never end: " + this);
    }
    PiThread owner = holder;
    return takeOver(self, owner != null && owner.number() == self.number() ? owner : null);
  }

  /**
   * Takes the lock from an owner that has ended, unless somebody else does, or may get it from the
   * system.
   */
  int takeOver(PiThread self, @Nullable PiThread owner) {
    if (owner != null && (hasEnded(owner) || owner.isUnknownToTheSystem())) {
      synchronized (takeover) {
        if (holder == owner) {
          gone = owner;
          if (calls == 0 && holder == owner) {
            poisoned = true;
            Words.setVolatile(word, self.number());
            holder = self;
            gone = null;
            return 0;
          }
        }
      }
    }
    return later();
  }

  @Override
  int unlockNative() {
    PiThread self = PiThread.current();
    int result = -1;
    HOLDER.lazySet(this, null);
    try {
      result = Words.compareAndSet(word, self.number(), 0) ? 0 : PiLocks.unlock(word);
      return result;
    } finally {
      if (result != 0) {
        HOLDER.lazySet(this, self);
      }
      Reference.reachabilityFence(this);
    }
  }

  @Override
  void requireUsable() {}

  @Override
  void admit() {
    if (poisoned) {
      release();
      throw new OwnerEndedException(
          "A thread ended while it held this lock: lockForced() acquires it, and clearPoison() says"
              + " that the data is in order");
    }
  }

  /**
   * Acquires the lock, waiting until it is free. An interrupt does not end the wait.
   *
   * @throws OwnerEndedException if an owner ended and the data is not in order; the lock is not
   *     held
   * @throws IllegalMonitorStateException if the current thread holds the lock already
   * @throws IllegalStateException if the wait would never end, since the owner waits for a lock of
   *     the current thread, or if the system does not permit it
   * @throws UnsupportedOperationException if the current thread is virtual
   */
  @Override
  public void lock() {
    super.lock();
  }

  /**
   * Acquires the lock unless the current thread is interrupted, before or while it waits.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and it does not hold the lock
   * @throws OwnerEndedException as {@link #lock()}
   * @throws IllegalMonitorStateException if the current thread holds the lock already
   * @throws IllegalStateException as {@link #lock()}
   * @throws UnsupportedOperationException if the current thread is virtual
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    super.lockInterruptibly();
  }

  /**
   * Acquires the lock if it is free now, or its owner ended.
   *
   * @return false if it is held, by the current thread or another
   * @throws OwnerEndedException as {@link #lock()}
   * @throws UnsupportedOperationException if the current thread is virtual
   */
  @Override
  public boolean tryLock() {
    return super.tryLock();
  }

  /**
   * Acquires the lock if it becomes free within the given time and the current thread is not
   * interrupted.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and it does not hold the lock
   * @throws OwnerEndedException as {@link #lock()}
   * @throws IllegalMonitorStateException if the current thread holds the lock already and would
   *     wait
   * @throws IllegalStateException as {@link #lock()}
   * @throws UnsupportedOperationException if the current thread is virtual
   * @throws NullPointerException if unit is null
   */
  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    return super.tryLock(time, unit);
  }

  /**
   * Acquires the lock whatever state the data is in, waiting until it is free. An interrupt does
   * not end the wait.
   *
   * @return whether an owner ended, and the data is to be looked at before {@link #clearPoison()}
   * @throws IllegalMonitorStateException if the current thread holds the lock already
   * @throws IllegalStateException as {@link #lock()}
   * @throws UnsupportedOperationException if the current thread is virtual
   */
  public boolean lockForced() {
    acquire();
    return poisoned;
  }

  /**
   * States that the data is in order: lockers need not be told of the end of an owner any more.
   * Without effect on a lock that is not poisoned.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  public void clearPoison() {
    requireHeld();
    poisoned = false;
  }

  /**
   * Whether an owner ended and the data is not in order, as far as somebody has noticed.
   *
   * @return true if lockers are told so
   */
  public boolean isPoisoned() {
    return poisoned;
  }

  /**
   * Releases the lock. If it is poisoned, it stays so.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold it
   */
  @Override
  public void unlock() {
    super.unlock();
  }

  /**
   * Refuses: there are no conditions.
   *
   * @return never
   * @throws UnsupportedOperationException always
   */
  @Override
  public Condition newCondition() {
    return super.newCondition();
  }
}
