package io.pawl.rcu;

import io.pawl.internal.memory.Closing;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.Mutex;
import io.pawl.rcu.Deferral.Task;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A value that is read all the time and replaced now and then, and that is closed once it has been
 * replaced and nobody reads it any more.
 *
 * <p>The cell owns its value: whoever puts one in must not close it, nor put it in twice.
 *
 * {@snippet :
 * private final RcuCell<Index> index = new RcuCell<>(Index.open(path));
 *
 * long find(String word) {
 *   return index.read(current -> current.find(word));
 * }
 *
 * void reload() throws IOException {
 *   index.set(Index.open(path)); // returns when the old one has been closed
 * }
 * }
 *
 * <p><b>Readers</b> never wait. {@link #read} hands the value to a function, inside of a read
 * section; {@link #get} serves those that are in a section of the cell's {@link #rcu() domain}
 * already, and read several cells of one domain, for example. The value must not be used once the
 * section has ended.
 *
 * <p><b>Writers</b> replace the value one after the other, so no update is lost. {@link #set},
 * {@link #update} and {@link #compareAndSet} then wait for a grace period and close the old value;
 * {@link #setLater}, {@link #updateLater} and {@link #compareAndSetLater} leave that to {@link
 * Rcu#defer} and do not wait for readers; but they wait for the operators of other writers. So an
 * operator must not wait for a grace period of the domain, by {@link Rcu#synchronize()}, {@link
 * Rcu#barrier} or the {@code set} of another cell: some reader may be waiting for the operator.
 * Each value is closed once.
 *
 * <p><b>What closing throws</b> does not touch the cell, which has its new value by then, and the
 * old one counts as closed. Writers that wait throw it, a checked exception as the cause of a
 * {@link CompletionException}; otherwise it goes to the uncaught exception handler of the thread
 * that runs deferred actions.
 *
 * <p><b>Interruption.</b> Nothing here responds to interrupts; the interrupted status is preserved.
 *
 * <p><b>Stack overflow</b> and want of memory. A writer that throws a {@link StackOverflowError} or
 * an {@link OutOfMemoryError} has changed nothing; or it has replaced the value, and the old one is
 * closed by a deferred action. If that was for want of a thread to run the action, this happens
 * when the next one is deferred.
 *
 * <p><b>Memory consistency effects.</b> Actions before a value is put in <i>happen-before</i> those
 * of readers that see it, and actions of its readers <i>happen-before</i> it is closed.
 *
 * <p><b>Cost.</b> A read costs a section of {@link Rcu} and one volatile read. A cell made by
 * {@link #RcuCell(AutoCloseable)} has a domain of its own, which takes some kilobytes.
 *
 * @param <T> the type of the value
 * @see <a href="https://marabos.nl/atomics/inspiration.html">M. Bos, "Rust Atomics and Locks",
 *     chapter 10</a>
 */
public final class RcuCell<T extends AutoCloseable> implements AutoCloseable {

  /*
   * Writers change the value under the mutex, and wait for readers without it.
   *
   * Invariants
   *   I1  A value leaves the cell once, under the mutex, and whoever takes it out closes it, or defers
   *       that: so it is closed once.
   *   I2  Readers read the value inside of a section. A section that has read a value began before it left
   *       the cell, and the grace period after that waits for the section.
   *   I3  A writer that would throw because it is inside of a section throws before it changes anything.
   *       So does one without the stack or the memory that it takes to unlock, and to defer: the task that
   *       closes the old value is made before the change. If the wait fails afterwards, it is deferred.
   */
  static {
    Closing.initialize();
  }

  private final Rcu rcu;
  private final Mutex writers = Subjects.part(new Mutex(), this);

  /** Null once the cell is closed. */
  private volatile @Nullable T value;

  /**
   * Constructs a cell with a domain of its own.
   *
   * @param value the first value
   * @throws NullPointerException if value is null
   */
  public RcuCell(T value) {
    this(value, new Rcu());
  }

  /**
   * Constructs a cell.
   *
   * @param value the first value
   * @param rcu the domain of its readers
   * @throws NullPointerException if an argument is null
   */
  public RcuCell(T value, Rcu rcu) {
    this.value = Objects.requireNonNull(value, "value");
    this.rcu = Objects.requireNonNull(rcu, "rcu");
  }

  /**
   * The domain of the cell's readers.
   *
   * @return the same each time
   */
  public Rcu rcu() {
    return rcu;
  }

  // ---- Readers

  /**
   * Reads the value, which stays open until the function has returned.
   *
   * @param reader a function of the value, whose result must not depend on the value's being open
   * @param <R> the type of the result
   * @return the result
   * @throws IllegalStateException if the cell is closed
   * @throws NullPointerException if reader is null
   */
  public <R extends @Nullable Object> R read(Function<? super T, ? extends R> reader) {
    Objects.requireNonNull(reader, "reader");
    long section = rcu.enter();
    try {
      return reader.apply(get());
    } finally {
      rcu.exit(section);
    }
  }

  /**
   * The value; to be called and used inside of a read section of {@link #rcu()} only.
   *
   * @return the value
   * @throws IllegalStateException if the cell is closed
   */
  public T get() {
    T current = value;
    if (current == null) {
      throw closed();
    }
    return current;
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("The cell is closed");
  }

  // ---- Writers

  /**
   * Replaces the value, waits for its readers, and closes it. With the value that the cell has this
   * neither waits nor closes.
   *
   * @param next the new value
   * @throws IllegalStateException if the cell is closed, or if the current thread is in a read
   *     section of the domain, where that can be told; then next is still the caller's
   * @throws CompletionException if closing the old value throws a checked exception
   * @throws NullPointerException if next is null
   */
  public void set(T next) {
    Objects.requireNonNull(next, "next");
    update(_ -> next);
  }

  /**
   * Replaces the value; readers are waited for, and the old value closed, by a deferred action. May
   * be called inside of a read section.
   *
   * @param next the new value
   * @throws IllegalStateException if the cell is closed; then next is still the caller's
   * @throws NullPointerException if next is null
   */
  public void setLater(T next) {
    Objects.requireNonNull(next, "next");
    updateLater(_ -> next);
  }

  /**
   * Replaces the value by one that is made from it, waits for its readers, and closes it.
   *
   * @param operator what makes the new value, called once while other writers wait; it may use the
   *     old one, and return it to keep it; what it throws is thrown here, and the value stays
   * @throws IllegalStateException if the cell is closed, or if the current thread is in a read
   *     section of the domain, where that can be told
   * @throws IllegalMonitorStateException if this is called by an operator of the same cell
   * @throws CompletionException if closing the old value throws a checked exception
   * @throws NullPointerException if operator is null, or returns null
   */
  public void update(UnaryOperator<T> operator) {
    rcu.requireOutside();
    Task closing = replace(operator);
    if (closing != null) {
      retire(closing);
    }
  }

  /**
   * Replaces the value by one that is made from it; readers are waited for, and the old value
   * closed, by a deferred action. May be called inside of a read section.
   *
   * @param operator what makes the new value, as for {@link #update}
   * @throws IllegalStateException if the cell is closed
   * @throws IllegalMonitorStateException if this is called by an operator of the same cell
   * @throws NullPointerException if operator is null, or returns null
   */
  public void updateLater(UnaryOperator<T> operator) {
    Task closing = replace(operator);
    if (closing != null) {
      rcu.defer(closing);
    }
  }

  /**
   * Replaces the value if it is the expected one, waits for its readers, and closes it. Values are
   * compared by identity; who has read the expected one need not be in a section any more.
   *
   * @param expected the value that the cell is to have; only compared, so it may be closed already
   * @param next the new value; the expected one itself replaces, waits for and closes nothing
   * @return false if the cell has another value; then nothing has been changed, and next is still
   *     the caller's
   * @throws IllegalStateException if the cell is closed, or if the current thread is in a read
   *     section of the domain, where that can be told; then next is still the caller's
   * @throws CompletionException if closing the old value throws a checked exception; the new one is
   *     in the cell then
   * @throws NullPointerException if an argument is null
   */
  public boolean compareAndSet(T expected, T next) {
    rcu.requireOutside();
    return compareAndReplace(expected, next, this::retire);
  }

  /**
   * Replaces the value if it is the expected one; readers are waited for, and the old value closed,
   * by a deferred action. May be called inside of a read section.
   *
   * @param expected as for {@link #compareAndSet}
   * @param next as for {@link #compareAndSet}
   * @return false if the cell has another value; then nothing has been changed, and next is still
   *     the caller's
   * @throws IllegalStateException if the cell is closed; then next is still the caller's
   * @throws NullPointerException if an argument is null
   */
  public boolean compareAndSetLater(T expected, T next) {
    return compareAndReplace(expected, next, rcu::defer);
  }

  private boolean compareAndReplace(T expected, T next, Consumer<? super Task> retiring) {
    Objects.requireNonNull(expected, "expected");
    Objects.requireNonNull(next, "next");
    if (next == expected) {
      return get() == expected;
    }
    Task closing = replace(old -> old == expected ? next : old);
    if (closing != null) {
      retiring.accept(closing);
    }
    return closing != null;
  }

  /** Replaces the value; returns what closes the old one, null if that has been kept. */
  private @Nullable Task replace(UnaryOperator<T> operator) {
    Objects.requireNonNull(operator, "operator");
    Task closing = null;
    StackRoom.forClose(); // the lock is not left held, nor what leaves the cell forgotten
    writers.lock();
    try {
      T old = get();
      T next = Objects.requireNonNull(operator.apply(old), "the new value");
      if (next == old) {
        return null;
      }
      closing = closing(old);
      value = next;
      return closing;
    } finally {
      unlock(closing);
    }
  }

  private static Task closing(AutoCloseable old) {
    return new Task(() -> Closing.close(old));
  }

  private void retire(Task closing) {
    boolean waited = false;
    try {
      rcu.synchronize();
      waited = true;
    } finally {
      if (!waited) {
        rcu.defer(closing);
      }
    }
    closing.run();
  }

  /**
   * Takes the value out, waits for its readers, and closes it. From then on the cell can neither be
   * read nor be written. Does nothing if the cell is closed.
   *
   * <p>Old values whose closing has been deferred are closed when their turn comes; {@link
   * Rcu#barrier} waits for that.
   *
   * @throws IllegalStateException if the current thread is in a read section of the domain, where
   *     that can be told
   * @throws IllegalMonitorStateException if this is called by an operator of the same cell
   * @throws CompletionException if closing the value throws a checked exception
   */
  @Override
  public void close() {
    rcu.requireOutside();
    Task closing = takeOut();
    if (closing != null) {
      retire(closing);
    }
  }

  private @Nullable Task takeOut() {
    Task closing = null;
    StackRoom.forClose(); // as where the value is replaced
    writers.lock();
    try {
      T last = value;
      if (last != null) {
        closing = closing(last);
        value = null;
      }
      return closing;
    } finally {
      unlock(closing);
    }
  }

  /** Unlocks; should that fail, what has left the cell is closed by a deferred action. */
  private void unlock(@Nullable Task closing) {
    boolean unlocked = false;
    try {
      writers.unlock();
      unlocked = true;
    } finally {
      if (!unlocked && closing != null) {
        rcu.defer(closing);
      }
    }
  }

  /**
   * Names the cell; does not look at the value.
   *
   * @return the identity and {@code [Open]} or {@code [Closed]}
   */
  @Override
  public String toString() {
    return super.toString() + "[" + Subjects.label(this) + (value == null ? "Closed]" : "Open]");
  }
}
