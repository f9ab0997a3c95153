package io.pawl.locks;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A condition of a {@link Guarded} or {@link RwGuarded}, made by {@link Guarded#newCondition()}: a
 * thread that has the data waits until it is as it needs it, and has it again when it goes on.
 *
 * {@snippet :
 * private final Guarded<Deque<Item>> queue = new Guarded<>(new ArrayDeque<>());
 * private final GuardedCondition<Deque<Item>> notEmpty = queue.newCondition();
 *
 * void put(Item item) {
 *   queue.run(q -> { q.add(item); notEmpty.signal(); });
 * }
 *
 * Item take() throws InterruptedException {
 *   return notEmpty.when(q -> !q.isEmpty(), Deque::remove);
 * }
 * }
 *
 * <p>There are two forms, as there are of access. {@link #when} acquires the data, waits, and calls
 * a function; the holder of a {@link Guard} calls {@link #awaitUntil}:
 *
 * {@snippet :
 * try (var g = queue.lock()) {
 *   notEmpty.awaitUntil(q -> !q.isEmpty());
 *   return g.done(g.value().remove());
 * }
 * }
 *
 * <p>A function that has the data cannot wait: what it was given may be replaced meanwhile, and an
 * interrupt that leaves it poisons. It can signal.
 *
 * <p><b>Predicates</b> are called with the data held: before the first wait, after each signal, and
 * when the time has elapsed. They read the data and do not change it. One that throws poisons all
 * the same, as nobody knows how far it came; what it has thrown is passed on.
 *
 * <p><b>Poison.</b> A wait lets others at the data, so it states that the data is in order, as
 * {@link Guard#done()} does. An interrupt or a timeout therefore does not poison. When data is
 * poisoned or {@linkplain Guarded#intoInner() taken out}, the threads that wait for its conditions
 * are signalled and get the exception that every other access gets, since nobody could signal them
 * later.
 *
 * <p><b>Order, lost and spurious signals, interruption, virtual threads</b> and <b>fork-join
 * pools</b> are those of {@link Condvar}. A thread that waits for a condition of an {@link
 * RwGuarded} has the data for writing before and afterwards.
 *
 * <p><b>Memory consistency effects.</b> Those of releasing and acquiring the lock: actions of a
 * holder before a wait or a release <i>happen-before</i> those of the next one.
 *
 * <p><b>Cost.</b> That of a {@link Condvar}, and a call of the predicate for each signal.
 *
 * @param <T> the type of the data
 * @see <a href="https://doi.org/10.1145/355620.361161">C. A. R. Hoare, "Monitors: An Operating
 *     System Structuring Concept"</a>
 * @see <a href="https://marabos.nl/atomics/basics.html">M. Bos, "Rust Atomics and Locks", chapter
 *     1, "Basics of Rust Concurrency", whose queue is the example above</a>
 */
public final class GuardedCondition<T extends @Nullable Object> {

  /*
   * Algorithm: a Condvar of the lock, whose waits are enclosed in tests of the data. GuardedData has the
   * state, and tells those who wait here when there is no data any more (I3 there).
   */
  final GuardedData<T> data;

  private final Condvar condvar;

  /** Those made before; written before this one is linked. */
  @Nullable GuardedCondition<T> others;

  GuardedCondition(GuardedData<T> data, Condvar condvar) {
    this.data = data;
    this.condvar = Subjects.part(condvar, this);
  }

  // ---- Acquiring and waiting

  /**
   * Acquires the data, waits until it is as wanted, and calls a function with it. What the function
   * throws is thrown here and poisons the data.
   *
   * @param ready tells whether the data is as wanted
   * @param action the function
   * @param <R> the type of its result
   * @param <X> the type of its checked exceptions
   * @return its result
   * @throws X if the function throws it
   * @throws InterruptedException if the current thread is interrupted, before or while it waits for
   *     the data or to be signalled; its interrupted status is cleared, and the data is not
   *     poisoned
   * @throws PoisonedException if the data is poisoned, or becomes so meanwhile
   * @throws IllegalStateException if the data has been taken out, or is so meanwhile
   * @throws IllegalMonitorStateException if the current thread holds the data already
   * @throws NullPointerException if ready or action is null
   */
  public <R extends @Nullable Object, X extends Exception> R when(
      Predicate<? super T> ready, Guarded.Action<? super T, ? extends R, X> action)
      throws X, InterruptedException {
    requireBoth(ready, action);
    return cast(data.applyWhen(this, ready, action, Deadlines.FOREVER));
  }

  /**
   * Acquires the data, waits until it is as wanted, and calls a function with it, unless the time
   * elapses before. What the function throws is thrown here and poisons the data.
   *
   * @param ready tells whether the data is as wanted
   * @param action the function
   * @param time the longest time to wait in all; zero or less does not wait
   * @param unit the unit of time
   * @param <R> the type of its result
   * @param <X> the type of its checked exceptions
   * @return its result
   * @throws X if the function throws it
   * @throws InterruptedException as {@link #when(Predicate, Guarded.Action)}
   * @throws TimeoutException if the time has elapsed; the function has not been called
   * @throws PoisonedException if the data is poisoned, or becomes so meanwhile
   * @throws IllegalStateException if the data has been taken out, or is so meanwhile
   * @throws IllegalMonitorStateException if the current thread holds the data already and would
   *     wait
   * @throws NullPointerException if ready, action or unit is null
   */
  public <R extends @Nullable Object, X extends Exception> R when(
      Predicate<? super T> ready,
      Guarded.Action<? super T, ? extends R, X> action,
      long time,
      TimeUnit unit)
      throws X, InterruptedException, TimeoutException {
    requireBoth(ready, action);
    Object result = data.applyWhen(this, ready, action, Deadlines.after(unit.toNanos(time)));
    if (result == GuardedData.TIMED_OUT) {
      throw new TimeoutException();
    }
    return cast(result);
  }

  private static void requireBoth(Object ready, Object action) {
    Objects.requireNonNull(ready, "ready");
    Objects.requireNonNull(action, "action");
  }

  /** What the function has returned is an R. */
  @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"}) // R may be nullable
  private static <R extends @Nullable Object> R cast(@Nullable Object result) {
    return (R) result;
  }

  // ---- Waiting

  /**
   * Waits until the data, of which the current thread holds the guard, is as wanted. Whatever the
   * thread has done to the data before counts as {@linkplain Guard#done() done}.
   *
   * @param ready tells whether the data is as wanted
   * @throws InterruptedException if the current thread is interrupted while it would wait or does;
   *     its interrupted status is cleared, and it holds the data
   * @throws PoisonedException if the data is poisoned, or becomes so meanwhile; the current thread
   *     holds it all the same
   * @throws IllegalStateException if the data is taken out meanwhile
   * @throws IllegalMonitorStateException if the current thread does not hold the data by a guard
   * @throws NullPointerException if ready is null
   */
  public void awaitUntil(Predicate<? super T> ready) throws InterruptedException {
    boolean _ = await(ready, Deadlines.FOREVER);
  }

  /**
   * Waits until the data, of which the current thread holds the guard, is as wanted, or the time
   * has elapsed. Whatever the thread has done to the data before counts as {@linkplain Guard#done()
   * done}.
   *
   * @param ready tells whether the data is as wanted
   * @param time the longest time to wait in all; zero or less does not wait
   * @param unit the unit of time
   * @return whether the data is as wanted
   * @throws InterruptedException as {@link #awaitUntil(Predicate)}
   * @throws PoisonedException as {@link #awaitUntil(Predicate)}
   * @throws IllegalStateException if the data is taken out meanwhile
   * @throws IllegalMonitorStateException if the current thread does not hold the data by a guard
   * @throws NullPointerException if ready or unit is null
   */
  public boolean awaitUntil(Predicate<? super T> ready, long time, TimeUnit unit)
      throws InterruptedException {
    return await(ready, Deadlines.after(unit.toNanos(time)));
  }

  /**
   * Waits until the data, of which the current thread holds the guard, is as wanted. An interrupt
   * does not end the wait; the interrupted status is preserved. Whatever the thread has done to the
   * data before counts as {@linkplain Guard#done() done}.
   *
   * @param ready tells whether the data is as wanted
   * @throws PoisonedException as {@link #awaitUntil(Predicate)}
   * @throws IllegalStateException if the data is taken out meanwhile
   * @throws IllegalMonitorStateException if the current thread does not hold the data by a guard
   * @throws NullPointerException if ready is null
   */
  public void awaitUntilUninterruptibly(Predicate<? super T> ready) {
    begin(ready);
    while (!data.test(ready)) {
      condvar.awaitUninterruptibly();
    }
  }

  /** Waits, with the data held and not lent; whether the data is as wanted. */
  boolean await(Predicate<? super T> ready, long deadline) throws InterruptedException {
    begin(ready);
    boolean inTime = true;
    while (!data.test(ready)) {
      if (!inTime) {
        return false;
      }
      inTime = condvar.waitUntil(deadline);
    }
    return true;
  }

  private void begin(Predicate<? super T> ready) {
    Objects.requireNonNull(ready, "ready");
    data.settle();
  }

  /**
   * Names the condition.
   *
   * @return the identity, and the name of the condition or else of its data if there is one
   */
  @Override
  public String toString() {
    return super.toString() + Subjects.suffix(this);
  }

  // ---- Signalling

  /**
   * Signals the thread that has waited longest, if there is one: it looks at the data when the
   * current thread has released it.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold the data exclusively,
   *     by a guard or in a function
   */
  public void signal() {
    condvar.signal();
  }

  /**
   * Signals all waiting threads: each looks at the data in its turn.
   *
   * @throws IllegalMonitorStateException as {@link #signal()}
   */
  public void signalAll() {
    condvar.signalAll();
  }

  /**
   * Whether threads wait for this condition.
   *
   * @return true if there are such threads; some of them may be about to time out
   * @throws IllegalMonitorStateException as {@link #signal()}
   */
  public boolean hasWaiters() {
    return condvar.hasWaiters();
  }
}
