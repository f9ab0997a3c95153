package io.pawl;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.Alternative;
import io.pawl.internal.queue.FairPermitQueue;
import io.pawl.internal.queue.LockAlternative;
import io.pawl.internal.queue.LockQueue;
import io.pawl.internal.queue.PermitQueue;
import io.pawl.internal.queue.QueueAccess;
import io.pawl.internal.queue.WaitQueue;
import java.io.Serial;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A counting semaphore, which takes the place of {@link java.util.concurrent.Semaphore} with the
 * same methods and the same meaning.
 *
 * <p>A semaphore is a number of permits. Acquiring takes permits away and waits until there are
 * enough; releasing adds some. Permits belong to nobody: any thread may release, whether it has
 * acquired or not. The number may be negative to begin with, and then nothing can be acquired until
 * enough has been released.
 *
 * {@snippet :
 * private final Semaphore connections = new Semaphore(10);
 *
 * Reply ask(Question question) throws InterruptedException {
 *   connections.acquire();
 *   try {
 *     return server.ask(question);
 *   } finally {
 *     connections.release();
 *   }
 * }
 * }
 *
 * <p><b>Fairness.</b> Waiting threads, platform and virtual alike, are served in the order in which
 * they came; one that asks for more permits than there are holds up those behind it. A thread that
 * finds enough permits takes them at once, even if others wait. It lets a waiter that has been
 * woken in vain a fixed number of times go first, but one that asks for several permits of a
 * semaphore that is not fair may wait as long as others take them one by one. In a fair semaphore a
 * newcomer that finds others waiting queues behind them, except in {@link #tryAcquire()} and {@link
 * #tryAcquire(int)}, which take what is there always.
 *
 * <p><b>Interruption and timeouts.</b> {@link #acquire()} and the timed methods respond to
 * interrupts, also while the thread is blocked in the operating system; those with {@code
 * Uninterruptibly} in their names ignore them and preserve the interrupted status. A thread that
 * gives up takes no permits.
 *
 * <p><b>Thread dumps.</b> A thread that waits for permits is shown as parking to wait for the
 * semaphore.
 *
 * <p><b>Memory consistency effects.</b> Actions before a release <i>happen-before</i> those after a
 * subsequent successful acquire of the same semaphore.
 *
 * <p><b>Cost.</b> An uncontended acquire and release are one atomic read-modify-write each.
 * Construction allocates one object of 24 bytes; the first thread that waits makes the queue and,
 * once in its life, its waiting record, and waiting allocates nothing afterwards. Of those who wait
 * for a fair semaphore, the one that is next spins for up to 30 microseconds, if that has paid off
 * lately.
 *
 * <p>Where a release too many is a mistake, {@link BoundedSemaphore} notices it.
 *
 * <p>Serialization keeps the number of permits and the fairness.
 *
 * <p><b>Stack overflow.</b> A {@link StackOverflowError} in an acquire that has to wait or a
 * release that has to wake a thread may lose permits or leave waiters asleep.
 */
public class Semaphore implements Serializable {

  /*
   * State: the number of permits. Taking is a compare-and-set, since there must be enough; adding is
   * one too, since there must not be too many. Waiters live in the queue, see PermitQueue and, for a
   * fair semaphore, FairQueue.
   *
   * Memory order
   *   permits   volatile read, CAS; no fence between the CAS of a release and the look into the queue
   *             (PermitQueue says why)
   *   queue     set once, by CAS; a release that finds none precedes, in the order of volatile
   *             accesses, any waiter's announcement, so that waiter sees the permits
   */

  @Serial private static final long serialVersionUID = 1L;

  private static final AtomicIntegerFieldUpdater<Semaphore> PERMITS =
      AtomicIntegerFieldUpdater.newUpdater(Semaphore.class, "permits");
  private static final AtomicReferenceFieldUpdater<Semaphore, @Nullable LockQueue> QUEUE =
      AtomicReferenceFieldUpdater.newUpdater(Semaphore.class, LockQueue.class, "queue");

  static {
    QueueAccess.add(new Access());
    AcquireQueue.initialize();
  }

  /** How many can be acquired. */
  private volatile int permits;

  /** Whether the longest-waiting thread comes first. */
  private final boolean fair;

  private transient volatile @Nullable LockQueue queue;

  /**
   * Constructs a semaphore that is not fair.
   *
   * @param permits how many permits there are to begin with; may be negative
   */
  public Semaphore(int permits) {
    this(permits, false);
  }

  /**
   * Constructs a semaphore.
   *
   * @param permits how many permits there are to begin with; may be negative
   * @param fair whether the thread that has waited longest is served first
   */
  public Semaphore(int permits, boolean fair) {
    this.permits = permits;
    this.fair = fair;
  }

  /**
   * Acquires a permit, waiting until there is one, unless the current thread is interrupted, before
   * or while it waits.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared
   */
  public void acquire() throws InterruptedException {
    acquireInterruptibly(1);
  }

  /** Acquires a permit, waiting until there is one. An interrupt does not end the wait. */
  public void acquireUninterruptibly() {
    if (!tryTakeInTurn(1)) {
      int _ = await(1, false, Deadlines.FOREVER);
    }
  }

  /**
   * Acquires a permit if there is one now, even if this semaphore is fair and others wait; to queue
   * behind them use {@link #tryAcquire(long, TimeUnit) tryAcquire(0, SECONDS)}.
   *
   * @return false if there is none
   */
  public boolean tryAcquire() {
    return tryTake(1);
  }

  /**
   * Acquires a permit if there is one within the given time and the current thread is not
   * interrupted. In a fair semaphore it is not acquired past threads that wait.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws NullPointerException if unit is null
   */
  public boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
    return tryAcquireFor(1, unit.toNanos(timeout));
  }

  /**
   * Releases a permit; the current thread need not have acquired it.
   *
   * @throws Error if there would be more than {@link Integer#MAX_VALUE}; nothing is released
   */
  public void release() {
    add(1);
  }

  /**
   * Acquires permits, all at once, waiting until there are enough, unless the current thread is
   * interrupted, before or while it waits.
   *
   * @param permits how many
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and nothing is acquired
   * @throws IllegalArgumentException if permits is negative
   */
  public void acquire(int permits) throws InterruptedException {
    acquireInterruptibly(notNegative(permits));
  }

  /**
   * Acquires permits, all at once, waiting until there are enough. An interrupt does not end the
   * wait.
   *
   * @param permits how many
   * @throws IllegalArgumentException if permits is negative
   */
  public void acquireUninterruptibly(int permits) {
    if (!tryTakeInTurn(notNegative(permits))) {
      int _ = await(permits, false, Deadlines.FOREVER);
    }
  }

  /**
   * Acquires permits, all at once, if there are enough now, even if this semaphore is fair and
   * others wait.
   *
   * @param permits how many
   * @return false if there are not enough
   * @throws IllegalArgumentException if permits is negative
   */
  public boolean tryAcquire(int permits) {
    return tryTake(notNegative(permits));
  }

  /**
   * Acquires permits, all at once, if there are enough within the given time and the current thread
   * is not interrupted. In a fair semaphore they are not acquired past threads that wait.
   *
   * @param permits how many
   * @param timeout the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed; nothing is acquired then
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and nothing is acquired
   * @throws IllegalArgumentException if permits is negative
   * @throws NullPointerException if unit is null
   */
  public boolean tryAcquire(int permits, long timeout, TimeUnit unit) throws InterruptedException {
    return tryAcquireFor(notNegative(permits), unit.toNanos(timeout));
  }

  /**
   * Releases permits; the current thread need not have acquired them.
   *
   * @param permits how many
   * @throws IllegalArgumentException if permits is negative
   * @throws Error if there would be more than {@link Integer#MAX_VALUE}; nothing is released
   */
  public void release(int permits) {
    add(notNegative(permits));
  }

  /**
   * How many permits there are now; for monitoring, not for synchronization.
   *
   * @return the number, negative if as many have to be released before there are any
   */
  public int availablePermits() {
    return permits;
  }

  /**
   * Takes all permits that there are; a negative number of them is set to zero as well.
   *
   * @return how many there were
   */
  public int drainPermits() {
    int taken = PERMITS.getAndSet(this, 0);
    if (taken < 0) {
      wakeNext();
    }
    return taken;
  }

  /**
   * Takes permits away without waiting for them, so that their number may become negative.
   *
   * @param reduction how many
   * @throws IllegalArgumentException if reduction is negative
   * @throws Error if there would be fewer than {@link Integer#MIN_VALUE}; nothing is taken then
   */
  protected void reducePermits(int reduction) {
    int _ = notNegative(reduction);
    for (; ; ) {
      int p = permits;
      if (p - reduction > p) {
        throw new Error("Permit count underflow");
      }
      if (casPermits(p, p - reduction)) {
        return;
      }
    }
  }

  /**
   * Whether this semaphore is fair.
   *
   * @return true if it was so constructed
   */
  public boolean isFair() {
    return fair;
  }

  /**
   * Whether threads wait for permits; for monitoring, not for synchronization.
   *
   * @return true if there may be such threads
   */
  public final boolean hasQueuedThreads() {
    return getQueueLength() > 0;
  }

  /**
   * An estimate of the number of threads that wait for permits.
   *
   * @return the number, exact while it does not change
   */
  public final int getQueueLength() {
    LockQueue q = queue;
    return q == null ? 0 : q.size();
  }

  /**
   * The threads that wait for permits, as an estimate for monitoring.
   *
   * @return a new collection, in the order in which the threads will be served
   */
  protected Collection<Thread> getQueuedThreads() {
    LockQueue q = queue;
    return q == null ? List.of() : q.threads();
  }

  /**
   * Names the semaphore and how many permits there are.
   *
   * @return the identity and {@code [Permits = NUMBER]}
   */
  @Override
  public String toString() {
    return super.toString() + "[" + Subjects.label(this) + "Permits = " + permits + "]";
  }

  // ---- Acquiring

  private void acquireInterruptibly(int ask) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (!tryTakeInTurn(ask)) {
      boolean _ = AcquireQueue.isAcquired(await(ask, true, Deadlines.FOREVER));
    }
  }

  private boolean tryAcquireFor(int ask, long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (nanos <= 0) {
      return fair ? tryTakeInTurn(ask) : tryTake(ask);
    }
    return tryTakeInTurn(ask) || AcquireQueue.isAcquired(await(ask, true, Deadlines.after(nanos)));
  }

  /** Takes permits if there are enough and this thread is not to queue behind others. */
  private boolean tryTakeInTurn(int ask) {
    LockQueue q = queue;
    return (q == null || (fair ? q.isEmpty() : ((Barging) q).letsBarge())) && tryTake(ask);
  }

  private boolean tryTake(int ask) {
    for (int p; (p = permits) >= ask; ) {
      if (casPermits(p, p - ask)) {
        return true;
      }
    }
    return false;
  }

  private LockQueue queue() {
    LockQueue q = queue;
    return q != null ? q : WaitQueue.install(QUEUE, this, fair ? new InTurn() : new Barging());
  }

  private int await(int ask, boolean interruptible, long deadline) {
    LockQueue q = null;
    for (int round = 0; q == null; round++) {
      try {
        q = queue();
      } catch (OutOfMemoryError e) {
        int result = LockQueue.rest(round, interruptible, deadline);
        if (result != AcquireQueue.ACQUIRED || tryTake(ask)) {
          return result;
        }
      }
    }
    return q.acquire(this, ask, interruptible, deadline);
  }

  // ---- Releasing

  private void add(int released) {
    int p;
    do {
      p = permits;
      if ((long) p + released > maximum()) {
        refuse(p, released);
      }
    } while (!casPermits(p, p + released));
    wakeNext();
  }

  /** How many permits there can be. */
  int maximum() {
    return Integer.MAX_VALUE;
  }

  /** Throws, since as many permits as are to be released would be more than there can be. */
  void refuse(int present, int released) {
    throw new Error("Maximum permit count exceeded");
  }

  /**
   * Puts back what a waiter was granted and cannot use. If there are as many permits by now as
   * there can be, some have been released too often.
   */
  private void putBack(int ask) {
    int p;
    do {
      p = permits;
    } while (!casPermits(p, (int) Math.min((long) p + ask, maximum())));
  }

  /** Gives back what a waiter was granted and cannot use, for another. */
  private void giveBack(int ask) {
    putBack(ask);
    wakeNext();
  }

  /** Wakes a waiter if need be, after the number of permits has grown. */
  private void wakeNext() {
    LockQueue q = queue;
    if (q != null) {
      q.released();
    }
  }

  private boolean casPermits(int expected, int value) {
    return PERMITS.compareAndSet(this, expected, value);
  }

  /** Checks how many permits are asked for. */
  int possible(int permits) {
    return notNegative(permits);
  }

  private static int notNegative(int permits) {
    if (permits < 0) {
      throw new IllegalArgumentException("A negative number of permits: " + permits);
    }
    return permits;
  }

  /** The queues of semaphores, for threads that wait for several things at the same time. */
  private static final class Access extends QueueAccess {

    @Override
    protected @Nullable Alternative alternative(Object lock, int ask) {
      return lock instanceof Semaphore semaphore
          ? semaphore.new Permits(semaphore.possible(ask))
          : null;
    }
  }

  /** Permits as one of several things to wait for. */
  private final class Permits extends LockAlternative {
    private final int ask;

    Permits(int ask) {
      super(ask, Semaphore.this);
      this.ask = ask;
    }

    @Override
    protected boolean tryTake() {
      return tryTakeInTurn(ask);
    }

    @Override
    protected AcquireQueue queue() {
      return (AcquireQueue) Semaphore.this.queue();
    }
  }

  /** Connects the queue of a semaphore that is not fair with the permits. */
  private final class Barging extends PermitQueue {

    @Override
    protected int permits() {
      return permits;
    }

    @Override
    protected boolean tryAcquire(int ask) {
      return tryTake(ask);
    }

    @Override
    protected void giveBack(int ask) {
      Semaphore.this.giveBack(ask);
    }
  }

  /** Connects the queue of a fair semaphore with the permits. */
  private final class InTurn extends FairPermitQueue {

    @Override
    protected boolean isAvailable(int ask) {
      return permits >= ask;
    }

    @Override
    protected boolean tryGrant(int ask) {
      return tryTake(ask);
    }

    @Override
    protected void putBack(int ask) {
      Semaphore.this.putBack(ask);
    }

    @Override
    protected void giveBack(int ask) {
      Semaphore.this.giveBack(ask);
    }
  }
}
