package io.pawl.locks;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.queue.Spin;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A sequence lock: writers exclude each other, and readers read without locking, as often as it
 * takes until no writer has come in between. It is not reentrant.
 *
 * <p>For small data that is read much more often than it is written: a few fields, or a record in
 * off-heap memory. A read writes nothing, so any number of threads can read without slowing each
 * other down, and without delaying a writer.
 *
 * {@snippet :
 * private final SeqLock lock = new SeqLock();
 * private double x;
 * private double y;
 *
 * void move(double dx, double dy) {
 *   lock.write(() -> {
 *     x += dx;
 *     y += dy;
 *   });
 * }
 *
 * double distance() {
 *   return lock.read(() -> Math.hypot(x, y));
 * }
 * }
 *
 * <p><b>What a reading function may do.</b> It may be called several times, and may see data that
 * is half changed before its result is thrown away. So it has no effects, ends whatever it sees,
 * and follows no reference or index that a writer may change, unless it can stand what it finds:
 * what it throws while a writer interferes is thrown away too. {@link #copyOut} has no such
 * conditions. Results of {@link #read}, {@link #readLong} and {@link #copyOut} are never torn: each
 * is that of a moment without a writer.
 *
 * <p><b>Progress.</b> Readers never delay a writer before they have used up their retries: a read
 * that has met as many writers as that waits for its turn among the writers and excludes them while
 * it reads once more, so it does not starve. A reader that must never wait uses {@link
 * #tryOptimisticRead} and {@link #validate}. On a single processor a reader that finds a writer at
 * work waits at once.
 *
 * <p><b>Fairness, interruption, timeouts, virtual threads</b> and <b>thread dumps</b> of writers,
 * and of readers that wait, are those of {@link Mutex}. Reads are not interruptible.
 *
 * <p><b>Reentrancy.</b> A writer that locks again gets {@link IllegalMonitorStateException}. A
 * writer may read: it sees what it has written.
 *
 * <p><b>Errors in writers.</b> A writer that leaves by an exception leaves the data as it is then.
 *
 * <p><b>Memory consistency effects.</b> Actions of a writer <i>happen-before</i> those of the next
 * writer, and those that follow a read that sees its data: {@link #read}, or {@link #validate} with
 * the result true.
 *
 * <p><b>Cost.</b> A read is two loads and, on processors that need one, a fence for loads. A write
 * is a lock and unlock of a mutex and two ordinary stores.
 *
 * @see <a href="https://doi.org/10.1145/2247684.2247688">H.-J. Boehm, "Can Seqlocks Get Along with
 *     Programming Language Memory Models?"</a>
 */
public final class SeqLock {

  /*
   * Algorithm: the sequence is odd while a writer is at work. A read is good if the sequence was even
   * before it and is the same afterwards.
   *
   *   writer                            reader
   *     mutex.lock()                      s = sequence          (acquire)
   *     sequence = s + 1                  odd: try later
   *     store-store fence                 loads of the data
   *     stores to the data                acquire fence
   *     sequence = s + 2  (release)       sequence == s: good, else try again
   *     mutex.unlock()
   *
   * Invariants
   *   I1  The sequence is written by the holder of the mutex only. It is never 0, the stamp of a read that
   *       cannot be good, and 64 bits do not wrap around.
   *   I2  A reader that loads anything stored by a writer finds another sequence afterwards: the load of
   *       that data, the acquire fence and the second load of the sequence come after the writer's fence,
   *       before which the sequence became odd.
   *   I3  A reader that sees the even sequence of a writer sees all of its stores: release and acquire.
   *   I4  An unlock that fails half-way can be repeated: only an odd sequence is made even.
   *
   * Memory order
   *   sequence   plain store and fence to become odd, release store to become even; volatile load
   *   data       plain accesses of the user's; copyIn has a full fence before them, since processors need
   *              not keep non-temporal stores, with which the JVM copies large memory, behind other stores
   */
  private static final int DEFAULT_RETRIES = 16;

  private static final int MAX_DOUBLINGS = 7;

  private static final AtomicLongFieldUpdater<SeqLock> SEQUENCE =
      AtomicLongFieldUpdater.newUpdater(SeqLock.class, "sequence");

  private volatile long sequence = 2;

  private final Mutex mutex = Subjects.part(new Mutex(), this);
  private final WriteLock writeLock = new WriteLock(this);
  private final int retries;

  /** Constructs a free lock whose readers try 16 times once more before they wait. */
  public SeqLock() {
    this(DEFAULT_RETRIES);
  }

  /**
   * Constructs a free lock.
   *
   * @param retries how often a reader that has met a writer tries again before it waits; 0 for not
   *     at all
   * @throws IllegalArgumentException if retries is negative
   */
  public SeqLock(int retries) {
    if (retries < 0) {
      throw new IllegalArgumentException("Negative number of retries: " + retries);
    }
    this.retries = retries;
  }

  // ---- Reading

  /**
   * Begins a read that nothing protects, whose result is good if {@link #validate} says so
   * afterwards.
   *
   * @return a stamp for validate, or 0 if a writer is at work
   */
  public long tryOptimisticRead() {
    long s = sequence;
    return (s & 1) == 0 ? s : 0;
  }

  /**
   * Whether no writer has come since a read began.
   *
   * @param stamp what {@link #tryOptimisticRead} has returned
   * @return true if what has been read since then is of one moment; false if the stamp is 0
   */
  public boolean validate(long stamp) {
    VarHandle.acquireFence();
    return stamp == sequence;
  }

  /**
   * Calls a function until no writer has come in between. What it throws is thrown here, unless a
   * writer has interfered.
   *
   * @param reader a function that only reads; see above
   * @param <R> the type of its result
   * @return its result
   */
  public <R extends @Nullable Object> R read(Supplier<? extends R> reader) {
    for (int retry = 0; isOptimistic(retry); retry++) {
      long stamp = tryOptimisticRead();
      if (stamp != 0) {
        try {
          R result = reader.get();
          if (validate(stamp)) {
            return result;
          }
        } catch (Throwable t) {
          if (validate(stamp)) {
            throw t;
          }
        }
      }
    }
    boolean waits = beginWaiting();
    try {
      return reader.get();
    } finally {
      endWaiting(waits);
    }
  }

  /**
   * Calls a function until no writer has come in between, as {@link #read}, without boxing.
   *
   * @param reader a function that only reads; see above
   * @return its result
   */
  public long readLong(LongSupplier reader) {
    for (int retry = 0; isOptimistic(retry); retry++) {
      long stamp = tryOptimisticRead();
      if (stamp != 0) {
        try {
          long result = reader.getAsLong();
          if (validate(stamp)) {
            return result;
          }
        } catch (Throwable t) {
          if (validate(stamp)) {
            throw t;
          }
        }
      }
    }
    boolean waits = beginWaiting();
    try {
      return reader.getAsLong();
    } finally {
      endWaiting(waits);
    }
  }

  /**
   * Copies memory that this lock guards, all of it as of one moment.
   *
   * @param from the memory that this lock guards
   * @param to where to copy it; what is there if this method throws is unspecified
   * @throws IndexOutOfBoundsException if there is not enough room
   * @throws IllegalArgumentException if the target is read-only
   * @throws IllegalStateException if either is closed
   * @throws WrongThreadException if the current thread has no access to either
   */
  public void copyOut(MemorySegment from, MemorySegment to) {
    for (int retry = 0; isOptimistic(retry); retry++) {
      long stamp = tryOptimisticRead();
      if (stamp != 0) {
        MemorySegment.copy(from, 0, to, 0, from.byteSize());
        if (validate(stamp)) {
          return;
        }
      }
    }
    boolean waits = beginWaiting();
    try {
      MemorySegment.copy(from, 0, to, 0, from.byteSize());
    } finally {
      endWaiting(waits);
    }
  }

  /** Whether to read without waiting once more; lets some time pass before it says so again. */
  private boolean isOptimistic(int retry) {
    if (retry == 0) {
      return true;
    }
    if (retry > retries
        || mutex.isHeldByCurrentThread()
        || (!Spin.helps() && tryOptimisticRead() == 0)) {
      return false;
    }
    for (int i = 1 << Math.min(retry, MAX_DOUBLINGS); i > 0; i--) {
      Thread.onSpinWait();
    }
    return true;
  }

  /** Keeps writers out, unless the current thread is the writer. */
  private boolean beginWaiting() {
    if (mutex.isHeldByCurrentThread()) {
      return false;
    }
    mutex.lock();
    return true;
  }

  private void endWaiting(boolean waits) {
    if (waits) {
      mutex.unlock();
    }
  }

  // ---- Writing

  /**
   * Calls a function that changes the data, waiting until no other thread writes.
   *
   * @param writer the function
   * @throws IllegalMonitorStateException if the current thread holds the write lock already
   */
  public void write(Runnable writer) {
    writeLock.lock();
    try {
      writer.run();
    } finally {
      writeLock.unlock();
    }
  }

  /**
   * Copies memory into memory that this lock guards, waiting until no other thread writes.
   *
   * @param from what to copy
   * @param to the memory that this lock guards
   * @throws IndexOutOfBoundsException if there is not enough room
   * @throws IllegalArgumentException if the target is read-only
   * @throws IllegalStateException if either is closed
   * @throws WrongThreadException if the current thread has no access to either
   * @throws IllegalMonitorStateException if the current thread holds the write lock already
   */
  public void copyIn(MemorySegment from, MemorySegment to) {
    writeLock.lock();
    try {
      VarHandle.fullFence();
      MemorySegment.copy(from, 0, to, 0, from.byteSize());
    } finally {
      writeLock.unlock();
    }
  }

  /**
   * The lock for writing.
   *
   * @return the same object each time
   */
  public WriteLock writeLock() {
    return writeLock;
  }

  /**
   * Whether a thread is writing; for monitoring, not for synchronization.
   *
   * @return true if some thread is
   */
  public boolean isWriteLocked() {
    return (sequence & 1) != 0;
  }

  /**
   * An estimate of the number of threads that wait, writers and readers together.
   *
   * @return the number, exact while it does not change
   */
  public int getQueueLength() {
    return mutex.getQueueLength();
  }

  /**
   * Tells whether a thread is writing.
   *
   * @return the identity and what the mutex of the writers tells
   */
  @Override
  public String toString() {
    return super.toString() + "[" + mutex + "]";
  }

  /** Makes the sequence odd, with the mutex held; frees the mutex if the stack overflows. */
  private void beginWrite() {
    try {
      SEQUENCE.lazySet(this, sequence + 1);
    } catch (StackOverflowError e) {
      mutex.unlock();
      throw e;
    }
    VarHandle.storeStoreFence();
  }

  private void endWrite() {
    long s = sequence;
    if ((s & 1) != 0) {
      SEQUENCE.lazySet(this, s + 1);
    }
    mutex.unlock();
  }

  /** The lock for writing of a {@link SeqLock}. It has no conditions. */
  public static final class WriteLock implements Lock {

    final SeqLock seqLock;
    private final Mutex mutex;

    private WriteLock(SeqLock seqLock) {
      this.seqLock = seqLock;
      this.mutex = seqLock.mutex;
    }

    /**
     * Acquires the lock, waiting until it is free. An interrupt does not end the wait.
     *
     * @throws IllegalMonitorStateException if the current thread holds the lock already
     */
    @Override
    public void lock() {
      mutex.lock();
      seqLock.beginWrite();
    }

    /**
     * Acquires the lock unless the current thread is interrupted, before or while it waits.
     *
     * @throws InterruptedException if the current thread is interrupted; its interrupted status is
     *     cleared and it does not hold the lock
     * @throws IllegalMonitorStateException if the current thread holds the lock already
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
      mutex.lockInterruptibly();
      seqLock.beginWrite();
    }

    /**
     * Acquires the lock if it is free now.
     *
     * @return false if it is held, by the current thread or another
     */
    @Override
    public boolean tryLock() {
      boolean acquired = mutex.tryLock();
      if (acquired) {
        seqLock.beginWrite();
      }
      return acquired;
    }

    /**
     * Acquires the lock if it becomes free within the given time and the current thread is not
     * interrupted. If it is free now this method acquires it whatever the time.
     *
     * @param time the longest time to wait; zero or less does not wait
     * @param unit the unit of time
     * @return false if the time has elapsed
     * @throws InterruptedException if the current thread is interrupted, before or while it waits;
     *     its interrupted status is cleared and it does not hold the lock
     * @throws IllegalMonitorStateException if the current thread holds the lock already and would
     *     wait
     * @throws NullPointerException if unit is null
     */
    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
      boolean acquired = mutex.tryLock(time, unit);
      if (acquired) {
        seqLock.beginWrite();
      }
      return acquired;
    }

    /**
     * Releases the lock.
     *
     * @throws IllegalMonitorStateException if the current thread does not hold it
     */
    @Override
    public void unlock() {
      if (!mutex.isHeldByCurrentThread()) {
        throw new IllegalMonitorStateException(
            "The current thread does not hold this lock: " + this);
      }
      seqLock.endWrite();
    }

    /**
     * Throws: who waited for a condition would keep readers out.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public Condition newCondition() {
      throw new UnsupportedOperationException("The write lock of a SeqLock has no conditions");
    }

    /**
     * Whether the current thread holds this lock.
     *
     * @return true if it does
     */
    public boolean isHeldByCurrentThread() {
      return mutex.isHeldByCurrentThread();
    }

    /**
     * Tells which thread holds the lock.
     *
     * @return the identity and what the mutex of the writers tells
     */
    @Override
    public String toString() {
      return super.toString() + "[" + mutex + "]";
    }
  }
}
