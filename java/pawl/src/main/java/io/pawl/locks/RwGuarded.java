package io.pawl.locks;

import com.google.errorprone.annotations.MustBeClosed;
import io.pawl.internal.observe.Subjects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Data inside its read-write lock: any number of readers or one writer have access to the data, and
 * data that a writer may have left half changed is refused to all.
 *
 * {@snippet :
 * private final RwGuarded<Map<String, Route>> routes = new RwGuarded<>(new HashMap<>());
 *
 * Route find(String host) {
 *   return routes.read(map -> map.get(host));
 * }
 *
 * void add(String host, Route route) {
 *   routes.run(map -> map.put(host, route));
 * }
 * }
 *
 * <p><b>Poison.</b> As for {@link Guarded}, but only by those that write: a reader that leaves by
 * an exception has changed nothing, and needs no {@code done()}. That a reader does not write is
 * its own promise.
 *
 * <p><b>Conditions</b> are those of {@link Guarded}: only those who write wait for one and signal
 * it, since a wait has to let others in that change the data.
 *
 * <p><b>Reentrancy</b> (none), <b>fairness, interruption, timeouts, virtual threads</b> and
 * <b>thread dumps</b> are those of {@link RwLock}, which is the lock.
 *
 * <p><b>Memory consistency effects.</b> Actions of a writer <i>happen-before</i> those of the next
 * readers and writers, actions of readers happen-before those of the next writer.
 *
 * <p><b>Cost.</b> That of the lock, and a read. {@link #readLock()} and its like make a small
 * object, which the compiler mostly removes; write guards are not allocated anew.
 *
 * @param <T> the type of the data
 * @see <a href="https://doc.rust-lang.org/std/sync/struct.RwLock.html#poisoning">Poisoning in the
 *     Rust standard library</a>
 */
public final class RwGuarded<T extends @Nullable Object> extends GuardedData<T> {

  private final RwLock rwLock;

  /**
   * Constructs free data.
   *
   * @param value the data, to which the caller keeps no reference
   */
  public RwGuarded(T value) {
    this(new RwLock(), value);
  }

  private RwGuarded(RwLock rwLock, T value) {
    super(rwLock.writeLock(), value);
    this.rwLock = Subjects.part(rwLock, this);
  }

  // ---- Reading

  /**
   * Calls a function that reads the data, waiting until nobody writes. What it throws does not
   * poison.
   *
   * @param action the function
   * @param <R> the type of its result
   * @param <X> the type of its checked exceptions
   * @return its result
   * @throws X if the function throws it
   * @throws PoisonedException if the data is poisoned
   * @throws IllegalMonitorStateException if the current thread holds the data for writing
   */
  public <R extends @Nullable Object, X extends Exception> R read(
      Guarded.Action<? super T, ? extends R, X> action) throws X {
    try (ReadGuard<T> g = readLock()) {
      return action.apply(g.value());
    }
  }

  /**
   * Acquires the data for reading, waiting until nobody writes. An interrupt does not end the wait.
   *
   * @return the guard, to be closed by the current thread
   * @throws PoisonedException if the data is poisoned
   * @throws IllegalMonitorStateException if the current thread holds the data for writing
   */
  @MustBeClosed
  public ReadGuard<T> readLock() {
    rwLock.readLock().lock();
    return checked();
  }

  /**
   * Acquires the data for reading unless the current thread is interrupted, before or while it
   * waits.
   *
   * @return the guard, to be closed by the current thread
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared
   * @throws PoisonedException if the data is poisoned
   * @throws IllegalMonitorStateException if the current thread holds the data for writing
   */
  @MustBeClosed
  public ReadGuard<T> readLockInterruptibly() throws InterruptedException {
    rwLock.readLock().lockInterruptibly();
    return checked();
  }

  /**
   * Acquires the data for reading if that is possible now.
   *
   * @return the guard, to be closed by the current thread, or null
   * @throws PoisonedException if the data is poisoned
   */
  @MustBeClosed
  public @Nullable ReadGuard<T> tryReadLock() {
    return rwLock.readLock().tryLock() ? checked() : null;
  }

  /**
   * Acquires the data for reading if that becomes possible within the given time.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return the guard, to be closed by the current thread, or null if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws PoisonedException if the data is poisoned
   * @throws IllegalMonitorStateException if the current thread holds the data for writing and would
   *     wait
   * @throws NullPointerException if unit is null
   */
  @MustBeClosed
  public @Nullable ReadGuard<T> tryReadLock(long time, TimeUnit unit) throws InterruptedException {
    return rwLock.readLock().tryLock(time, unit) ? checked() : null;
  }

  private ReadGuard<T> checked() {
    try {
      requireHealthy();
      return new ReadGuard<>(this);
    } catch (Throwable t) {
      rwLock.readLock().unlock();
      throw t;
    }
  }

  // ---- Writing

  /**
   * Calls a function that changes the data, waiting until it is free. What the function throws is
   * thrown here and poisons the data.
   *
   * @param action the function
   * @param <R> the type of its result
   * @param <X> the type of its checked exceptions
   * @return its result
   * @throws X if the function throws it
   * @throws PoisonedException if the data is poisoned already
   * @throws IllegalMonitorStateException if the current thread holds the data for writing
   */
  public <R extends @Nullable Object, X extends Exception> R write(
      Guarded.Action<? super T, ? extends R, X> action) throws X {
    return apply(action);
  }

  /**
   * Calls a function that changes the data, waiting until it is free. What the function throws is
   * thrown here and poisons the data.
   *
   * @param action the function
   * @throws PoisonedException if the data is poisoned already
   * @throws IllegalMonitorStateException if the current thread holds the data for writing
   */
  public void run(Consumer<? super T> action) {
    accept(action);
  }

  /**
   * Acquires the data for writing, waiting until it is free. An interrupt does not end the wait.
   *
   * @return the guard, to be closed by the current thread
   * @throws PoisonedException if the data is poisoned
   * @throws IllegalMonitorStateException if the current thread holds the data for writing already
   */
  @MustBeClosed
  public Guard<T> writeLock() {
    return acquire();
  }

  /**
   * Acquires the data for writing unless the current thread is interrupted, before or while it
   * waits.
   *
   * @return the guard, to be closed by the current thread
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared
   * @throws PoisonedException if the data is poisoned
   * @throws IllegalMonitorStateException if the current thread holds the data for writing already
   */
  @MustBeClosed
  public Guard<T> writeLockInterruptibly() throws InterruptedException {
    return acquireInterruptibly();
  }

  /**
   * Acquires the data for writing if it is free now.
   *
   * @return the guard, to be closed by the current thread, or null if the data is held
   * @throws PoisonedException if the data is poisoned
   */
  @MustBeClosed
  public @Nullable Guard<T> tryWriteLock() {
    return tryAcquire();
  }

  /**
   * Acquires the data for writing if it becomes free within the given time.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return the guard, to be closed by the current thread, or null if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws PoisonedException if the data is poisoned
   * @throws IllegalMonitorStateException if the current thread holds the data for writing already
   *     and would wait
   * @throws NullPointerException if unit is null
   */
  @MustBeClosed
  public @Nullable Guard<T> tryWriteLock(long time, TimeUnit unit) throws InterruptedException {
    return tryAcquire(time, unit);
  }

  /**
   * Acquires the data for writing, poisoned or not, waiting until it is free. An interrupt does not
   * end the wait. Does not clear the poison.
   *
   * @return the guard, to be closed by the current thread
   * @throws IllegalMonitorStateException if the current thread holds the data for writing already
   */
  @MustBeClosed
  public Guard<T> writeLockForced() {
    return acquireForced();
  }

  @Override
  boolean isHeldByCurrentThread() {
    return rwLock.isWriteLockedByCurrentThread();
  }

  @Override
  Condvar makeCondvar() {
    return rwLock.writeLock().newCondition();
  }

  /**
   * Tells the state of the lock, not that of the data.
   *
   * @return the identity, {@code Poisoned} if so, and what the lock tells
   */
  @Override
  public String toString() {
    return super.toString() + describe() + rwLock + "]";
  }

  /**
   * Access to data for reading, until it is closed. Used by the thread that acquired it, and by no
   * other.
   *
   * @param <T> the type of the data
   */
  public static final class ReadGuard<T extends @Nullable Object> implements AutoCloseable {

    private final RwGuarded<T> data;
    private boolean closed;

    private ReadGuard(RwGuarded<T> data) {
      this.data = data;
    }

    /**
     * Gives access to the data, which is not to be changed.
     *
     * @return the data
     * @throws IllegalMonitorStateException if this guard has been closed
     */
    public T value() {
      requireOpen();
      return data.value;
    }

    /**
     * Releases the data.
     *
     * @throws IllegalMonitorStateException if this guard has been closed before
     */
    @Override
    public void close() {
      requireOpen();
      closed = true;
      data.rwLock.readLock().unlock();
    }

    private void requireOpen() {
      if (closed) {
        throw new IllegalMonitorStateException("The guard has been closed");
      }
    }
  }
}
