package io.pawl;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.GateQueue;
import io.pawl.internal.queue.StackRoom;
import io.pawl.internal.queue.WaitQueue;
import io.pawl.locks.ReentrantLock;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A point where a fixed number of threads wait for each other, again and again, which takes the
 * place of {@link java.util.concurrent.CyclicBarrier} with the same methods and the same meaning.
 *
 * <p>When the last of the parties has arrived, it runs the action of the barrier, if there is one,
 * and all of them go on; the barrier is then ready for the next round. If a thread leaves early, by
 * interrupt or timeout, or the action throws, the barrier is broken: all that wait, and all that
 * come later, get a {@link BrokenBarrierException} until the barrier is reset.
 *
 * {@snippet :
 * private final CyclicBarrier step = new CyclicBarrier(workers, this::exchangeBorders);
 *
 * void work(Region region) throws InterruptedException, BrokenBarrierException {
 *   while (!isDone()) {
 *     region.advance();
 *     step.await();
 *   }
 * }
 * }
 *
 * <p>The action runs in the last thread to arrive, before the others are let go. It may call the
 * methods of the barrier other than its waits; those of other threads wait until it has ended.
 *
 * <p><b>Interruption and timeouts.</b> Both waits respond to interrupts, also while the thread is
 * blocked in the operating system. A thread that is interrupted or times out after the barrier has
 * been tripped or broken leaves as the others do, with its interrupted status set.
 *
 * <p>A worker of a {@link java.util.concurrent.ForkJoinPool} that waits tells the pool, which may
 * let another thread work meanwhile, so there may be more parties than workers.
 *
 * <p><b>Thread dumps.</b> A waiting thread is shown as parking to wait for the barrier.
 *
 * <p><b>Memory consistency effects.</b> Actions of each party before a wait <i>happen-before</i>
 * those of the action of the barrier, which happen-before those of each party after its wait.
 *
 * <p><b>Cost.</b> An arrival locks and unlocks a {@link ReentrantLock}; threads that are let go do
 * not lock it again.
 */
public class CyclicBarrier {

  /*
   * Algorithm: the lock guards the round. A thread that has arrived and is not the last waits,
   * without the lock, for the gate of its round; whoever ends the round opens the gate.
   *
   *                  last arrival, reset
   *               +----------------------> next round
   *   round n ----+
   *               +----------------------> broken --reset--> next round
   *                  interrupt, timeout,
   *                  failure of the action
   *
   * Invariants
   *   I1  round, missing and gate are written with the lock held; gate counts the rounds that have ended.
   *   I2  A round ends once: either it is tripped, and replaced, or it is broken. Nobody waits for a
   *       gate in a round that is broken already, so gates open one after the other and stay open.
   *   I3  A round that is broken is never unbroken: reset replaces it.
   *
   * Memory order
   *   gate     volatile write with the lock held; read by those who wait, without it
   *   broken   written before gate is, read after it or with the lock held
   */

  /** One cycle of the barrier. */
  private static final class Round {
    boolean broken;
  }

  private static final AtomicReferenceFieldUpdater<CyclicBarrier, @Nullable GateQueue> QUEUE =
      AtomicReferenceFieldUpdater.newUpdater(CyclicBarrier.class, GateQueue.class, "queue");

  private final ReentrantLock lock;
  private final int parties;
  private final @Nullable Runnable action;

  private Round round = new Round();

  /** How many parties have not arrived. */
  private int missing;

  private volatile int gate;
  private volatile @Nullable GateQueue queue;

  /**
   * Constructs a barrier with an action.
   *
   * @param parties how many threads have to arrive
   * @param barrierAction what the last of them runs; null for nothing
   * @throws IllegalArgumentException if parties is less than 1
   */
  @SuppressWarnings("this-escape") // the lock keeps it for reports, and reads nothing of it
  public CyclicBarrier(int parties, @Nullable Runnable barrierAction) {
    if (parties <= 0) {
      throw new IllegalArgumentException("Too few parties: " + parties);
    }
    this.lock = Subjects.part(new ReentrantLock(), this);
    this.parties = parties;
    this.missing = parties;
    this.action = barrierAction;
  }

  /**
   * Constructs a barrier without an action.
   *
   * @param parties how many threads have to arrive
   * @throws IllegalArgumentException if parties is less than 1
   */
  public CyclicBarrier(int parties) {
    this(parties, null);
  }

  /**
   * How many threads have to arrive.
   *
   * @return the number of parties
   */
  public int getParties() {
    return parties;
  }

  /**
   * Waits until all parties have arrived. The last one does not wait; it runs the action, and what
   * that throws breaks the barrier and is thrown here.
   *
   * @return how many were still to come when the current thread arrived: 0 for the last
   * @throws InterruptedException if the current thread is interrupted, before or while it waits,
   *     and the barrier is not broken yet; its interrupted status is cleared, and the barrier is
   *     broken
   * @throws BrokenBarrierException if the barrier is broken, or is broken or reset while the
   *     current thread waits
   */
  public int await() throws InterruptedException, BrokenBarrierException {
    try {
      return await(false, 0);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Waits until all parties have arrived or the time has elapsed. The last one does not wait; it
   * runs the action, and what that throws breaks the barrier and is thrown here.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return how many were still to come when the current thread arrived: 0 for the last
   * @throws InterruptedException if the current thread is interrupted, before or while it waits,
   *     and the barrier is not broken yet; its interrupted status is cleared, and the barrier is
   *     broken
   * @throws TimeoutException if the time has elapsed; the barrier is broken
   * @throws BrokenBarrierException if the barrier is broken, or is broken or reset while the
   *     current thread waits
   * @throws NullPointerException if unit is null
   */
  public int await(long timeout, TimeUnit unit)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    return await(true, unit.toNanos(timeout));
  }

  /**
   * Whether the barrier is broken: a thread has left early, or the action has failed, since the
   * barrier was made or last reset.
   *
   * @return true if waits fail
   */
  public boolean isBroken() {
    lock.lock();
    try {
      return round.broken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes the barrier as it was to begin with. Threads that wait get a {@link
   * BrokenBarrierException}.
   */
  public void reset() {
    int before = lock();
    try {
      breakRound();
      nextRound();
    } finally {
      unlock(before);
    }
  }

  /**
   * How many parties wait; for monitoring and tests.
   *
   * @return the number of threads that have arrived
   */
  public int getNumberWaiting() {
    lock.lock();
    try {
      return parties - missing;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Names the barrier.
   *
   * @return the identity, and the name in brackets if there is one
   */
  @Override
  public String toString() {
    return super.toString() + Subjects.suffix(this);
  }

  private int await(boolean timed, long nanos)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    Round mine;
    int index;
    int before = lock();
    try {
      mine = round;
      requireWhole(mine);
      if (Thread.interrupted()) {
        breakRound();
        throw new InterruptedException();
      }
      index = --missing;
      if (index == 0) {
        trip();
        return 0;
      }
    } finally {
      unlock(before);
    }
    awaitEnd(mine, before, timed ? Deadlines.after(nanos) : Deadlines.FOREVER);
    requireWhole(mine);
    return index;
  }

  /** Waits for the end of a round; the first of its threads to leave before that breaks it. */
  private void awaitEnd(Round mine, int key, long deadline)
      throws InterruptedException, TimeoutException {
    int result;
    try {
      result = awaitGate(key, deadline);
    } catch (Throwable t) {
      boolean _ = breakUnlessOver(mine);
      throw t;
    }
    if (result != GateQueue.WOKEN && breakUnlessOver(mine)) {
      if (result == GateQueue.TIMED_OUT) {
        throw new TimeoutException();
      }
      throw new InterruptedException();
    }
    if (result == GateQueue.INTERRUPTED) {
      Thread.currentThread().interrupt();
    }
  }

  private int awaitGate(int key, long deadline) {
    GateQueue q = queue();
    try {
      return q.awaitManaged(this, key, true, deadline);
    } catch (RejectedExecutionException e) {
      return q.await(this, key, true, deadline);
    }
  }

  private GateQueue queue() {
    GateQueue q = queue;
    return q != null ? q : WaitQueue.install(QUEUE, this, new Queue());
  }

  private static void requireWhole(Round round) throws BrokenBarrierException {
    if (round.broken) {
      throw new BrokenBarrierException();
    }
  }

  // ---- With the lock held

  private void trip() {
    boolean done = false;
    try {
      if (action != null) {
        action.run();
      }
      done = true;
    } finally {
      if (done) {
        nextRound();
      } else {
        breakRound();
      }
    }
  }

  private void nextRound() {
    round = new Round();
    endRound();
  }

  private void breakRound() {
    round.broken = true;
    endRound();
  }

  private boolean breakUnlessOver(Round mine) {
    int before = lock();
    try {
      if (round != mine || mine.broken) {
        return false;
      }
      breakRound();
      return true;
    } finally {
      unlock(before);
    }
  }

  private void endRound() {
    missing = parties;
    int next = gate + 1;
    gate = next;
  }

  /** Locks; returns the number of the present gate. */
  private int lock() {
    StackRoom.forWake();
    lock.lock();
    return gate;
  }

  /** Unlocks, and wakes those who wait if a gate has been opened meanwhile. */
  private void unlock(int before) {
    boolean opened = gate != before;
    lock.unlock();
    if (opened) {
      GateQueue q = queue;
      if (q != null) {
        q.opened();
      }
    }
  }

  /** Connects the queue with the gates. */
  private final class Queue extends GateQueue {
    @Override
    protected boolean isOpen(int key) {
      return gate != key;
    }
  }
}
