package io.pawl.rcu;

import io.pawl.CountDownLatch;
import io.pawl.internal.observe.PartOf;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.queue.StackRoom;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Read-copy-update: readers that never wait and hardly pay, and updaters that wait until nobody
 * reads what they have replaced.
 *
 * <p>Readers look at shared data in <i>read sections</i>. An updater publishes a new version and
 * retires the old one after a <i>grace period</i>: a time in which every read section that was open
 * when it began has ended. Sections that begin later see the new version, and nobody waits for
 * them. The garbage collector does as much for memory; this class is for what has to be closed,
 * returned to a pool, or reused in time: files, arenas, buffers, native handles.
 *
 * {@snippet :
 * private final Rcu rcu = new Rcu();
 * private volatile Table table = load();
 *
 * long lookUp(long key) {
 *   long section = rcu.enter();
 *   try {
 *     return table.get(key);
 *   } finally {
 *     rcu.exit(section);
 *   }
 * }
 *
 * void reload() { // by one thread at a time
 *   Table old = table;
 *   table = load();
 *   rcu.synchronize();
 *   old.close();
 * }
 * }
 *
 * <p>Where one value is replaced as a whole, {@link RcuCell} does all that. Each {@code Rcu} is a
 * domain of its own: updaters do not wait for sections of another one.
 *
 * <p><b>Read sections</b> may be nested, may be long, and may block. They belong to the thread that
 * has entered, which has to leave them. What has been read there from a field that updaters change
 * must not be used afterwards. A thread that ends inside of a section leaves it open for ever.
 *
 * <p><b>Grace periods.</b> Threads that wait at the same time share one, so many updaters wait no
 * longer than for two, and at times for one more where readers without a slot are inside, see
 * below. A grace period may end later than it could, never earlier. Waiting inside of a section of
 * the same domain would wait for itself: it throws {@link IllegalStateException} where the section
 * is in a slot of the thread, see below, and blocks for ever otherwise. Two threads that wait for
 * each other's sections, of two domains, block for ever too.
 *
 * <p><b>Interruption and timeouts.</b> {@link #synchronize()} ignores interrupts and preserves the
 * interrupted status; {@link #synchronize(long, TimeUnit)} and {@link #barrier()} respond to
 * interrupts. When a thread gives up whose grace period others share, one of them goes on with it;
 * where readers without a slot are inside it may begin another.
 *
 * <p><b>Stack overflow.</b> A {@link StackOverflowError} in {@link #enter} leaves the thread where
 * it was. One in {@link #exit} may leave the section open; or it ends it, but leaves an updater
 * asleep that waits for it, until another reader leaves or the updater gives up. One in {@link
 * #synchronize()} or {@link #defer} leaves the domain usable, and the action not deferred.
 *
 * <p><b>Thread dumps.</b> One of the threads that wait for a grace period is shown as parking to
 * wait for the {@code Rcu}, the others as waiting for a {@link io.pawl.locks.Mutex} that it holds.
 *
 * <p><b>Virtual threads</b> may do everything that others may. Inside of a section they may block,
 * and go on on another carrier.
 *
 * <p><b>Memory consistency effects.</b> For each section and each grace period one of two holds.
 * The actions in the section <i>happen-before</i> the return of the wait for the grace period, or
 * before the actions deferred for it; or the actions before that wait, or before the call of {@link
 * #defer}, <i>happen-before</i> those in the section. The data itself has to be published as
 * always, by a volatile write or a release.
 *
 * <p><b>Cost.</b> To enter and to leave a section are two plain stores, without a fence and without
 * an atomic operation, into a slot of the thread, where {@link io.pawl.Pawl#describe()} says that
 * fences are asymmetric; and two full fences otherwise. Virtual threads have no slot, nor has a
 * thread whose slot is another living thread's, nor a section that is nested more than 255 deep:
 * these are counted by two atomic operations on a word that all of them share. The first section of
 * a thread in a domain allocates a few bytes, those that follow do not. A grace period takes a look
 * at all slots and, where fences are asymmetric, a call of the operating system, or two if there
 * are readers to be waited for: some microseconds each. There are 4 to 8 slots for each processor,
 * but at least 32 and at most 256. Each takes 128 bytes, so that a domain takes 4 to 32 kilobytes.
 *
 * @see <a href="https://www.rdrop.com/users/paulmck/RCU/rclockpdcsproof.pdf">P. E. McKenney, J. D.
 *     Slingwine, "Read-Copy Update: Using Execution History to Solve Concurrency Problems" (1998)
 *     </a>
 * @see <a href="https://doi.org/10.1109/TPDS.2011.159">M. Desnoyers, P. E. McKenney, A. S. Stern,
 *     M. R. Dagenais, J. Walpole, "User-Level Implementations of Read-Copy Update" (2012)</a>
 * @see <a
 *     href="https://mirrors.edge.kernel.org/pub/linux/kernel/people/paulmck/perfbook/perfbook.html">
 *     P. E. McKenney, "Is Parallel Programming Hard, And, If So, What Can You Do About It?",
 *     section 9.5 and the free-running counter of appendix B</a>
 * @see <a href="https://docs.kernel.org/RCU/whatisRCU.html">"What is RCU?", on SRCU as well</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/membarrier.2.html">membarrier(2)</a>
 */
public final class Rcu extends GraceSync {

  private final Deferral deferral = new Deferral(this);

  /** Constructs a domain without readers. */
  public Rcu() {}

  /**
   * Begins a read section. Never waits.
   *
   * @return what {@link #exit} takes
   * @throws Error if 2<sup>31</sup>-1 sections are open beside those in slots
   */
  public long enter() {
    return join();
  }

  /**
   * Ends a read section; called once for each {@link #enter}, by the same thread. That is not
   * checked in all cases: a second call, or one by another thread, may end a section of somebody
   * else, who then reads what has been retired already.
   *
   * @param section what {@link #enter} has returned
   * @throws IllegalStateException if the current thread is not inside, where that can be told
   */
  public void exit(long section) {
    leave(section);
  }

  /**
   * Waits for a grace period: until all read sections have ended that are open now.
   *
   * @throws IllegalStateException if the current thread is in a read section of this {@code Rcu},
   *     and that can be told
   */
  public void synchronize() {
    await();
  }

  /**
   * Waits for a grace period until the time has elapsed, unless the current thread is interrupted,
   * before or while it waits.
   *
   * @param timeout the longest time to wait; with zero or less, succeeds only if there is nobody to
   *     wait for
   * @param unit the unit of time
   * @return false if the time has elapsed; then nothing is known of the sections
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared
   * @throws IllegalStateException if the current thread is in a read section of this {@code Rcu},
   *     and that can be told
   * @throws NullPointerException if unit is null
   */
  public boolean synchronize(long timeout, TimeUnit unit) throws InterruptedException {
    return await(unit.toNanos(timeout));
  }

  /**
   * Has an action run after a grace period. Never waits, and may be called inside of a read
   * section.
   *
   * <p>Actions run one after the other, in the order in which they were deferred, all those that
   * have come together after one grace period. They run on a virtual thread of this {@code Rcu},
   * which is started when there is something to do and ends when there is nothing left; like any
   * virtual thread it does not keep the virtual machine from ending. An action may do what it
   * likes, but those behind it wait for its end; it may defer others and wait for grace periods. An
   * exception goes to the uncaught exception handler of that thread, and the next action runs; an
   * interrupted status that an action leaves behind is cleared. While there is no memory for
   * waiting, the thread pauses and tries again. Should it not start, for want of memory, the
   * actions stay, and run together with the next one that is deferred.
   *
   * @param action what to run
   * @throws NullPointerException if action is null
   * @throws StackOverflowError if there is not enough room on the stack; then the action does not
   *     run
   * @throws OutOfMemoryError if there is not enough memory; the action does not run then, or, if it
   *     was the thread that could not be started, runs together with the next one that is deferred
   */
  public void defer(Runnable action) {
    Deferral.Task task = new Deferral.Task(Objects.requireNonNull(action, "action"));
    StackRoom.forWake(); // what throws has not deferred
    deferral.add(task);
  }

  /**
   * Has a task run after a grace period; by one that has looked for room on the stack, and needs
   * neither that nor memory any more.
   */
  void defer(Deferral.Task task) {
    deferral.add(task);
  }

  /**
   * Waits until all actions that have been deferred so far have run, unless the current thread is
   * interrupted, before or while it waits. What {@link #defer} throws is thrown here too.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared
   * @throws IllegalStateException if this is called by a deferred action, or if the current thread
   *     is in a read section of this {@code Rcu}, and that can be told
   */
  public void barrier() throws InterruptedException {
    requireOutside();
    if (deferral.isWorker()) {
      throw new IllegalStateException("A deferred action cannot wait for itself");
    }
    Reached reached = new Reached();
    defer(reached::countDown);
    reached.await();
  }

  /**
   * Names the domain.
   *
   * @return the identity, and the name in brackets if there is one
   */
  @Override
  public String toString() {
    return super.toString() + Subjects.suffix(this);
  }

  /** Opens when a deferred action runs. */
  private final class Reached extends CountDownLatch implements PartOf {
    Reached() {
      super(1);
    }

    @Override
    public Object subject() {
      return Rcu.this;
    }
  }
}
