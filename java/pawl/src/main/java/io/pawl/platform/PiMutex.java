package io.pawl.platform;

import io.pawl.internal.backend.PiLocks;
import io.pawl.internal.memory.WordSlab;
import io.pawl.internal.memory.Words;
import io.pawl.internal.queue.Spin;
import io.pawl.locks.Condition;
import io.pawl.spi.NativeWait;
import java.lang.ref.Reference;
import java.util.concurrent.TimeUnit;

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
 * it all the same, and {@link #clearPoison()} states that the data is in order. Until the thread
 * has left the system, a moment after Java's {@link Thread#join()}, others wait for it.
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
 * lends its priority to nobody. Urgent threads should use {@link #lock()}.
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
   * Algorithm: that of futex(2).
   *
   * Word   0                       free
   *        tid                     held; the number of the thread in the system
   *        tid + WAITERS           held, and the system has a queue: unlocking is a call
   *        tid + OWNER_DIED        as the system hands it over when the owner has ended; the shim clears it
   *
   * Transitions
   *   0 --CAS, or call--> tid --CAS--> 0
   *                        | a waiter's call             call: to the most urgent, or to nobody
   *                        +--> tid + WAITERS ------------------------> its tid (+ WAITERS), or 0
   *   tid of a thread that has ended, nobody waits --takeOver--> tid
   *
   * Invariants
   *   I1  A word with the number of an ended thread, for which the system has no queue, is changed by
   *       takeOver only, one at a time. So after ESRCH within the monitor it holds that number still, and
   *       replacing it takes the lock from nobody who lives.
   *   I2  If a thread gets the number of an ended one that held this lock, the word names it although it
   *       has not acquired the lock. The system calls that a deadlock; the owner of SystemLock tells it
   *       from one. To others such a thread looks like the owner.
   *   I3  The system hands the lock of an ended thread to the waiter that is first, which puts its number
   *       into the word when it wakes. Others are told EINVAL meanwhile, and come again.
   *   I4  poisoned is set by the thread that has acquired the lock from an ended one, before it goes on.
   *
   * Memory order: the word is changed by compare-and-set and by the system, which is at least as strong.
   */
  private static final int TID_MASK = 0x3FFF_FFFF;

  /** A pause of some 30 microseconds. */
  private static final int HEIR_ROUND = 5;

  private static final WordSlab WORDS = new WordSlab();

  private static final ThreadLocal<Integer> TID = ThreadLocal.withInitial(PiMutex::tid);

  private final long word;
  private final Object takeover = new Object();
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
    word = Support.lease(this);
  }

  /** Finds out, once, whether the system has such locks. */
  private static final class Support {
    private static volatile boolean ready;

    private Support() {}

    static long lease(Object owner) {
      if (!ready) {
        PiLocks.require();
      }
      long leased = WORDS.lease(owner);
      if (!ready) {
        int result = Thread.currentThread().isVirtual() ? probeElsewhere(leased) : probe(leased);
        if (result != 0) {
          throw new UnsupportedOperationException(
              "The system has no locks with priority inheritance: error " + result);
        }
        ready = true;
      }
      return leased;
    }

    private static int probe(long word) {
      int result = PiLocks.tryLock(word);
      if (result == 0) {
        int _ = PiLocks.unlock(word);
        PiLocks.settle(word);
      }
      return result;
    }

    private static int probeElsewhere(long word) {
      int[] result = new int[1];
      Thread prober = Thread.ofPlatform().daemon().start(() -> result[0] = probe(word));
      boolean interrupted = false;
      for (; ; ) {
        try {
          prober.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return result[0];
    }
  }

  /** Learns the number of the current thread from the word of a lock that it takes. */
  private static int tid() {
    Object owner = new Object();
    long scratch = WORDS.lease(owner);
    try {
      int result = PiLocks.tryLock(scratch);
      if (result != 0) {
        throw failed(result);
      }
      int tid = Words.getVolatile(scratch) & TID_MASK;
      int _ = PiLocks.unlock(scratch);
      return tid;
    } finally {
      Reference.reachabilityFence(owner);
    }
  }

  @Override
  int tryFast() {
    return Words.compareAndSet(word, 0, TID.get()) ? 0 : EBUSY;
  }

  @Override
  int tryNative() {
    int result = tryFast();
    return result == 0 ? 0 : taken(PiLocks.tryLock(word));
  }

  @Override
  int lockNative(long deadline) {
    try {
      return taken(PiLocks.lock(word, deadline));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Turns what is the end of the owner into success and poison. */
  private int taken(int result) {
    switch (result) {
      case PiLocks.ESRCH -> {
        return takeOver();
      }
      case NativeWait.EINVAL -> {
        Spin.rest(HEIR_ROUND);
        return EBUSY;
      }
      case PiLocks.EOWNERDEAD -> {}
      case PiLocks.EDEADLK -> {
        if ((Words.getVolatile(word) & TID_MASK) != TID.get()) {
          throw new IllegalStateException("Waiting for this lock would never end: " + this);
        }
      }
      default -> {
        return result;
      }
    }
    poisoned = true;
    return 0;
  }

  private int takeOver() {
    int tid = TID.get();
    synchronized (takeover) {
      int result = PiLocks.lock(word, 0);
      if (result != PiLocks.ESRCH) {
        return taken(result);
      }
      int ended;
      do {
        ended = Words.getVolatile(word);
      } while (!Words.compareAndSet(word, ended, tid));
      poisoned = true;
      return 0;
    }
  }

  @Override
  int unlockNative() {
    try {
      return Words.compareAndSet(word, TID.get(), 0) ? 0 : PiLocks.unlock(word);
    } finally {
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
   *     the current thread
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
