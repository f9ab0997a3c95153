package io.pawl.platform;

import io.pawl.internal.backend.OsLocks;
import io.pawl.internal.park.Deadlines;
import io.pawl.locks.Condition;
import io.pawl.spi.NativeWait;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * The operating system's own lock: {@code pthread_mutex_t} on Linux, {@code SRWLOCK} (exclusive) on
 * Windows, {@code os_unfair_lock} on macOS. Java and C code of one process exclude each other by
 * it. Not reentrant.
 *
 * <p>A lock of its own memory is made by {@link #OsMutex()}; {@link #memory()} is what C code gets.
 * {@link #at} is for a lock that C code has made.
 *
 * {@snippet :
 * MemorySegment shared = (MemorySegment) ACCOUNT_LOCK.invokeExact(account); // &account->lock
 * OsMutex mutex = OsMutex.at(shared);
 * mutex.lock();
 * try {
 *   account.set(JAVA_LONG, BALANCE, account.get(JAVA_LONG, BALANCE) + amount);
 * } finally {
 *   mutex.unlock();
 * }
 * }
 *
 * <p><b>Threads.</b> Platform threads only: the lock blocks in the system, and belongs to a thread
 * of the system. A virtual thread gets {@link UnsupportedOperationException} from every method that
 * locks; {@link io.pawl.locks.Mutex} is for it, and for all else that need not exclude C code.
 *
 * <p><b>Owner.</b> The system knows the owner on none of the three, or ends the process when it is
 * the wrong one. So Java keeps it: a thread that locks again what it has locked, and one that
 * unlocks what it has not, get {@link IllegalMonitorStateException}, also where several objects
 * stand for one lock. What C code does the system alone sees: a thread must unlock in Java what it
 * has locked in Java, and must not call into Java with a lock held in C and lock it again. A thread
 * that ends without unlocking leaves the lock held.
 *
 * <p><b>Fairness</b> is that of the system, which promises none.
 *
 * <p><b>Interruption and timeouts.</b> {@link #lock()} ignores interrupts. The system's locks
 * cannot be interrupted: {@link #lockInterruptibly()} and {@link #tryLock(long, TimeUnit)} wait in
 * slices of 10 milliseconds, by {@code pthread_mutex_clocklock} or {@code timedlock}, and look for
 * an interrupt between them. On Windows and macOS, whose locks know no deadlines, these two try and
 * sleep by turns, up to a millisecond and a quarter each: there they get the lock later than others
 * do, and under contention perhaps not at all.
 *
 * <p><b>Conditions.</b> There are none. C code has those of the system, which need the lock in the
 * hands of C code; in Java take {@link io.pawl.locks.Mutex}, or an {@link
 * io.pawl.atomic.AtomicWord} on which both sides wait.
 *
 * <p><b>Memory.</b> That of a lock of its own is freed when this object and all segments from
 * {@link #memory()} are unreachable, never while a thread uses them. {@link #close} makes further
 * use an error. Memory of C code is the matter of C code: it must not be freed while this object is
 * in use. If its segment belongs to an arena that has been closed, methods throw
 * IllegalStateException.
 *
 * <p><b>Memory consistency effects.</b> A successful lock and a successful unlock have the effects
 * that {@link java.util.concurrent.locks.Lock} demands, and those of the system's lock in C code.
 *
 * <p><b>Cost.</b> A call into native code for each lock and each unlock, two for a lock that waits.
 *
 * @see <a
 *     href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutex_lock.html">
 *     pthread_mutex_lock</a>
 * @see <a href="https://learn.microsoft.com/windows/win32/sync/slim-reader-writer--srw--locks">Slim
 *     Reader/Writer Locks</a>
 */
public final class OsMutex extends SystemLock implements AutoCloseable {

  /*
   * An own lock is destroyed by the cleanup of its segment: nobody can reach it by then. close() takes the
   * lock before it marks the object, so that no thread holds it; one that is about to acquire it sees the
   * mark when it has it, and lets go.
   */
  private final MemorySegment memory;
  private final boolean isOwn;
  private volatile boolean closed;

  /**
   * Makes an unlocked lock with memory of its own.
   *
   * @throws UnsupportedOperationException if Pawl's native library is not in use, as with the
   *     backends {@code syscall} and {@code java}; the message says why
   * @throws IllegalStateException if the backend or library that the user demanded does not work
   * @throws OutOfMemoryError if there is no memory for it
   */
  public OsMutex() {
    this(make(), true);
  }

  private OsMutex(MemorySegment memory, boolean isOwn) {
    super(LockOwners.at(memory.address()));
    this.memory = memory;
    this.isOwn = isOwn;
  }

  @SuppressWarnings("restricted") // the same memory, with something to do at its end
  private static MemorySegment make() {
    OsLocks.require();
    Arena arena = Arena.ofAuto();
    MemorySegment lock = arena.allocate(OsLocks.size(), LINE);
    int result = OsLocks.init(lock);
    if (result != 0) {
      throw failed(result);
    }
    return lock.reinterpret(arena, OsMutex::destroy);
  }

  private static final int LINE = 64;

  private static void destroy(MemorySegment lock) {
    int _ = OsLocks.destroy(lock);
  }

  /**
   * Stands for a lock that C code has made and initialized, of the default type. A robust lock of
   * pthreads is taken too: if an owner has ended, Java gives the lock back at once, without having
   * marked it as consistent, since it knows nothing of the data. Then nobody can lock it any more;
   * in Java attempts throw {@link OwnerEndedException}.
   *
   * @param lock the memory that begins with the lock. A segment of no size, as a pointer from C
   *     code comes, is taken at its word; any other must have room for the lock. The segment is
   *     kept reachable.
   * @return a new object, which leaves the lock as it is
   * @throws IllegalArgumentException if the segment is not native, is at address 0, is not aligned
   *     as such a lock is, or is too small
   * @throws IllegalStateException if the segment's arena is closed, or if the backend or library
   *     that the user demanded does not work
   * @throws UnsupportedOperationException as {@link #OsMutex()}
   * @throws NullPointerException if lock is null
   */
  public static OsMutex at(MemorySegment lock) {
    if (!lock.isNative() || lock.address() == 0) {
      throw new IllegalArgumentException("Not the address of native memory: " + lock);
    }
    OsLocks.require();
    if (lock.address() % OsLocks.alignment() != 0) {
      throw new IllegalArgumentException(
          "Not aligned to " + OsLocks.alignment() + " bytes, as the system's locks are: " + lock);
    }
    if (lock.byteSize() != 0 && lock.byteSize() < OsLocks.size()) {
      throw new IllegalArgumentException(
          "Too small for a lock of the system, of " + OsLocks.size() + " bytes: " + lock);
    }
    if (!lock.scope().isAlive()) {
      throw new IllegalStateException("The memory's arena is closed: " + lock);
    }
    return new OsMutex(lock, false);
  }

  /**
   * The memory of the lock, to be given to C code. It stays valid while this object or the segment
   * is reachable.
   *
   * @return the segment; that which was given to {@link #at}
   * @throws IllegalStateException if this object is closed
   */
  public MemorySegment memory() {
    requireUsable();
    return memory;
  }

  @Override
  int tryFast() {
    return accepted(isOwn ? OsLocks.tryLock(memory) : tryOfOthers());
  }

  @Override
  int tryNative() {
    return tryFast();
  }

  /**
   * The lock may be robust. Of one that cannot be recovered, glibc's trylock says so, and yet
   * leaves it locked by the current thread; an attempt with a deadline does not. Of one that checks
   * for errors and that C code of the current thread holds, the latter says so.
   */
  private int tryOfOthers() {
    int result = OsLocks.lockUntil(memory, 0);
    return switch (result) {
      case NativeWait.ETIMEDOUT, OsLocks.EDEADLK -> EBUSY;
      case NativeWait.ENOSYS -> OsLocks.tryLock(memory);
      default -> result;
    };
  }

  @Override
  int lockNative(long deadline) {
    return accepted(
        deadline == Deadlines.FOREVER ? OsLocks.lock(memory) : OsLocks.lockUntil(memory, deadline));
  }

  /** Gives a robust lock back whose owner has ended, as its data may be in no order. */
  private int accepted(int result) {
    if (result == OsLocks.EOWNERDEAD) {
      int _ = OsLocks.unlock(memory);
    }
    if (result == OsLocks.EOWNERDEAD || result == OsLocks.ENOTRECOVERABLE) {
      throw new OwnerEndedException(
          "A thread ended while it held this lock, which can be used no more: " + this);
    }
    return result;
  }

  @Override
  int unlockNative() {
    return OsLocks.unlock(memory);
  }

  @Override
  void requireUsable() {
    if (closed) {
      throw closed();
    }
  }

  @Override
  void admit() {
    if (closed) {
      release();
      throw closed();
    }
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("This OsMutex is closed");
  }

  /**
   * Acquires the lock, waiting until it is free. An interrupt does not end the wait.
   *
   * @throws IllegalMonitorStateException if the current thread holds the lock already
   * @throws OwnerEndedException if the lock is a robust one of C code and an owner has ended; the
   *     lock is not held
   * @throws IllegalStateException if this object is closed, now or while the thread waits; the lock
   *     is not held
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
   * @throws IllegalMonitorStateException if the current thread holds the lock already
   * @throws OwnerEndedException as {@link #lock()}
   * @throws IllegalStateException as {@link #lock()}
   * @throws UnsupportedOperationException if the current thread is virtual
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    super.lockInterruptibly();
  }

  /**
   * Acquires the lock if it is free now.
   *
   * @return false if it is held, by the current thread or another, in Java or C
   * @throws OwnerEndedException as {@link #lock()}
   * @throws IllegalStateException as {@link #lock()}
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
   * @throws IllegalMonitorStateException if the current thread holds the lock already and would
   *     wait
   * @throws OwnerEndedException as {@link #lock()}
   * @throws IllegalStateException as {@link #lock()}
   * @throws UnsupportedOperationException if the current thread is virtual
   * @throws NullPointerException if unit is null
   */
  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    return super.tryLock(time, unit);
  }

  /**
   * Releases the lock, also if this object has been closed meanwhile.
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

  /**
   * Closes this object: it cannot be locked any more. Closing it again has no effect. The memory of
   * an own lock is freed when nobody can reach it; a lock of C code stays as it is.
   *
   * @throws IllegalStateException if a thread holds the lock by this object, or waits for it, or if
   *     an own lock is held by C code; it stays open
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (owner() != null || getQueueLength() > 0) {
      throw inUse();
    }
    if (isOwn) {
      if (OsLocks.tryLock(memory) != 0) {
        throw inUse();
      }
      closed = true;
      int _ = OsLocks.unlock(memory);
    }
    closed = true;
  }

  private IllegalStateException inUse() {
    return new IllegalStateException("Not closed, since the lock is held or waited for: " + this);
  }
}
