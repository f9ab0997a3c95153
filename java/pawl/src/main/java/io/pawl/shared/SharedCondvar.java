package io.pawl.shared;

import static io.pawl.shared.Steps.Step.CONDVAR_COUNTED;
import static io.pawl.shared.Steps.Step.CONDVAR_RELEASED;
import static io.pawl.shared.Steps.Step.CONDVAR_SIGNALLED;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.locks.Condition;
import io.pawl.observe.Wait;
import io.pawl.shared.SharedWord.Outcome;
import io.pawl.spi.NativeWait;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A condition of a {@link SharedMutex}, on which threads of all processes wait. {@link
 * SharedRegion#condvar} finds it by its name.
 *
 * {@snippet :
 * mutex.lock();
 * try {
 *   notEmpty.awaitUntil(() -> jobs.get(JAVA_LONG, COUNT) > 0);
 *   take(jobs);
 * } finally {
 *   mutex.unlock();
 * }
 * }
 *
 * <p>Every method must be called by the thread that holds the mutex, else it throws {@link
 * IllegalMonitorStateException}. A wait releases the mutex and holds it again when it returns or
 * throws, unless the region is closed or lost.
 *
 * <p><b>Predicates only.</b> Waits return spuriously: a signal may wake more threads than one,
 * within a slice it wakes all, so that none is lost with a process that died of it. So wait for a
 * state of the data, in a loop or by {@link #awaitUntil(BooleanSupplier)}; a signal by itself
 * carries nothing.
 *
 * <p><b>Death.</b> If an owner of the mutex dies while a thread waits, the wait ends within a slice
 * and runs the mutex's {@link Recovery}, unless another has done so; if there is none it throws
 * {@link OwnerDiedException}, <em>with the mutex held</em>, as a wait ends in whatever way: the
 * thread repairs the data and calls {@link SharedMutex#clearPoison()}, or unlocks.
 *
 * <p><b>Threads.</b> A virtual thread does not pin its carrier. The virtual threads of a process
 * that wait are woken together.
 *
 * <p><b>Memory consistency effects.</b> Those of releasing and acquiring the mutex.
 *
 * <p><b>Cost.</b> Signalling while nobody waits changes one word.
 */
public final class SharedCondvar implements Condition {

  /*
   * Algorithm: a sequence. A wait notes it with the mutex held, counts itself as waiting, releases the
   * mutex and sleeps on the sequence while it is the same. A signal adds one to it and wakes one or all.
   *
   * Invariants
   *   I1  The sequence changes under the mutex only, so a signal after the release finds it as the waiter
   *       noted it, or the waiter finds it changed.
   *   I2  Each sleep ends with its slice, and a waiter whose sequence has changed returns: the wake of a
   *       signaller that died, or that a waiter that died had received, is made up for.
   *   I3  A waiter that finds an owner of the mutex dead, or a death counted since it began, returns: the
   *       dead one may have changed what is waited for and not have come to its signal, and who repairs
   *       what it left need not know of that.
   *   I4  The count of waiters is at least the number of those that live: the dead stay counted, which
   *       costs a wake for nobody.
   *
   * Memory order: both words are volatile; the count is also changed without the mutex.
   */

  private final Region region;
  private final long offset;
  private final String name;
  private final SharedMutex mutex;

  SharedCondvar(Region region, long offset, String name, SharedMutex mutex) {
    this.region = region;
    this.offset = offset;
    this.name = name;
    this.mutex = mutex;
  }

  String name() {
    return name;
  }

  /**
   * The mutex of this condition.
   *
   * @return the mutex that it was made with
   */
  public SharedMutex mutex() {
    return mutex;
  }

  /**
   * Waits until signalled or interrupted, or spuriously.
   *
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws OwnerDiedException if an owner of the mutex died meanwhile; the mutex is held
   * @throws IllegalMonitorStateException if the current thread does not hold the mutex
   */
  @Override
  public void await() throws InterruptedException {
    boolean _ = waitUntil(Deadlines.FOREVER);
  }

  /**
   * Waits until signalled, or spuriously. An interrupt does not end the wait; the interrupted
   * status is preserved.
   *
   * @throws OwnerDiedException as {@link #await()}
   * @throws IllegalMonitorStateException if the current thread does not hold the mutex
   */
  @Override
  public void awaitUninterruptibly() {
    mutex.core().requireHeld();
    boolean _ = sleepTold(Deadlines.FOREVER, false);
  }

  /**
   * Waits until signalled or interrupted, or for a time, or spuriously.
   *
   * @param nanosTimeout the longest time to wait, in nanoseconds
   * @return how much of it is left; not positive once it has elapsed
   * @throws InterruptedException as {@link #await()}
   * @throws OwnerDiedException as {@link #await()}
   * @throws IllegalMonitorStateException if the current thread does not hold the mutex
   */
  @Override
  public long awaitNanos(long nanosTimeout) throws InterruptedException {
    long deadline = Deadlines.after(nanosTimeout);
    boolean _ = waitUntil(deadline);
    return Deadlines.remaining(deadline);
  }

  /**
   * Waits until signalled or interrupted, or for a time, or spuriously.
   *
   * @param time the longest time to wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException as {@link #await()}
   * @throws OwnerDiedException as {@link #await()}
   * @throws IllegalMonitorStateException if the current thread does not hold the mutex
   * @throws NullPointerException if unit is null
   */
  @Override
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    return waitUntil(Deadlines.after(unit.toNanos(time)));
  }

  /**
   * Waits until signalled or interrupted, or until a time, or spuriously.
   *
   * @param deadline when to return at the latest, by the clock of the system as it is now
   * @return false if the time has come
   * @throws InterruptedException as {@link #await()}
   * @throws OwnerDiedException as {@link #await()}
   * @throws IllegalMonitorStateException if the current thread does not hold the mutex
   * @throws NullPointerException if deadline is null
   */
  @Override
  @SuppressWarnings("JavaUtilDate") // the type is that of the interface
  public boolean awaitUntil(Date deadline) throws InterruptedException {
    long now = System.currentTimeMillis();
    long millis = Math.max(deadline.getTime(), now) - now;
    return waitUntil(Deadlines.after(TimeUnit.MILLISECONDS.toNanos(millis)));
  }

  /**
   * Waits until a condition holds, which is tested with the mutex held: before the first wait and
   * after each.
   *
   * @param condition tells whether to go on; what it throws is passed on, with the mutex held
   * @throws InterruptedException as {@link #await()}; not thrown if the condition holds at once
   * @throws OwnerDiedException as {@link #await()}
   * @throws IllegalMonitorStateException if the current thread does not hold the mutex
   */
  public void awaitUntil(BooleanSupplier condition) throws InterruptedException {
    mutex.core().requireHeld();
    while (!condition.getAsBoolean()) {
      await();
    }
  }

  /**
   * Waits until a condition holds, which is tested with the mutex held: before the first wait,
   * after each, and when the time has elapsed.
   *
   * @param condition tells whether to go on; what it throws is passed on, with the mutex held
   * @param time the longest time to wait in all
   * @param unit the unit of time
   * @return whether the condition holds
   * @throws InterruptedException as {@link #await()}; not thrown if the condition holds at once
   * @throws OwnerDiedException as {@link #await()}
   * @throws IllegalMonitorStateException if the current thread does not hold the mutex
   * @throws NullPointerException if unit is null
   */
  public boolean awaitUntil(BooleanSupplier condition, long time, TimeUnit unit)
      throws InterruptedException {
    mutex.core().requireHeld();
    long deadline = Deadlines.after(unit.toNanos(time));
    while (!condition.getAsBoolean()) {
      if (!waitUntil(deadline)) {
        return condition.getAsBoolean();
      }
    }
    return true;
  }

  /**
   * Wakes a thread that waits, if there is one, possibly of another process.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold the mutex
   */
  @Override
  public void signal() {
    signal(1);
  }

  /**
   * Wakes all threads that wait, in all processes.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold the mutex
   */
  @Override
  public void signalAll() {
    signal(NativeWait.ALL);
  }

  private void signal(int count) {
    mutex.core().requireHeld();
    try {
      int _ = region.addInt(offset + Layout.CONDVAR_SEQUENCE, 1);
      Steps.at(CONDVAR_SIGNALLED);
      if (region.getInt(offset + Layout.CONDVAR_WAITERS) != 0) {
        region.wake(offset + Layout.CONDVAR_SEQUENCE, count);
      }
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  private boolean waitUntil(long deadline) throws InterruptedException {
    mutex.core().requireHeld();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    boolean signalled = sleepTold(deadline, true);
    // A wait that has been signalled and interrupted reports the signal and keeps the interrupt.
    if (!signalled && Thread.interrupted()) {
      throw new InterruptedException();
    }
    return signalled;
  }

  /** Sleeps, and tells observers. */
  private boolean sleepTold(long deadline, boolean interruptible) {
    return Observers.arePresent()
        ? ToldWait.of(this, Wait.Mode.CONDITION, () -> outcome(deadline, interruptible))
            == Outcome.ACQUIRED
        : sleep(deadline, interruptible);
  }

  private Outcome outcome(long deadline, boolean interruptible) {
    if (sleep(deadline, interruptible)) {
      return Outcome.ACQUIRED;
    }
    return Deadlines.passed(deadline) ? Outcome.TIMED_OUT : Outcome.INTERRUPTED;
  }

  /** Returns false if the deadline passed or the thread was interrupted, and no signal came. */
  private boolean sleep(long deadline, boolean interruptible) {
    mutex.core().requireHeld();
    boolean signalled;
    try {
      int seen = region.getInt(offset + Layout.CONDVAR_SEQUENCE);
      int deaths = region.deaths();
      int _ = region.addInt(offset + Layout.CONDVAR_WAITERS, 1);
      Steps.at(CONDVAR_COUNTED);
      try {
        mutex.unlock();
        Steps.at(CONDVAR_RELEASED);
        signalled = sleep(seen, deaths, deadline, interruptible);
      } finally {
        int _ = region.addInt(offset + Layout.CONDVAR_WAITERS, -1);
      }
    } catch (InternalError e) {
      throw region.lost(e);
    } finally {
      mutex.lockAgain();
    }
    mutex.repairHeld();
    return signalled;
  }

  private boolean sleep(int seen, int deaths, long deadline, boolean interruptible) {
    long slice = region.waits.firstSlice();
    while (region.getInt(offset + Layout.CONDVAR_SEQUENCE) == seen
        && region.deaths() == deaths
        && !mutex.core().isOfTheDead()) {
      if (Deadlines.passed(deadline) || (interruptible && Thread.currentThread().isInterrupted())) {
        return false;
      }
      region.waits.await(
          this, offset + Layout.CONDVAR_SEQUENCE, seen, slice, deadline, interruptible);
      slice = region.waits.nextSlice(slice);
    }
    return true;
  }

  /**
   * Names the condition and its mutex.
   *
   * @return both names
   */
  @Override
  public String toString() {
    return "SharedCondvar[" + Subjects.nameOf(this) + " of " + mutex + "]";
  }
}
