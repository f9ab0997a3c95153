package io.pawl.channel;

import io.pawl.internal.memory.Closing;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.GateQueue;
import io.pawl.internal.queue.StackRoom;
import io.pawl.internal.queue.WaitQueue;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A channel for a single object, from one thread to another: sent once, received once.
 *
 * {@snippet :
 * OneShot<Answer> answer = new OneShot<>();
 * executor.execute(() -> {
 *   try (var sender = answer.sender()) {  // closed without sending if compute() throws
 *     sender.send(compute());
 *   }
 * });
 * Answer a = answer.receiver().receive();
 * }
 *
 * <p><b>Closing.</b> A sender that is closed before it has sent is an error for the receiver, whose
 * {@code receive} throws {@link ChannelClosedException}, be it waiting already or not. A receiver
 * that is closed before it has received is one for the sender. Closing afterwards does nothing. A
 * side that is merely forgotten is not noticed: use try-with-resources.
 *
 * <p><b>Objects to be closed.</b> An object that has been sent and that nobody will receive,
 * because the receiver is closed, is closed itself if it is {@link AutoCloseable}, by the thread
 * that closes the receiver. One that could not be sent, because an exception was thrown, still
 * belongs to the sender.
 *
 * <p><b>Mistakes.</b> Sending or receiving a second time throws {@link IllegalStateException}.
 *
 * <p><b>Reuse.</b> After {@link #reset()} the same one-shot, with the same sender and receiver, can
 * be used again. Sending and receiving allocate nothing in steady state.
 *
 * <p><b>Interruption and timeouts.</b> A wait to receive responds to interrupts, also while the
 * thread is blocked in the operating system. A thread that finds the object there receives it,
 * interrupted or not. Sending never waits.
 *
 * <p><b>Thread dumps.</b> A waiting receiver is shown as parking to wait for the one-shot.
 * <b>Virtual threads</b> that wait do not pin their carrier.
 *
 * <p><b>Memory consistency effects.</b> Actions before a send, or the closing of the sender,
 * <i>happen-before</i> those after the receive that returns the object, or reports the closing.
 *
 * <p><b>Cost.</b> A send and a receive are one atomic read-modify-write each, and a wake if the
 * receiver has gone to sleep. A platform thread spins for up to 30 microseconds before that, as
 * long as it pays off, unless there is one processor only.
 *
 * <p><b>Stack overflow.</b> A {@link StackOverflowError} while a waiting receiver is being woken
 * may leave it asleep. One before the closing of a receiver has begun leaves it open, and the
 * object where it is.
 *
 * @param <T> the type of the object
 * @see <a href="https://marabos.nl/atomics/building-channels.html">M. Bos, "Rust Atomics and
 *     Locks", chapter 5, "Building Our Own Channels"</a>
 */
public final class OneShot<T> {

  /*
   * State   null             nothing has happened
   *         an object        sent
   *         TAKEN            received
   *         SENDER_CLOSED    the sender was closed before it had sent
   *         RECEIVER_CLOSED  the receiver was closed before it had received
   *
   * Transitions, each one compare-and-set
   *
   *          send               receive, or close by the receiver
   *   null ---------> object ---------------------------------------> TAKEN
   *     | close                                                         |
   *     +-----------> SENDER_CLOSED, RECEIVER_CLOSED                    |
   *     ^                       |              reset                    |
   *     +-----------------------+---------------------------------------+
   *
   * Invariants
   *   I1  An object is taken by one compare-and-set, so it is received once or not at all.
   *   I2  What a closing receiver takes it closes, so each object is received, closed, or still there. The
   *       stack has room for the closing: it is looked for before.
   *   I3  The gate of the queue is open while the state is not null. It is closed by reset(), which may
   *       leave a thread asleep that wrongly waited in the last round: it then waits in the next one.
   *       Whoever sends or closes in that round finds it in the queue.
   *
   * Memory order
   *   state   volatile CAS; publishes the object
   *   queue   read after the state has been changed, see GateQueue
   */
  private static final Object TAKEN = new Object();
  private static final Object SENDER_CLOSED = new Object();
  private static final Object RECEIVER_CLOSED = new Object();

  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<OneShot, @Nullable Object> STATE =
      AtomicReferenceFieldUpdater.newUpdater(OneShot.class, Object.class, "state");

  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<OneShot, @Nullable GateQueue> QUEUE =
      AtomicReferenceFieldUpdater.newUpdater(OneShot.class, GateQueue.class, "queue");

  static {
    OneShotParts.initialize();
    GateQueue.initialize();
    Closing.initialize();
  }

  private volatile @Nullable Object state;
  private volatile @Nullable GateQueue queue;
  private final Sender<T> sender = new Sender<>(this);
  private final Receiver<T> receiver = new Receiver<>(this);

  /** Constructs a one-shot to which nothing has been sent. */
  public OneShot() {}

  /**
   * The side that sends.
   *
   * @return the same object each time
   */
  public Sender<T> sender() {
    return sender;
  }

  /**
   * The side that receives.
   *
   * @return the same object each time
   */
  public Receiver<T> receiver() {
    return receiver;
  }

  /**
   * Makes this one-shot as new, with neither side closed. To be called when both sides are through
   * with it, the closing included; its next use must happen after this.
   *
   * @throws IllegalStateException if an object has been sent and not been received
   */
  public void reset() {
    Object s = state;
    if (s == null) {
      return;
    }
    if (isObject(s) || !STATE.compareAndSet(this, s, null)) {
      throw new IllegalStateException("The object that was sent has not been received: " + this);
    }
  }

  /**
   * Tells the state.
   *
   * @return the identity and {@code Empty}, {@code Sent}, {@code Received}, {@code Sender closed}
   *     or {@code Receiver closed}
   */
  @Override
  public String toString() {
    Object s = state;
    String text =
        s == null
            ? "Empty"
            : s == TAKEN
                ? "Received"
                : s == SENDER_CLOSED
                    ? "Sender closed"
                    : s == RECEIVER_CLOSED ? "Receiver closed" : "Sent";
    return super.toString() + "[" + Subjects.label(this) + text + "]";
  }

  private static boolean isObject(Object s) {
    return s != TAKEN && s != SENDER_CLOSED && s != RECEIVER_CLOSED;
  }

  // ---- Sending

  /** Leaves the first state; false if another thread has. */
  private boolean complete(Object newState) {
    GateQueue q = queue;
    if (q != null && !q.isEmpty()) {
      StackRoom.forWake();
    }
    if (!STATE.compareAndSet(this, null, newState)) {
      return false;
    }
    q = queue;
    if (q != null) {
      q.opened();
    }
    return true;
  }

  private void send(T object) {
    if (!complete(Objects.requireNonNull(object, "object"))) {
      throw state == RECEIVER_CLOSED
          ? new ChannelClosedException("The receiver has been closed: " + this)
          : new IllegalStateException("The sender has sent or been closed already: " + this);
    }
  }

  // ---- Receiving

  @Nullable T take() {
    for (Object s; (s = state) != null; ) {
      if (s == SENDER_CLOSED) {
        throw new ChannelClosedException("The sender was closed before it had sent: " + this);
      }
      if (!isObject(s)) {
        throw new IllegalStateException(
            "The receiver has received or been closed already: " + this);
      }
      if (STATE.compareAndSet(this, s, TAKEN)) {
        return cast(s);
      }
    }
    return null;
  }

  private @Nullable T await(boolean interruptible, long deadline) throws InterruptedException {
    T object = take();
    while (object == null) {
      if (!AcquireQueue.isAcquired(queue().await(this, 0, interruptible, deadline))) {
        return take();
      }
      object = take();
    }
    return object;
  }

  GateQueue queue() {
    GateQueue q = queue;
    return q != null ? q : WaitQueue.install(QUEUE, this, new Arrival());
  }

  private void closeReceiver() {
    if (!complete(RECEIVER_CLOSED)) {
      Object s = state;
      if (s != null && isObject(s)) {
        if (s instanceof AutoCloseable) {
          StackRoom.forClose();
        }
        if (STATE.compareAndSet(this, s, TAKEN) && s instanceof AutoCloseable unreceived) {
          Closing.close(unreceived);
        }
      }
    }
  }

  /** What has been sent is a T. */
  @SuppressWarnings("unchecked")
  private T cast(Object object) {
    return (T) object;
  }

  /** Those who wait for the first state to be left. */
  private final class Arrival extends GateQueue {
    Arrival() {
      super(true);
    }

    @Override
    protected boolean isOpen(int key) {
      return state != null;
    }
  }

  /**
   * The side of a {@link OneShot} that sends.
   *
   * @param <T> the type of the object
   */
  public static final class Sender<T> implements AutoCloseable {

    final OneShot<T> channel;

    private Sender(OneShot<T> channel) {
      this.channel = channel;
    }

    /**
     * Sends an object. Does not wait.
     *
     * @param object the object
     * @throws ChannelClosedException if the receiver has been closed
     * @throws IllegalStateException if this side has sent already, or has been closed
     * @throws NullPointerException if the object is null
     */
    public void send(T object) {
      channel.send(object);
    }

    /** Lets the receiver know that nothing will be sent, unless something has been. */
    @Override
    public void close() {
      boolean _ = channel.complete(SENDER_CLOSED);
    }
  }

  /**
   * The side of a {@link OneShot} that receives.
   *
   * @param <T> the type of the object
   */
  public static final class Receiver<T> implements AutoCloseable {

    final OneShot<T> channel;

    private Receiver(OneShot<T> channel) {
      this.channel = channel;
    }

    /**
     * Receives the object, waiting until it is sent.
     *
     * @return the object
     * @throws InterruptedException if the current thread is interrupted, before or while it waits;
     *     its interrupted status is cleared
     * @throws ChannelClosedException if the sender was closed before it had sent
     * @throws IllegalStateException if the object has been received already, or this side closed
     */
    public T receive() throws InterruptedException {
      return Objects.requireNonNull(channel.await(true, Deadlines.FOREVER));
    }

    /**
     * Receives the object, waiting until it is sent, but no longer than the given time.
     *
     * @param time the longest time to wait; zero or less does not wait
     * @param unit the unit of time
     * @return the object
     * @throws InterruptedException if the current thread is interrupted, before or while it waits;
     *     its interrupted status is cleared
     * @throws TimeoutException if the time has elapsed
     * @throws ChannelClosedException if the sender was closed before it had sent
     * @throws IllegalStateException if the object has been received already, or this side closed
     * @throws NullPointerException if unit is null
     */
    public T receive(long time, TimeUnit unit) throws InterruptedException, TimeoutException {
      T object = channel.await(true, Deadlines.after(unit.toNanos(time)));
      if (object == null) {
        throw new TimeoutException();
      }
      return object;
    }

    /**
     * Receives the object if it has been sent.
     *
     * @return the object, or null
     * @throws ChannelClosedException if the sender was closed before it had sent
     * @throws IllegalStateException if the object has been received already, or this side closed
     */
    public @Nullable T tryReceive() {
      return channel.take();
    }

    /**
     * Whether an object is there, which {@link #receive()} would return at once. Does not wait, and
     * promises nothing if other threads receive too.
     *
     * @return false if nothing has been sent, the object has been received, or a side was closed
     *     before; a receive that would throw is no object
     */
    public boolean isReady() {
      Object s = channel.state;
      return s != null && isObject(s);
    }

    /**
     * Lets the sender know that nothing will be received; drops what has been sent, and closes it
     * if it is {@link AutoCloseable}. What that throws is thrown here, when this side has been
     * closed.
     *
     * @throws java.util.concurrent.CompletionException if the object throws a checked exception,
     *     which is the cause
     */
    @Override
    public void close() {
      channel.closeReceiver();
    }
  }
}
