package io.pawl;

import io.pawl.internal.observe.PartOf;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.GateQueue;
import io.pawl.internal.queue.WaitQueue;
import java.io.Serial;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs an initializer once, whichever thread comes first; the others wait for it.
 *
 * <p>If the initializer throws, the once is poisoned: the thread that ran it gets what was thrown,
 * and later calls get an {@link IllegalStateException} with that as its cause, until a {@linkplain
 * #runForced forced} initializer succeeds.
 *
 * {@snippet :
 * private final Once opened = new Once();
 *
 * void use() {
 *   opened.run(this::open); // by the first thread
 *   ...
 * }
 * }
 *
 * <p><b>Reentrancy.</b> An initializer must not run or wait for the once that runs it: that throws
 * {@link IllegalMonitorStateException}.
 *
 * <p><b>Fairness.</b> All waiting threads, platform and virtual alike, are woken when an
 * initializer ends. When it has failed, those that wait to force theirs compete.
 *
 * <p><b>Interruption and timeouts.</b> {@link #run} and {@link #runForced} wait for an initializer
 * in another thread; they ignore interrupts and preserve the interrupted status. The waits with
 * {@code InterruptedException} respond to interrupts, also while the thread is blocked in the
 * operating system.
 *
 * <p><b>Thread dumps.</b> A thread that waits for a running initializer is shown as parking to wait
 * for a synchronizer that the thread that runs it owns, so {@code
 * ThreadMXBean.findDeadlockedThreads()} finds initializers that wait for each other.
 *
 * <p><b>Memory consistency effects.</b> Actions of the initializer that succeeds, and before it,
 * <i>happen-before</i> those after the return of {@link #run}, {@link #runForced} and all waits,
 * and after {@link #isCompleted} has returned true. Actions of one that fails happen-before those
 * of a later one, and those after the exceptions that report the failure.
 *
 * <p><b>Cost.</b> After the initializer has succeeded every method is one read. Running it takes
 * one atomic read-modify-write and allocates one object; the first thread that waits makes the
 * queue and, once in its life, its waiting record.
 *
 * <p><b>Stack overflow.</b> A {@link StackOverflowError} in the initializer poisons as any other
 * does. One while waiting threads are being woken may leave them asleep.
 *
 * @see OnceValue
 * @see Lazy
 * @see <a href="https://doc.rust-lang.org/std/sync/struct.Once.html">Once in the Rust standard
 *     library</a>
 */
public final class Once {

  /*
   * State word
   *   bits 0-1   status   NEW, RUNNING, POISONED or COMPLETED
   *   bits 2-31  ended    how many initializers have failed
   *
   * Transitions
   *
   *   NEW -------CAS------> RUNNING --succeeds--> COMPLETED
   *                          ^   |
   *                     CAS, |   | fails: ended + 1
   *                   forced |   v
   *                         POISONED
   *
   * Gates: that with number n opens when the initializer has ended before which n have failed. A thread
   * waits for the gate whose number it has read; COMPLETED opens all. Gates open one after the other,
   * as GateQueue demands.
   *
   * Invariants
   *   I1  attempt is the running initializer's; only the thread that runs one writes it, after the CAS to
   *       RUNNING and before it ends. So a thread that finds an attempt of its own is the one that runs.
   *   I2  failure is written before POISONED and cleared after COMPLETED. A thread that has read POISONED
   *       and finds no failure would now read COMPLETED.
   *   I3  COMPLETED is final.
   *
   * Memory order
   *   state              CAS to run, volatile write to end, volatile read; publishes all else
   *   queue              read after state has been written, see GateQueue
   *   attempt, failure   volatile: also read by threads that have found an older state
   */
  private static final int NEW = 0;
  private static final int RUNNING = 1;
  private static final int POISONED = 2;
  private static final int COMPLETED = 3;
  private static final int STATUS = 3;
  private static final int ENDED_SHIFT = 2;

  private static final AtomicIntegerFieldUpdater<Once> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Once.class, "state");
  private static final AtomicReferenceFieldUpdater<Once, @Nullable GateQueue> QUEUE =
      AtomicReferenceFieldUpdater.newUpdater(Once.class, GateQueue.class, "queue");

  static {
    OnceParts.initialize();
    GateQueue.initialize();
  }

  /** {@link #COMPLETED}, or a status and the number of initializers that have failed. */
  private volatile int state;

  private volatile @Nullable GateQueue queue;
  private volatile @Nullable Attempt attempt;
  private volatile @Nullable Throwable failure;

  /** What this is a part of, or null; plain, as it is set before others see this. */
  @Nullable Object whole;

  /** Constructs a once whose initializer has not run. */
  public Once() {}

  /**
   * Runs an initializer unless one has succeeded; waits while another thread runs one. When this
   * method returns an initializer has succeeded, this one or another.
   *
   * @param initializer what to run; what it throws is thrown here and poisons this once
   * @throws IllegalStateException if an initializer has failed; what it threw is the cause
   * @throws IllegalMonitorStateException if called by an initializer that this once is running
   * @throws NullPointerException if initializer is null
   */
  public void run(Runnable initializer) {
    Objects.requireNonNull(initializer, "initializer");
    if (state != COMPLETED) {
      runOrWait(_ -> initializer.run(), false);
    }
  }

  /**
   * Runs an initializer unless one has succeeded, even if others have failed; waits while another
   * thread runs one. When this method returns an initializer has succeeded, this one or another.
   *
   * @param initializer what to run, given the state in which it found this once; what it throws is
   *     thrown here and poisons this once
   * @throws IllegalMonitorStateException if called by an initializer that this once is running
   * @throws NullPointerException if initializer is null
   */
  public void runForced(Consumer<? super State> initializer) {
    Objects.requireNonNull(initializer, "initializer");
    if (state != COMPLETED) {
      runOrWait(initializer, true);
    }
  }

  /**
   * Whether an initializer has succeeded. If so, all it did is visible to the current thread.
   *
   * @return false if none has been run, one is running, or all have failed
   */
  public boolean isCompleted() {
    return state == COMPLETED;
  }

  /**
   * Waits until an initializer has succeeded, whether one is running or not.
   *
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws IllegalStateException if an initializer has failed, or fails meanwhile; what it threw
   *     is the cause
   * @throws IllegalMonitorStateException if called by an initializer that this once is running
   */
  public void await() throws InterruptedException {
    boolean _ = AcquireQueue.isAcquired(await(false, true, Deadlines.FOREVER));
  }

  /**
   * Waits until an initializer has succeeded, whether one is running or not, or the time has
   * elapsed.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws IllegalStateException if an initializer has failed, or fails meanwhile; what it threw
   *     is the cause
   * @throws IllegalMonitorStateException if called by an initializer that this once is running
   * @throws NullPointerException if unit is null
   */
  public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
    long deadline = Deadlines.after(unit.toNanos(timeout));
    return AcquireQueue.isAcquired(await(false, true, deadline));
  }

  /**
   * Waits until an initializer has succeeded, whether one is running or not. An interrupt does not
   * end the wait.
   *
   * @throws IllegalStateException if an initializer has failed, or fails meanwhile; what it threw
   *     is the cause
   * @throws IllegalMonitorStateException if called by an initializer that this once is running
   */
  public void awaitUninterruptibly() {
    int _ = await(false, false, Deadlines.FOREVER);
  }

  /**
   * Waits until an initializer has succeeded, however many fail before.
   *
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws IllegalMonitorStateException if called by an initializer that this once is running
   */
  public void awaitForced() throws InterruptedException {
    boolean _ = AcquireQueue.isAcquired(await(true, true, Deadlines.FOREVER));
  }

  /**
   * Waits until an initializer has succeeded, however many fail before, or the time has elapsed.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws IllegalMonitorStateException if called by an initializer that this once is running
   * @throws NullPointerException if unit is null
   */
  public boolean awaitForced(long timeout, TimeUnit unit) throws InterruptedException {
    long deadline = Deadlines.after(unit.toNanos(timeout));
    return AcquireQueue.isAcquired(await(true, true, deadline));
  }

  /**
   * Names the once and its state.
   *
   * @return the identity and {@code [New]}, {@code [Running]}, {@code [Poisoned]} or {@code
   *     [Completed]}
   */
  @Override
  public String toString() {
    return super.toString() + describe(this);
  }

  /** The name of an object, and the state, in brackets. */
  String describe(Object named) {
    String text =
        switch (state & STATUS) {
          case NEW -> "New";
          case RUNNING -> "Running";
          case POISONED -> "Poisoned";
          default -> "Completed";
        };
    return "[" + Subjects.label(named) + text + "]";
  }

  // ---- Running

  private void runOrWait(Consumer<? super State> initializer, boolean forced) {
    for (int s; (s = state) != COMPLETED; ) {
      if ((s & STATUS) == RUNNING) {
        int _ = awaitEnd(s, false, Deadlines.FOREVER);
      } else {
        if (!forced) {
          requireHealthy(s);
        }
        tryRun(s, initializer);
      }
    }
  }

  /** Runs an initializer unless the state has changed. */
  private void tryRun(int s, Consumer<? super State> initializer) {
    Attempt mine = new Attempt(this);
    State found = new State((s & STATUS) == POISONED ? failure : null);
    if (!STATE.compareAndSet(this, s, (s & ~STATUS) | RUNNING)) {
      return;
    }
    int poisoned = (((s >>> ENDED_SHIFT) + 1) << ENDED_SHIFT) | POISONED;
    boolean succeeded = false;
    attempt = mine;
    try {
      initializer.accept(found);
      succeeded = true;
    } catch (Throwable t) {
      failure = t;
      throw t;
    } finally {
      // The stores come first: they need no stack, which the rest may lack after an overflow.
      attempt = null;
      state = succeeded ? COMPLETED : poisoned;
      wakeWaiters(mine);
    }
    failure = null;
  }

  private void wakeWaiters(Attempt ended) {
    ended.disown();
    GateQueue q = queue;
    if (q != null) {
      q.opened();
    }
  }

  private void requireHealthy(int s) {
    Throwable cause;
    if ((s & STATUS) == POISONED && (cause = failure) != null) {
      throw new IllegalStateException("An initializer has failed: " + cause, cause);
    }
  }

  // ---- Waiting

  private int await(boolean forced, boolean interruptible, long deadline) {
    int result = GateQueue.WOKEN;
    for (int s; result == GateQueue.WOKEN && (s = state) != COMPLETED; ) {
      if (!forced) {
        requireHealthy(s);
      }
      result = awaitEnd(s, interruptible, deadline);
    }
    return result;
  }

  /** Waits for the end of the initializer that runs in a state, or is the next to run. */
  private int awaitEnd(int s, boolean interruptible, long deadline) {
    Attempt a = attempt;
    if (a != null && a.isMine()) {
      throw new IllegalMonitorStateException(
          "The initializer that the current thread is running waits for itself: " + this);
    }
    GateQueue q = queue;
    if (q == null) {
      q = WaitQueue.install(QUEUE, this, new Queue());
    }
    return q.await(a == null ? this : a, s >>> ENDED_SHIFT, interruptible, deadline);
  }

  /** Connects the queue with the state. */
  private final class Queue extends GateQueue {
    @Override
    protected boolean isOpen(int key) {
      int s = state;
      return s == COMPLETED || s >>> ENDED_SHIFT != key;
    }
  }

  /** A running initializer, owned by the thread that runs it; what thread dumps show. */
  private static final class Attempt extends AbstractOwnableSynchronizer implements PartOf {

    @Serial private static final long serialVersionUID = 1L;

    private final transient Once once;

    Attempt(Once once) {
      this.once = once;
      setExclusiveOwnerThread(Thread.currentThread());
    }

    @Override
    public Object subject() {
      return once;
    }

    boolean isMine() {
      return getExclusiveOwnerThread() == Thread.currentThread();
    }

    void disown() {
      setExclusiveOwnerThread(null);
    }
  }

  /**
   * The state in which a {@linkplain #runForced forced} initializer found its once.
   *
   * @param failure what the last initializer threw, or null if none has been run
   */
  public record State(@Nullable Throwable failure) {

    /**
     * Whether an initializer has failed.
     *
     * @return true if the once was poisoned
     */
    public boolean isPoisoned() {
      return failure != null;
    }
  }
}
