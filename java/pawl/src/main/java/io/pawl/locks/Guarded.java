package io.pawl.locks;

import com.google.errorprone.annotations.MustBeClosed;
import io.pawl.internal.observe.Subjects;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Data inside its lock: there is no way to the data but through the lock, and data that a holder
 * may have left half changed is refused to the next.
 *
 * {@snippet :
 * private final Guarded<Accounts> accounts = new Guarded<>(new Accounts());
 *
 * void transfer(String from, String to, long amount) {
 *   accounts.run(a -> {
 *     a.withdraw(from, amount); // what is thrown here
 *     a.deposit(to, amount);    // or here poisons the accounts
 *   });
 * }
 *
 * long total() {
 *   try (var g = accounts.lock()) {
 *     return g.done(g.value().total());
 *   }
 * }
 * }
 *
 * <p><b>Poison.</b> A holder that leaves by an exception, of whatever kind, poisons the data. From
 * then on each access throws {@link PoisonedException} with that exception as its cause, until
 * {@link #clearPoison}. For a function passed to {@link #with} or {@link #run} this needs nothing
 * more. A {@link Guard} in a try-with-resources statement cannot see exceptions, which Java does
 * not show to {@code close()}: it poisons unless its holder has called {@link Guard#done()}. So a
 * forgotten {@code done()} shows at the next access, and an exception is never missed. {@link
 * #lockForced} gives access to poisoned data, to repair it:
 *
 * {@snippet :
 * try (var g = accounts.lockForced()) {
 *   g.set(Accounts.load());
 *   accounts.clearPoison();
 *   g.done();
 * }
 * }
 *
 * <p><b>Conditions.</b> A thread waits until the data is as it needs it, and others signal that
 * they have changed it: see {@link #newCondition()} and {@link GuardedCondition}, with a queue as
 * the example.
 *
 * <p>The data is as safe as it is private: nothing keeps a holder from storing a reference to it
 * elsewhere. {@link #intoInner()} takes it out when it needs its lock no longer.
 *
 * <p><b>Reentrancy</b> (none), <b>fairness, interruption, timeouts, virtual threads, thread
 * dumps</b> and <b>stack overflow</b> are those of {@link Mutex}, which is the lock. A holder that
 * locks again gets {@link IllegalMonitorStateException}, which poisons if it leaves a function.
 *
 * <p><b>Memory consistency effects.</b> Actions of a holder <i>happen-before</i> those of the next.
 *
 * <p><b>Cost.</b> That of the mutex, and a read. Guards are not allocated anew.
 *
 * @param <T> the type of the data
 * @see <a href="https://doc.rust-lang.org/std/sync/struct.Mutex.html#poisoning">Poisoning in the
 *     Rust standard library</a>
 * @see <a href="https://marabos.nl/atomics/basics.html">M. Bos, "Rust Atomics and Locks", chapter
 *     1, "Basics of Rust Concurrency"</a>
 */
public final class Guarded<T extends @Nullable Object> extends GuardedData<T> {

  private final Mutex mutex;

  /**
   * Constructs free data.
   *
   * @param value the data, to which the caller keeps no reference
   */
  public Guarded(T value) {
    this(new Mutex(), value);
  }

  /**
   * Constructs free data with a name, as {@link io.pawl.observe.Names#name} gives one.
   *
   * @param name the name
   * @param value the data, to which the caller keeps no reference
   * @throws NullPointerException if name is null
   */
  public Guarded(String name, T value) {
    this(new Mutex(), value);
    Subjects.name(this, Objects.requireNonNull(name, "name"));
  }

  private Guarded(Mutex mutex, T value) {
    super(mutex, value);
    this.mutex = Subjects.part(mutex, this);
  }

  /**
   * What can be done with data.
   *
   * @param <T> the type of the data
   * @param <R> the type of the result
   * @param <X> the type of checked exceptions; {@link RuntimeException} if there are none
   */
  @FunctionalInterface
  public interface Action<
      T extends @Nullable Object, R extends @Nullable Object, X extends Exception> {

    /**
     * Uses the data.
     *
     * @param value the data
     * @return the result
     * @throws X if it fails
     */
    R apply(T value) throws X;
  }

  /**
   * Calls a function with the data, waiting until it is free. What the function throws is thrown
   * here and poisons the data.
   *
   * @param action the function
   * @param <R> the type of its result
   * @param <X> the type of its checked exceptions
   * @return its result
   * @throws X if the function throws it
   * @throws PoisonedException if the data is poisoned already
   * @throws IllegalMonitorStateException if the current thread holds the data
   */
  public <R extends @Nullable Object, X extends Exception> R with(
      Action<? super T, ? extends R, X> action) throws X {
    return apply(action);
  }

  /**
   * Calls a function with the data, waiting until it is free. What the function throws is thrown
   * here and poisons the data.
   *
   * @param action the function
   * @throws PoisonedException if the data is poisoned already
   * @throws IllegalMonitorStateException if the current thread holds the data
   */
  public void run(Consumer<? super T> action) {
    accept(action);
  }

  /**
   * Acquires the data, waiting until it is free. An interrupt does not end the wait.
   *
   * @return the guard, to be closed by the current thread
   * @throws PoisonedException if the data is poisoned
   * @throws IllegalMonitorStateException if the current thread holds the data already
   */
  @MustBeClosed
  public Guard<T> lock() {
    return acquire();
  }

  /**
   * Acquires the data unless the current thread is interrupted, before or while it waits.
   *
   * @return the guard, to be closed by the current thread
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared
   * @throws PoisonedException if the data is poisoned
   * @throws IllegalMonitorStateException if the current thread holds the data already
   */
  @MustBeClosed
  public Guard<T> lockInterruptibly() throws InterruptedException {
    return acquireInterruptibly();
  }

  /**
   * Acquires the data if it is free now.
   *
   * @return the guard, to be closed by the current thread, or null if the data is held; a
   *     try-with-resources statement does not close null
   * @throws PoisonedException if the data is poisoned
   */
  @MustBeClosed
  public @Nullable Guard<T> tryLock() {
    return tryAcquire();
  }

  /**
   * Acquires the data if it becomes free within the given time.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return the guard, to be closed by the current thread, or null if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws PoisonedException if the data is poisoned
   * @throws IllegalMonitorStateException if the current thread holds the data already and would
   *     wait
   * @throws NullPointerException if unit is null
   */
  @MustBeClosed
  public @Nullable Guard<T> tryLock(long time, TimeUnit unit) throws InterruptedException {
    return tryAcquire(time, unit);
  }

  /**
   * Acquires the data, poisoned or not, waiting until it is free. An interrupt does not end the
   * wait. Does not clear the poison.
   *
   * @return the guard, to be closed by the current thread
   * @throws IllegalMonitorStateException if the current thread holds the data already
   */
  @MustBeClosed
  public Guard<T> lockForced() {
    return acquireForced();
  }

  @Override
  boolean isHeldByCurrentThread() {
    return mutex.isHeldByCurrentThread();
  }

  @Override
  Condvar makeCondvar() {
    return mutex.newCondition();
  }

  /**
   * Tells the state of the lock, not that of the data.
   *
   * @return the identity, {@code Poisoned} if so, and what the mutex tells
   */
  @Override
  public String toString() {
    return super.toString() + describe() + mutex + "]";
  }
}
