package io.pawl.channel;

import io.pawl.internal.memory.Closing;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.Condvar;
import io.pawl.locks.Mutex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A first-in first-out queue of objects between any number of senders and receivers, which can be
 * closed.
 *
 * {@snippet :
 * Channel<Line> lines = Channel.bounded(1_000);
 *
 * void produce() throws InterruptedException {
 *   try (lines) {                       // closes when all is sent
 *     for (Line line : input) {
 *       lines.send(line);               // waits while there are 1,000
 *     }
 *   }
 * }
 *
 * void consume() throws InterruptedException {
 *   for (Line line; (line = lines.receive()) != null; ) {
 *     handle(line);                     // until the channel is closed and empty
 *   }
 * }
 * }
 *
 * <p><b>Closing.</b> A closed channel takes no more objects: sends throw {@link
 * ChannelClosedException}, also those that wait for room. What has been sent before can still be
 * received; when nothing is left, receives return null, also those that wait. Closing twice does
 * nothing. {@link #cancel()}, for receivers that give up, closes the channel and drops what is in
 * it.
 *
 * <p><b>Objects to be closed.</b> What a cancellation drops is closed if it is {@link
 * AutoCloseable}. An object that could not be sent, because an exception was thrown or false
 * returned, still belongs to the sender; one that has been taken out, through a view too, belongs
 * to the one who took it. A channel that is merely forgotten closes nothing.
 *
 * <p><b>Order.</b> Objects are received in the order in which they were sent. Waiting threads,
 * platform and virtual alike, are served in the order in which they came, but a thread that arrives
 * meanwhile may be faster.
 *
 * <p><b>Interruption and timeouts.</b> All waits respond to interrupts, also while the thread is
 * blocked in the operating system; no object is lost or doubled by that. The methods without {@code
 * InterruptedException} wait only for each other's few steps.
 *
 * <p><b>Thread dumps.</b> A waiting thread is shown as parking to wait for a condition or the mutex
 * of the channel. <b>Virtual threads</b> that wait do not pin their carrier.
 *
 * <p><b>Memory consistency effects.</b> Actions before the send of an object <i>happen-before</i>
 * those after its receive, actions before closing those after the report that it is closed.
 *
 * <p><b>Cost.</b> A send or receive is one lock and unlock of a {@link Mutex}; sending to a channel
 * allocates nothing, but for the growing of an unbounded one, which keeps the room that it has once
 * needed.
 *
 * <p><b>Stack overflow.</b> An operation that throws {@link StackOverflowError} may have sent its
 * object, or taken one out and dropped it, and may leave the channel locked for good.
 *
 * @param <T> the type of the objects
 * @see <a href="https://doi.org/10.1145/355620.361161">C. A. R. Hoare, "Monitors: An Operating
 *     System Structuring Concept", with the bounded buffer as its example</a>
 */
public final class Channel<T> implements AutoCloseable {

  /*
   * Algorithm: a ring guarded by a mutex, with a condition for those who wait for an object and one for
   * those who wait for room.
   *
   *   items   [ . . a b c . . ]     head: index of the oldest, count: how many there are
   *               ^head
   *
   * The ring of a bounded channel grows up to its capacity, that of an unbounded one without end.
   *
   * Invariants, with the mutex free
   *   I1  0 <= count <= capacity, and items other than those between head and head + count are null.
   *   I2  Each object put in signals one receiver, each taken out one sender. A thread that has been
   *       signalled looks at the ring, even if it has been interrupted or its time has elapsed since
   *       (Condvar counts it as signalled), so no signal is lost, nor one of a wait that fails.
   *   I3  closed is written once; everybody who waits is signalled then, and waits no more.
   *   I4  Signals come before the change that they announce, which nobody can see until the mutex is free.
   *       So an error while signalling loses nothing, and wakes somebody in vain at worst.
   *   I5  A cancellation takes one object out at a time and closes it, so each is received, closed, or
   *       still there. The stack has room for the closing: it is looked for before. No object is put in
   *       after the ring was found empty, since closed was set before.
   */
  private static final int FIRST_LENGTH = 16;

  static {
    Closing.initialize();
  }

  final Mutex mutex = Subjects.part(new Mutex(), this);
  final Condvar notEmpty = Subjects.part(mutex.newCondition(), this);
  final Condvar notFull = Subjects.part(mutex.newCondition(), this);
  private final int capacity;

  // Guarded by mutex.
  private @Nullable Object[] items;
  private int head;
  private int count;
  private long taken;
  private boolean closed;

  private Channel(int capacity) {
    this.capacity = capacity;
    this.items = new @Nullable Object[Math.min(capacity, FIRST_LENGTH)];
  }

  /**
   * Makes a channel in which sends wait while it is full.
   *
   * @param capacity how many objects it can hold
   * @param <T> the type of the objects
   * @return a new, empty channel
   * @throws IllegalArgumentException if the capacity is less than 1
   */
  public static <T> Channel<T> bounded(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("The capacity is less than 1: " + capacity);
    }
    return new Channel<>(capacity);
  }

  /**
   * Makes a channel in which sends never wait for room.
   *
   * @param <T> the type of the objects
   * @return a new, empty channel
   */
  public static <T> Channel<T> unbounded() {
    return new Channel<>(Integer.MAX_VALUE);
  }

  // ---- Sending

  /**
   * Sends an object, waiting until there is room.
   *
   * @param object the object
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and the object has not been sent
   * @throws ChannelClosedException if the channel is closed, or becomes so while waiting
   * @throws NullPointerException if the object is null
   */
  public void send(T object) throws InterruptedException {
    Objects.requireNonNull(object, "object");
    mutex.lockInterruptibly();
    try {
      while (count == capacity && !closed) {
        notFull.await();
      }
      boolean _ = put(object);
    } finally {
      mutex.unlock();
    }
  }

  /**
   * Sends an object, waiting until there is room, but no longer than the given time.
   *
   * @param object the object
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed and the object has not been sent
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and the object has not been sent
   * @throws ChannelClosedException if the channel is closed, or becomes so while waiting
   * @throws NullPointerException if the object or unit is null
   */
  public boolean send(T object, long time, TimeUnit unit) throws InterruptedException {
    Objects.requireNonNull(object, "object");
    long deadline = Deadlines.after(unit.toNanos(time));
    mutex.lockInterruptibly();
    try {
      while (count == capacity && !closed) {
        if (notFull.awaitNanos(Deadlines.remaining(deadline)) <= 0) {
          break;
        }
      }
      return put(object);
    } finally {
      mutex.unlock();
    }
  }

  /**
   * Sends an object if there is room.
   *
   * @param object the object
   * @return false if the channel is full
   * @throws ChannelClosedException if the channel is closed
   * @throws NullPointerException if the object is null
   */
  public boolean trySend(T object) {
    Objects.requireNonNull(object, "object");
    mutex.lock();
    try {
      return put(object);
    } finally {
      mutex.unlock();
    }
  }

  /** Puts an object in unless there is no room, with the mutex held. */
  boolean put(T object) {
    if (closed) {
      throw new ChannelClosedException("The channel has been closed");
    }
    if (count == capacity) {
      return false;
    }
    if (count == items.length) {
      grow();
    }
    int index = wrap(head + count);
    notEmpty.signal();
    items[index] = object;
    count++;
    return true;
  }

  private void grow() {
    int length = items.length;
    long twice = Math.min(2L * length, Math.min(capacity, Integer.MAX_VALUE - 8));
    if (twice <= length) {
      throw new OutOfMemoryError("The channel holds as many objects as an array can");
    }
    @Nullable Object[] larger = new @Nullable Object[(int) twice];
    System.arraycopy(items, head, larger, 0, length - head);
    System.arraycopy(items, 0, larger, length - head, head);
    items = larger;
    head = 0;
  }

  // ---- Receiving

  /**
   * Receives the oldest object, waiting until there is one.
   *
   * @return the object, or null if the channel is closed and empty, or becomes so while waiting
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and nothing has been received
   */
  public @Nullable T receive() throws InterruptedException {
    mutex.lockInterruptibly();
    try {
      while (count == 0 && !closed) {
        notEmpty.await();
      }
      return poll();
    } finally {
      mutex.unlock();
    }
  }

  /**
   * Receives the oldest object, waiting until there is one, but no longer than the given time.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return the object, or null if the channel is closed and empty, or becomes so while waiting
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and nothing has been received
   * @throws TimeoutException if the time has elapsed
   * @throws NullPointerException if unit is null
   */
  public @Nullable T receive(long time, TimeUnit unit)
      throws InterruptedException, TimeoutException {
    long deadline = Deadlines.after(unit.toNanos(time));
    mutex.lockInterruptibly();
    try {
      while (count == 0 && !closed) {
        if (notEmpty.awaitNanos(Deadlines.remaining(deadline)) <= 0 && count == 0 && !closed) {
          throw new TimeoutException();
        }
      }
      return poll();
    } finally {
      mutex.unlock();
    }
  }

  /**
   * Receives the oldest object if there is one.
   *
   * @return the object, or null if the channel is empty, closed or not
   */
  public @Nullable T tryReceive() {
    mutex.lock();
    try {
      return poll();
    } finally {
      mutex.unlock();
    }
  }

  /** Takes the oldest object out, with the mutex held; null if there is none. */
  @Nullable T poll() {
    if (count == 0) {
      return null;
    }
    T object = item(0);
    int next = wrap(head + 1);
    notFull.signal();
    items[head] = null;
    head = next;
    count--;
    taken++;
    return object;
  }

  /** Whether a receive need not wait, with the mutex held: there is an object, or never will be. */
  boolean isReceivable() {
    return count > 0 || closed;
  }

  // ---- Closing and inspection

  /** Closes the channel: nothing more can be sent. Does not wait, nor drop what has been sent. */
  @Override
  public void close() {
    mutex.lock();
    try {
      notEmpty.signalAll();
      notFull.signalAll();
      closed = true;
    } finally {
      mutex.unlock();
    }
  }

  /**
   * Closes the channel and drops the objects that it holds; those that are {@link AutoCloseable}
   * are closed, in order, by the current thread. For those who will not receive any more. Does not
   * wait. Objects that other threads receive meanwhile are theirs.
   *
   * <p>An object that cannot be closed does not keep the others from it: what the first one threw
   * is thrown when all are dropped, with what others threw as suppressed.
   *
   * @throws java.util.concurrent.CompletionException if an object throws a checked exception, which
   *     is the cause
   */
  public void cancel() {
    close();
    Throwable thrown = null;
    for (boolean more = true; more; ) {
      boolean room = false;
      try {
        StackRoom.forClose();
        room = true;
        more = dropOne();
      } catch (RuntimeException | Error e) {
        more = room; // without it the rest is left for another attempt
        if (thrown == null) {
          thrown = e;
        } else if (thrown != e) {
          thrown.addSuppressed(e);
        }
      }
    }
    if (thrown instanceof Error e) {
      throw e;
    }
    if (thrown != null) {
      throw (RuntimeException) thrown;
    }
  }

  /** Takes out the oldest object and closes it; false if there is none. */
  private boolean dropOne() {
    T object = tryReceive();
    if (object instanceof AutoCloseable unreceived) {
      Closing.close(unreceived);
    }
    return object != null;
  }

  /**
   * Whether the channel has been closed. It may still hold objects.
   *
   * @return true if so
   */
  public boolean isClosed() {
    mutex.lock();
    try {
      return closed;
    } finally {
      mutex.unlock();
    }
  }

  /**
   * How many objects the channel holds.
   *
   * @return the number, at this moment
   */
  public int size() {
    mutex.lock();
    try {
      return count;
    } finally {
      mutex.unlock();
    }
  }

  /**
   * How many objects the channel can hold.
   *
   * @return the capacity; {@link Integer#MAX_VALUE} if it is unbounded
   */
  public int capacity() {
    return capacity;
  }

  /**
   * This channel as a {@link BlockingQueue}, for what asks for one, such as a {@link
   * java.util.concurrent.ThreadPoolExecutor}.
   *
   * <p>Both can be used at the same time. When the channel is closed, {@code offer} returns false
   * and {@code put} throws {@link ChannelClosedException}; when it is empty besides, {@code take}
   * throws it too, and {@code poll} returns null at once. So stop a thread pool before its channel
   * is closed. Iterators are snapshots; they never throw {@link
   * java.util.ConcurrentModificationException}.
   *
   * <p>The channel is locked while {@code drainTo} adds to a collection and while {@code remove}
   * compares objects. Neither may wait there for another thread: that thread may wait for this
   * channel, also where it is a {@link Select} that has taken a mutex and has yet to leave its
   * other cases.
   *
   * @return a view of this channel
   */
  public BlockingQueue<T> asBlockingQueue() {
    return new ChannelQueue<>(this);
  }

  /**
   * Tells how full the channel is, and whether it is closed.
   *
   * @return the identity, {@code closed} if so, and the number of objects
   */
  @Override
  public String toString() {
    return super.toString()
        + "["
        + Subjects.label(this)
        + (isClosed() ? "closed, " : "")
        + size()
        + " objects]";
  }

  // ---- What the view needs

  /**
   * What the channel held at some moment.
   *
   * @param objects the objects, oldest first
   * @param taken how many had been taken out of the front before
   */
  record Snapshot(List<Object> objects, long taken) {}

  /** What the channel holds. */
  Snapshot snapshot() {
    mutex.lock();
    try {
      List<Object> objects = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        objects.add(item(i));
      }
      return new Snapshot(objects, taken);
    } finally {
      mutex.unlock();
    }
  }

  /** The oldest object, which stays; null if there is none. */
  @Nullable T peek() {
    mutex.lock();
    try {
      return count == 0 ? null : item(0);
    } finally {
      mutex.unlock();
    }
  }

  /**
   * Moves the oldest objects to a collection; one that the collection does not take stays.
   *
   * @param target called with the mutex held
   * @param max how many objects at most
   * @return how many
   */
  int drainTo(Collection<? super T> target, int max) {
    mutex.lock();
    try {
      int most = Math.min(max, count);
      for (int drained = 0; drained < most; drained++) {
        boolean _ = target.add(item(0));
        T _ = poll();
      }
      return Math.max(most, 0);
    } finally {
      mutex.unlock();
    }
  }

  /** Takes out the first object that another is equal to. */
  boolean remove(@Nullable Object wanted) {
    mutex.lock();
    try {
      for (int i = 0; i < count; i++) {
        if (Objects.equals(wanted, item(i))) {
          removeAt(i);
          return true;
        }
      }
      return false;
    } finally {
      mutex.unlock();
    }
  }

  /**
   * Takes out an object unless somebody has.
   *
   * @param object the object
   * @param position its distance from the first object ever received, or a greater one if objects
   *     before it have been taken out of the middle since
   */
  @SuppressWarnings("ReferenceEquality") // this object, not one like it
  boolean removeAt(Object object, long position) {
    mutex.lock();
    try {
      for (int i = (int) Math.min(position - taken, count - 1); i >= 0; i--) {
        if (item(i) == object) {
          removeAt(i);
          return true;
        }
      }
      return false;
    } finally {
      mutex.unlock();
    }
  }

  private void removeAt(int index) {
    notFull.signal();
    for (int i = index; i < count - 1; i++) {
      items[wrap(head + i)] = items[wrap(head + i + 1)];
    }
    items[wrap(head + count - 1)] = null;
    count--;
  }

  private int wrap(int index) {
    int beyond = index - items.length;
    return beyond >= 0 ? beyond : index;
  }

  /** The object at a distance from the oldest; there is one. */
  @SuppressWarnings({"unchecked", "NullAway"})
  private T item(int distance) {
    return (T) items[wrap(head + distance)];
  }
}
