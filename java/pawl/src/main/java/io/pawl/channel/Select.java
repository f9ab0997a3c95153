package io.pawl.channel;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.pawl.Semaphore;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.Alternative;
import io.pawl.internal.queue.FirstOf;
import io.pawl.internal.queue.QueueAccess;
import io.pawl.locks.Mutex;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first of several things and takes exactly that one: an object of a {@link Channel}
 * or a {@link OneShot}, room in a channel for an object, a {@link Mutex}, permits of a {@link
 * Semaphore}.
 *
 * {@snippet :
 * Select select = new Select();
 * Select.Case<Line> line = select.receive(lines);          // a Channel<Line>
 * Select.Case<Config> config = select.receive(reload);     // a Channel<Config>
 * Select.Case<String> stop = select.receive(stopped.receiver());  // a OneShot<String>
 * for (;;) {
 *   Select.Case<?> taken = select.await(1, TimeUnit.MINUTES);
 *   if (taken == line) {
 *     Line next = line.result();
 *     if (next == null) {
 *       select.remove(line);                              // closed and empty
 *     } else {
 *       handle(next);
 *     }
 *   } else if (taken == config) {
 *     use(config.result());
 *   } else if (taken == stop) {
 *     return stop.result();
 *   } else {
 *     beat();                                             // nothing for a minute
 *   }
 * }
 * }
 *
 * <p>The cases are added first, then it is waited, as often as you like. {@link #await()} waits for
 * as long as it takes, {@link #await(long, TimeUnit)} for some time, and {@link #poll()} not at
 * all. They return the case that has been taken, whose {@link Case#result()} is what an operation
 * of that case alone would have returned, or throws what it would have thrown. Nothing is taken
 * from the others: no object, no permit, no lock, not even for a moment.
 *
 * <p><b>What is ready.</b> A case can be taken when the operation would not have to wait: also when
 * it would throw. A channel that is closed and empty is received from at once, with null as the
 * result, again and again until its case is removed. To send to a closed channel, and to receive
 * from a one-shot whose sender has been closed, is ready too, and the result throws {@link
 * ChannelClosedException}.
 *
 * <p><b>Cases that are used up.</b> A one-shot is received once and an object is sent once: such a
 * case is removed when it has been taken. The others stay.
 *
 * <p><b>Fairness.</b> Of the cases that are ready when a wait begins each is as likely to be taken
 * as any other, in whatever order they were added, so one that is always ready does not keep the
 * others waiting. A thread that has to wait stands in the queue of each thing at the same time, and
 * is woken in its turn. It is only told then, and tries by itself, since it may have taken
 * something else meanwhile; so where another thread comes in between, it waits on. A mutex is never
 * handed over to it, as one is to a thread that has waited for it alone and in vain too often: a
 * select may wait for a mutex or a semaphore for as long as others take it at the right moments,
 * but those behind it have their turns. In a semaphore one that asks for many permits holds up
 * those behind it, as any thread does. Locks that are only ever handed over, from one to the next
 * in turn, can't be tried by a thread that has been told: {@link io.pawl.locks.FairMutex} and fair
 * semaphores are no cases.
 *
 * <p><b>Threads.</b> A mutex that has been taken is held by the thread that waited; it unlocks it
 * as always, or closes the result. A select is to be used by one thread at a time; several threads
 * that wait for the same things have a select each.
 *
 * <p><b>Interruption and timeouts.</b> All waits respond to interrupts, also while the thread is
 * blocked in the operating system. A wait that ends by one, by its time or by an error has taken
 * nothing. What a thread finds when the wait begins it takes, whatever the time.
 *
 * <p><b>Thread dumps.</b> A waiting thread is shown as parking to wait for the select. Since it
 * waits for no lock in particular, {@code ThreadMXBean.findDeadlockedThreads()} does not find it.
 * Where the order of locks is watched ({@link io.pawl.observe.LockOrder}), a mutex that has been
 * taken counts as one that has been taken by {@code tryLock}. <b>Virtual threads</b> that wait do
 * not pin their carrier.
 *
 * <p><b>Memory consistency effects.</b> Those of the operation of the case that has been taken. The
 * cases that have not been taken have none.
 *
 * <p><b>Cost.</b> A wait that finds something costs as much as the attempts before it: one each of
 * {@code tryReceive}, {@code tryLock} and so on, and allocates nothing. One that has to sleep
 * allocates a record of 64 bytes for each case, and enters and leaves each queue, and does not spin
 * before. Those who release, send or unlock pay nothing for selects: they find a waiting thread, as
 * always.
 *
 * <p><b>Errors.</b> An {@link OutOfMemoryError} or {@link StackOverflowError} that a wait throws
 * leaves everything where it was, with the exceptions that {@link Channel} and {@link Mutex} tell
 * of.
 *
 * @see <a href="https://go.dev/ref/spec#Select_statements">The Go Programming Language
 *     Specification, "Select statements"</a>
 * @see <a href="https://doi.org/10.1145/113445.113470">J. H. Reppy, "CML: A Higher-order Concurrent
 *     Language", PLDI 1991</a>
 * @see <a
 *     href="https://docs.rs/crossbeam-channel/latest/crossbeam_channel/struct.Select.html">crossbeam,
 *     "Select"</a>
 */
public final class Select {

  /*
   * Contract and delegation: FirstOf has the algorithm, an Alternative for each case what is particular to
   * a lock, a gate or a condition.
   *
   *   cases   in the order in which they were added; those of FirstOf are in a random one
   *   last    the case that has been taken; null while a wait goes on
   */
  private final FirstOf first = new FirstOf();
  private final List<Case<?>> cases = new ArrayList<>();
  private @Nullable Case<?> last;

  /** Constructs a select without cases. */
  public Select() {}

  // ---- Cases

  /**
   * Adds a case that receives from a channel. Its result is the oldest object, or null if the
   * channel is closed and empty.
   *
   * @param channel the channel
   * @param <T> the type of the objects
   * @return the case
   * @throws NullPointerException if the channel is null
   */
  public <T> Case<@Nullable T> receive(Channel<T> channel) {
    return add(new Cases.Receive<>(Objects.requireNonNull(channel, "channel")), false);
  }

  /**
   * Adds a case that receives from a one-shot, and that is removed when it has. Its result is the
   * object, or it throws {@link ChannelClosedException} if the sender was closed before it had
   * sent, {@link IllegalStateException} if the object has been received already or the receiver
   * closed.
   *
   * @param receiver the side that receives
   * @param <T> the type of the object
   * @return the case
   * @throws NullPointerException if the receiver is null
   */
  public <T> Case<T> receive(OneShot.Receiver<T> receiver) {
    return add(new Cases.ReceiveOnce<>(receiver.channel), true);
  }

  /**
   * Adds a case that sends an object to a channel once there is room, and that is removed when it
   * has. Its result is the object, or it throws {@link ChannelClosedException} if the channel is
   * closed and the object has not been sent.
   *
   * @param channel the channel
   * @param object the object, which belongs to the sender until it has been sent
   * @param <T> the type of the object
   * @return the case
   * @throws NullPointerException if an argument is null
   */
  public <T> Case<T> send(Channel<? super T> channel, T object) {
    return add(
        new Cases.Send<>(
            Objects.requireNonNull(channel, "channel"), Objects.requireNonNull(object, "object")),
        true);
  }

  /**
   * Adds a case that acquires a mutex. Its result is the hold, whose closing releases the mutex.
   *
   * @param mutex the mutex
   * @return the case
   * @throws NullPointerException if the mutex is null
   */
  public Case<Mutex.Held> acquire(Mutex mutex) {
    Objects.requireNonNull(mutex, "mutex");
    return add(QueueAccess.alternativeOf(mutex, AcquireQueue.EXCLUSIVE), false);
  }

  /**
   * Adds a case that acquires a permit. Its result is the semaphore.
   *
   * @param semaphore the semaphore
   * @return the case
   * @throws IllegalArgumentException if the semaphore is fair
   * @throws NullPointerException if the semaphore is null
   */
  public Case<Semaphore> acquire(Semaphore semaphore) {
    return acquire(semaphore, 1);
  }

  /**
   * Adds a case that acquires permits, all at once. Its result is the semaphore.
   *
   * @param semaphore the semaphore
   * @param permits how many
   * @return the case
   * @throws IllegalArgumentException if permits is negative, or more than there can be, or if the
   *     semaphore is fair
   * @throws NullPointerException if the semaphore is null
   */
  public Case<Semaphore> acquire(Semaphore semaphore, int permits) {
    if (semaphore.isFair()) {
      throw new IllegalArgumentException(
          "The permits of a fair semaphore are granted in turn, not tried for: " + semaphore);
    }
    return add(QueueAccess.alternativeOf(semaphore, permits), false);
  }

  private <T extends @Nullable Object> Case<T> add(Alternative alternative, boolean once) {
    Case<T> added = new Case<>(this, alternative, once);
    cases.add(added);
    try {
      first.add(alternative);
    } catch (OutOfMemoryError e) {
      cases.removeLast();
      throw e;
    }
    return added;
  }

  /**
   * Removes a case, unless that has been done. What it has taken last can still be had.
   *
   * @param unwanted a case of this select
   * @return whether it was there
   * @throws NullPointerException if it is null
   */
  @CanIgnoreReturnValue
  public boolean remove(Case<?> unwanted) {
    Objects.requireNonNull(unwanted, "unwanted");
    boolean present = cases.remove(unwanted);
    if (present) {
      first.remove(unwanted.alternative);
    }
    return present;
  }

  /**
   * How many cases there are.
   *
   * @return the number
   */
  public int size() {
    return cases.size();
  }

  // ---- Waiting

  /**
   * Takes a case that is ready now.
   *
   * @return the case; null if none is ready, or there is none
   */
  public @Nullable Case<?> poll() {
    begin();
    return take(first.poll());
  }

  /**
   * Takes the first case that is ready, waiting until one is.
   *
   * @return the case
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and nothing has been taken
   * @throws IllegalStateException if there is no case
   * @throws IllegalMonitorStateException if the current thread holds a mutex that it is to acquire
   */
  public Case<?> await() throws InterruptedException {
    return Objects.requireNonNull(await(Deadlines.FOREVER));
  }

  /**
   * Takes the first case that is ready, waiting until one is, but no longer than the given time.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return the case; null if the time has elapsed, and nothing has been taken
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and nothing has been taken
   * @throws IllegalStateException if there is no case
   * @throws IllegalMonitorStateException if the current thread holds a mutex that it is to acquire
   * @throws NullPointerException if unit is null
   */
  public @Nullable Case<?> await(long time, TimeUnit unit) throws InterruptedException {
    return await(Deadlines.after(unit.toNanos(time)));
  }

  private @Nullable Case<?> await(long deadline) throws InterruptedException {
    if (cases.isEmpty()) {
      throw new IllegalStateException("There is no case to wait for");
    }
    begin();
    int taken = first.await(this, deadline);
    if (taken == FirstOf.INTERRUPTED) {
      throw new InterruptedException();
    }
    return take(taken);
  }

  private void begin() {
    if (last != null) {
      last.alternative.forget();
      last = null;
    }
  }

  private @Nullable Case<?> take(int index) {
    if (index < 0) {
      return null;
    }
    Alternative alternative = first.at(index);
    for (int i = 0; i < cases.size(); i++) {
      Case<?> taken = cases.get(i);
      if (taken.alternative == alternative) {
        last = taken;
        if (taken.once) {
          remove(taken);
        }
        return taken;
      }
    }
    throw new AssertionError("A case that there is not");
  }

  /**
   * Names the select.
   *
   * @return the identity, the name if there is one, and the number of cases
   */
  @Override
  public String toString() {
    return super.toString() + "[" + Subjects.label(this) + size() + " cases]";
  }

  /**
   * One of the things for which a {@link Select} waits.
   *
   * @param <T> the type of what is taken
   */
  public static final class Case<T extends @Nullable Object> {

    private final Select select;
    private final Alternative alternative;
    private final boolean once;

    private Case(Select select, Alternative alternative, boolean once) {
      this.select = select;
      this.alternative = alternative;
      this.once = once;
    }

    /**
     * What has been taken; can be asked for until the select waits again.
     *
     * @return what the method that has added this case says
     * @throws ChannelClosedException if this is a send to a closed channel, or a receive from a
     *     one-shot whose sender was closed before it had sent
     * @throws IllegalStateException if this case is not the one that has been taken last, or if it
     *     is of a one-shot from which nothing can be received any more
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // what the alternative of a T takes
    public T result() {
      if (select.last != this) {
        throw new IllegalStateException("This is not the case that has been taken last");
      }
      return (T) alternative.result();
    }
  }
}
