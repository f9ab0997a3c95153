package io.pawl.internal.queue;

import io.pawl.internal.park.Parker;
import io.pawl.internal.park.ThreadTable;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The record of one thread in one wait: a node of a {@link WaitQueue} or of a condition's list.
 *
 * <p>Records belong to their thread, which takes one with {@link #take} for each wait and gives it
 * back with {@link #release}, so blocking allocates nothing once a platform thread has blocked
 * before; a virtual thread makes a new record each time. A record that others may still see is
 * abandoned instead of given back; the garbage collector frees it.
 */
public final class Waiter {

  /*
   * Status                                                      left by
   *   IDLE       in its thread's hands                          owner
   *   CONDITION  in a condition's list                          whoever compares-and-sets first
   *   SPINNING   in a HandOffQueue or FairQueue, and not        whoever compares-and-sets first
   *              asleep or called
   *   WAITING    in a wait queue, or on the way into it, or     whoever compares-and-sets first
   *              offered at an ExchangePoint                    whoever takes the offer
   *   NOTIFIED   taken out of the queue and woken               owner
   *   GRANTED    taken out, and the lock is held for it         owner
   *   CANCELLED  gave up; not yet known to be out of the list   owner
   *
   *            signal             wake
   *   CONDITION ----> WAITING ----------> NOTIFIED
   *       |             |  |  hand-off
   *       |             |  +------------> GRANTED
   *       +-------------+---------------> CANCELLED   timeout, interrupt
   *                     |
   *                     +--- its thread --> SPINNING, as WAITING, and back; in a FairQueue also
   *                          whoever has granted the lock to the one before it
   *
   * I1  Each departure from CONDITION, WAITING and SPINNING is one compare-and-set, so a waiter is woken, handed
   *     the lock or cancelled, never two of these.
   * I2  Whoever takes a waiter to NOTIFIED or GRANTED has unlinked it and read all of it before; its
   *     thread may use the record again at once.
   */
  public static final int IDLE = 0;
  public static final int CONDITION = 1;
  public static final int SPINNING = 2;
  public static final int WAITING = 3;
  public static final int NOTIFIED = 4;
  public static final int GRANTED = 5;
  public static final int CANCELLED = 6;

  /** Null for a virtual thread. */
  private final @Nullable Seat seat;

  private final Parker parker;
  private volatile int status;

  /**
   * Which gate of a {@link GateQueue} the thread waits for; what it is told by who unparks it in a
   * {@link ParkingTable}.
   */
  int key;

  /**
   * What the thread offers at an {@link ExchangePoint}, then what it gets; the object of its key in
   * a {@link ParkingTable}; the {@link WordQueue} in which it began to wait.
   */
  @Nullable Object item;

  /** The number of its key in a {@link ParkingTable}. */
  long place;

  /**
   * Where it waits in a {@link ParkingTable}, a {@link ParkingBucket}, or the {@link WordQueue} in
   * which it waits. The field does not say so, since the reflection in {@link Status} loads the
   * types of all fields: that fails if there is no memory for a class, and then this one cannot be
   * used any more.
   */
  volatile @Nullable Object bucket;

  /**
   * The neighbours in a list, guarded by that list's lock; next also links the inbox of a queue.
   */
  @Nullable Waiter next;

  @Nullable Waiter previous;

  /** Whether this record is in the list of its queue; guarded by that queue's lock. */
  boolean linked;

  /** Whether to be listed before all others. */
  boolean front;

  /** Whether the queue counts this waiter, and shows it. */
  volatile boolean announced;

  /**
   * What the thread asks of a queue: of a {@link LockQueue} exclusive, or how many permits; of a
   * {@link WordQueue} for which bits it waits.
   */
  int ask;

  /** Whether the thread has cancelled while a {@link WordQueue} moved it to another. */
  boolean inTransit;

  /** Whether somebody else may still come across this record. */
  boolean abandoned;

  /**
   * Whether the thread waits for other things besides. It is told when its turn comes, and tries by
   * itself; it is handed nothing, since it may have taken something else meanwhile.
   */
  private boolean oneOfSeveral;

  private Waiter(@Nullable Seat seat, Parker parker) {
    this.seat = seat;
    this.parker = parker;
  }

  /**
   * Takes a record for a wait of the current thread. If the stack is too short for the wait, it
   * overflows here, where nothing has been done yet.
   *
   * @return an idle record
   * @throws OutOfMemoryError if there is no memory; nothing has been done then
   */
  public static Waiter take() {
    FirstWait.prepare();
    StackRoom.forWait();
    return Thread.currentThread().isVirtual()
        ? new Waiter(null, Parker.createVirtual())
        : Seats.INSTANCE.ofCurrentThread().take();
  }

  /**
   * Makes a record for another wait at the same time as this one, by the same thread, whose parker
   * it shares. It is not given back.
   *
   * @return a new record
   */
  Waiter beside() {
    Waiter waiter = new Waiter(seat, parker);
    waiter.abandoned = true;
    waiter.oneOfSeveral = true;
    return waiter;
  }

  /** Initializes the classes in which this one keeps what is static, see {@link FirstWait}. */
  static void initialize() {
    Seats.initialize();
    Status.initialize();
  }

  /** Gives the record back to its thread, the current one, after the wait. */
  public void release() {
    if (!abandoned && seat != null) {
      status = IDLE;
      announced = false;
      seat.give(this);
    }
  }

  /**
   * The thread whose wait this is.
   *
   * @return the thread; null if it has ended and been collected
   */
  public @Nullable Thread thread() {
    return parker.thread();
  }

  Parker parker() {
    return parker;
  }

  boolean isOneOfSeveral() {
    return oneOfSeveral;
  }

  int status() {
    return status;
  }

  /** Whether nobody has taken this waiter out of the queue of a lock, nor has it given up. */
  boolean isWaiting() {
    int s = status;
    return s == WAITING || s == SPINNING;
  }

  void setStatus(int newStatus) {
    status = newStatus;
  }

  boolean casStatus(int expected, int newStatus) {
    return Status.FIELD.compareAndSet(this, expected, newStatus);
  }

  /** What is kept for a platform thread between its waits: its parker and its spare records. */
  private static final class Seat extends ThreadTable.Entry {
    private @Nullable Parker parker;
    private @Nullable Waiter spare;

    Seat(Thread thread, ReferenceQueue<Thread> queue) {
      super(thread, queue);
    }

    Waiter take() {
      Parker p = parker;
      if (p == null || !p.isCurrent()) {
        p = Parker.create(this);
        spare = null;
        parker = p;
      }
      Waiter waiter = spare;
      if (waiter == null) {
        return new Waiter(this, p);
      }
      spare = waiter.next;
      waiter.next = null;
      return waiter;
    }

    void give(Waiter waiter) {
      if (waiter.parker == parker) {
        waiter.previous = null;
        waiter.next = spare;
        spare = waiter;
      }
    }
  }

  /** A class of its own, since {@link Waiter} is initialized at a time that nobody chooses. */
  private static final class Status {
    static final AtomicIntegerFieldUpdater<Waiter> FIELD =
        AtomicIntegerFieldUpdater.newUpdater(Waiter.class, "status");

    private Status() {}

    static void initialize() {}
  }

  private static final class Seats extends ThreadTable<Seat> {

    static final Seats INSTANCE = new Seats();

    private Seats() {}

    static void initialize() {}

    @Override
    protected Seat create(Thread thread, ReferenceQueue<Thread> queue) {
      return new Seat(thread, queue);
    }
  }
}
