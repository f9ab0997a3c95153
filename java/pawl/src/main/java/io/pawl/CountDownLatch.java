package io.pawl;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.GateQueue;
import io.pawl.internal.queue.StackRoom;
import io.pawl.internal.queue.WaitQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A gate that opens once something has happened a given number of times, which takes the place of
 * {@link java.util.concurrent.CountDownLatch} with the same methods and the same meaning.
 *
 * <p>A latch counts down to zero and stays there. Threads wait for that; whoever comes later does
 * not wait.
 *
 * {@snippet :
 * CountDownLatch loaded = new CountDownLatch(files.size());
 * for (Path file : files) {
 *   executor.execute(() -> {
 *     load(file);
 *     loaded.countDown();
 *   });
 * }
 * loaded.await();
 * }
 *
 * <p><b>Fairness.</b> All waiting threads, platform and virtual alike, are woken when the count
 * reaches zero, in the order in which they came.
 *
 * <p><b>Interruption and timeouts.</b> Both waits respond to interrupts, also while the thread is
 * blocked in the operating system; a thread that gives up does not affect the latch.
 *
 * <p><b>Thread dumps.</b> A waiting thread is shown as parking to wait for the latch.
 *
 * <p><b>Memory consistency effects.</b> Actions before a {@link #countDown()} <i>happen-before</i>
 * those after a wait that ends because the count is zero.
 *
 * <p><b>Cost.</b> To count down is one atomic read-modify-write, to wait for a latch that is open
 * one read. Construction allocates one object of 24 bytes; the first thread that waits makes the
 * queue and, once in its life, its waiting record.
 */
public class CountDownLatch {

  /*
   * State: the count. The latch has one gate, which is open when the count is 0; see GateQueue, whose
   * protocol a latch keeps: the count is changed by a volatile compare-and-set, and it never leaves 0.
   *
   * The queue is set once, by CAS, before a waiter announces itself: the thread that brings the count
   * to 0 and then finds no queue precedes the look of any waiter.
   */

  private static final AtomicIntegerFieldUpdater<CountDownLatch> COUNT =
      AtomicIntegerFieldUpdater.newUpdater(CountDownLatch.class, "count");
  private static final AtomicReferenceFieldUpdater<CountDownLatch, @Nullable GateQueue> QUEUE =
      AtomicReferenceFieldUpdater.newUpdater(CountDownLatch.class, GateQueue.class, "queue");

  static {
    GateQueue.initialize();
  }

  private volatile int count;
  private volatile @Nullable GateQueue queue;

  /**
   * Constructs a latch.
   *
   * @param count how often {@link #countDown} is to be called before threads may pass; 0 makes a
   *     latch that is open
   * @throws IllegalArgumentException if count is negative
   */
  public CountDownLatch(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("A negative count: " + count);
    }
    this.count = count;
  }

  /**
   * Waits until the count is zero, unless the current thread is interrupted, before or while it
   * waits.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared
   */
  public void await() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (count != 0) {
      boolean _ = awaitZero(Deadlines.FOREVER);
    }
  }

  /**
   * Waits until the count is zero or the time has elapsed, unless the current thread is
   * interrupted, before or while it waits.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed and the count is not zero
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared
   * @throws NullPointerException if unit is null
   */
  public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(timeout);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return count == 0 || (nanos > 0 && awaitZero(Deadlines.after(nanos)));
  }

  /**
   * Decrements the count and, if it becomes zero, lets all waiting threads go on. Does nothing if
   * the count is zero already.
   */
  public void countDown() {
    int c;
    do {
      c = count;
      if (c == 0) {
        return;
      }
      if (c == 1) {
        StackRoom.forWake();
      }
    } while (!COUNT.compareAndSet(this, c, c - 1));
    if (c == 1) {
      GateQueue q = queue;
      if (q != null) {
        q.opened();
      }
    }
  }

  /**
   * The present count; for monitoring and tests.
   *
   * @return how many calls of {@link #countDown} are missing
   */
  public long getCount() {
    return count;
  }

  /**
   * Names the latch and its count.
   *
   * @return the identity and {@code [Count = NUMBER]}
   */
  @Override
  public String toString() {
    return super.toString() + "[" + Subjects.label(this) + "Count = " + count + "]";
  }

  private boolean awaitZero(long deadline) throws InterruptedException {
    GateQueue q = queue;
    if (q == null) {
      q = WaitQueue.install(QUEUE, this, new Queue());
    }
    return AcquireQueue.isAcquired(q.await(this, 0, true, deadline));
  }

  /** Connects the queue with the count. */
  private final class Queue extends GateQueue {
    @Override
    protected boolean isOpen(int key) {
      return count == 0;
    }
  }
}
