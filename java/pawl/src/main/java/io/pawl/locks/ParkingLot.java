package io.pawl.locks;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.Observation;
import io.pawl.internal.queue.ParkingTable;
import io.pawl.observe.Wait;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where threads wait for anything: the queues of all locks, latches and so on whose state is a few
 * bits of the user's, and which have no queue of their own.
 *
 * <p>A {@link Spot} of the lot is where threads wait for one thing: an object, an element of an
 * array, a byte of memory. Spots are made when they are needed and are nothing to keep: those of
 * the same thing are the same spot, and what is kept for one is kept only as long as threads wait
 * there.
 *
 * {@snippet :
 * final class Gate {
 *   private static final ParkingLot LOT = new ParkingLot();
 *
 *   private volatile boolean open;
 *
 *   void pass() {
 *     while (!open) {
 *       int _ = LOT.at(this).park(() -> !open);
 *     }
 *   }
 *
 *   void open() {
 *     open = true;
 *     int _ = LOT.at(this).unparkAll();
 *   }
 * }
 * }
 *
 * <p><b>Waiting.</b> A thread parks if its {@link Validation} holds, which is looked at while
 * nobody can be unparked at this spot. So a thread that changes the state and then unparks somebody
 * never misses one that has seen the state as it was: no wake is lost, and the state needs no
 * stronger access than a plain one for that. A park ends when the thread is unparked, its time is
 * over or it is interrupted, and never for no reason.
 *
 * <p><b>Who waits is known.</b> An {@link Unparking} is told, while nobody can come or go, whether
 * somebody is unparked and whether others wait still. A lock with a bit for "somebody waits" can
 * clear it then.
 *
 * <p><b>Fairness.</b> First in, first out at each spot, platform and virtual threads alike.
 *
 * <p><b>Interruption and timeouts.</b> {@code park} does not respond to interrupts and preserves
 * the interrupted status; {@code parkInterruptibly} responds. A thread that has been unparked does
 * not report a timeout or an interrupt.
 *
 * <p><b>Functions</b> that are given to a lot are called with a part of it locked. They must be
 * short, must not wait, and must not use any lot, nor what is built on one, such as {@link
 * ByteLock}: that may wait for itself. {@link Validation#beforeSleep} alone is free to do so.
 *
 * <p><b>Memory consistency effects.</b> Actions before an unpark <i>happen-before</i> the return of
 * the park that it has ended, and before the validation of each later park at the same spot.
 *
 * <p><b>Cost.</b> A lot is a table of 256 references for each processor; a part of the table takes
 * some 150 bytes once it is used. Each operation locks one part, which is a few tens of nanoseconds
 * while nobody else is there, and looks through the threads that wait in it, whose spots share it
 * by chance. Parking allocates nothing for a platform thread that has parked before, beside the
 * spot and the function.
 *
 * @see <a href="https://webkit.org/blog/6161/locking-in-webkit/">F. Pizlo, "Locking in WebKit"</a>
 * @see <a href="https://docs.rs/parking_lot_core">A. d'Antras, parking_lot_core</a>
 */
public final class ParkingLot {

  /** What a park returns if its validation did not hold. */
  public static final int INVALID = ParkingTable.INVALID;

  /** What a park returns if its time is over. */
  public static final int TIMED_OUT = ParkingTable.TIMED_OUT;

  /** What a thread parks for. */
  @FunctionalInterface
  public interface Validation {

    /**
     * Whether to park. Called with a part of the lot locked. What it throws is passed on, and the
     * thread does not park.
     *
     * @return false if there is nothing to wait for
     */
    boolean validate();

    /**
     * Called when the thread is in the queue and can be unparked, with nothing locked: the place to
     * unlock what an unparker needs. Does nothing unless it is overridden. What it throws is passed
     * on; the thread has left the queue then. If it has been unparked before, the next one at the
     * spot is unparked in its place and returns the same token; if nobody else waits there, that
     * unpark and its token are lost.
     */
    default void beforeSleep() {}
  }

  /** What is done when somebody is unparked. */
  @FunctionalInterface
  public interface Unparking {

    /**
     * Called with a part of the lot locked.
     *
     * @param found whether a thread is unparked
     * @param more whether others wait at the spot
     * @return what the park of that thread returns, not negative
     */
    int token(boolean found, boolean more);
  }

  /** What {@link Spot#requeue} is to do. */
  public enum Requeue {
    /** Nothing: the state is not as expected. */
    NOTHING(ParkingTable.NO_PLAN),
    /** To unpark the first thread and to move nobody. */
    UNPARK_ONE(ParkingTable.plan(true, 0)),
    /** To unpark the first thread and to move all others. */
    UNPARK_ONE_MOVE_REST(ParkingTable.plan(true, Integer.MAX_VALUE)),
    /** To move the first thread. */
    MOVE_ONE(ParkingTable.plan(false, 1)),
    /** To move all threads. */
    MOVE_ALL(ParkingTable.plan(false, Integer.MAX_VALUE));

    private final int plan;

    Requeue(int plan) {
      this.plan = plan;
    }
  }

  private final ParkingTable table = new ParkingTable();

  /** Constructs a lot in which nobody waits. */
  public ParkingLot() {}

  /**
   * The spot of an object.
   *
   * @param key the object, told from others by its identity; the blocker that thread dumps show
   * @return its spot
   * @throws IllegalArgumentException if key is a {@link MemorySegment}, which has no identity
   * @throws NullPointerException if key is null
   */
  public Spot at(Object key) {
    return at(key, 0);
  }

  /**
   * The spot of a part of an object, such as an element of an array. That of number 0 is the spot
   * of the object as a whole.
   *
   * @param key the object, told from others by its identity; the blocker that thread dumps show
   * @param index the number of the part
   * @return its spot
   * @throws IllegalArgumentException if key is a {@link MemorySegment}, which has no identity: its
   *     type has to be known for {@link #at(MemorySegment, long)}
   * @throws NullPointerException if key is null
   */
  public Spot at(Object key, long index) {
    if (key instanceof MemorySegment) {
      throw new IllegalArgumentException(
          "A segment has no identity, use at(MemorySegment, long): " + key);
    }
    return new Spot(table, Objects.requireNonNull(key, "key"), index, key);
  }

  /**
   * The spot of a byte of memory, whatever segment it is seen through. A byte of a {@code byte[]}
   * is at the spot of the element of that array. The memory is not accessed.
   *
   * <p>A spot of native memory is told by its address alone. If the memory is freed while threads
   * wait there, they go on waiting; and if the address is then in use for something else, who waits
   * there is at the same spot, and either may be unparked for the other. So memory is to be freed
   * when nobody waits for it any more.
   *
   * @param memory a segment with the byte in it; the blocker that thread dumps show
   * @param offset where in the segment
   * @return its spot
   * @throws IllegalArgumentException if the segment is one of the heap and read-only, so that it
   *     does not tell its array, or of an array that is no {@code byte[]}
   * @throws NullPointerException if memory is null
   */
  public Spot at(MemorySegment memory, long offset) {
    return new Spot(table, arrayOf(memory), memory.address() + offset, memory);
  }

  /** The array that a segment of the heap is a view of, or null. */
  static @Nullable Object arrayOf(MemorySegment memory) {
    if (memory.isNative()) {
      return null;
    }
    Object base = memory.heapBase().orElse(null);
    if (!(base instanceof byte[])) {
      throw new IllegalArgumentException(
          "A segment of the heap that is read-only or of no byte[]: " + memory);
    }
    return base;
  }

  /** Where threads wait for one thing. */
  public static final class Spot {
    private static final ParkingTable.Condition PARKING =
        new ParkingTable.Condition() {
          @Override
          public boolean holds(Object target, long index) {
            return ((Validation) target).validate();
          }

          @Override
          public void beforeSleep(Object target, long index) {
            ((Validation) target).beforeSleep();
          }
        };

    private static final ParkingTable.Unparking UNPARKING =
        (target, _, ask, more) -> {
          int token = ((Unparking) target).token(ask != ParkingTable.NOBODY, more);
          if (token < 0) {
            throw new IllegalArgumentException("A negative token: " + token);
          }
          return token;
        };

    private static final Unparking PLAIN = (_, _) -> 0;

    private final ParkingTable table;
    private final @Nullable Object base;
    private final long offset;
    private final Object blocker;

    private Spot(ParkingTable table, @Nullable Object base, long offset, Object blocker) {
      this.table = table;
      this.base = base;
      this.offset = offset;
      this.blocker = blocker;
    }

    /**
     * Parks the current thread until it is unparked. An interrupt does not end the wait.
     *
     * @param validation whether to park
     * @return what the unparker tells, 0 if nothing, or {@link #INVALID}
     */
    public int park(Validation validation) {
      return park(validation, false, Deadlines.FOREVER);
    }

    /**
     * Parks the current thread until it is unparked, at most for the given time. An interrupt does
     * not end the wait.
     *
     * @param validation whether to park
     * @param time the longest time to wait; zero or less does not wait
     * @param unit the unit of time
     * @return what the unparker tells, 0 if nothing, or {@link #INVALID} or {@link #TIMED_OUT}
     * @throws NullPointerException if unit is null
     */
    public int park(Validation validation, long time, TimeUnit unit) {
      return park(validation, false, Deadlines.after(unit.toNanos(time)));
    }

    /**
     * Parks the current thread until it is unparked or interrupted.
     *
     * @param validation whether to park; looked at, and {@link Validation#beforeSleep} called, even
     *     if the thread has been interrupted
     * @return what the unparker tells, 0 if nothing, or {@link #INVALID}
     * @throws InterruptedException if the current thread is interrupted, before or while it is
     *     parked; the interrupted status is cleared
     */
    public int parkInterruptibly(Validation validation) throws InterruptedException {
      return checked(park(validation, true, Deadlines.FOREVER));
    }

    /**
     * Parks the current thread until it is unparked or interrupted, at most for the given time.
     *
     * @param validation as for {@link #parkInterruptibly(Validation)}
     * @param time the longest time to wait; zero or less does not wait
     * @param unit the unit of time
     * @return what the unparker tells, 0 if nothing, or {@link #INVALID} or {@link #TIMED_OUT}
     * @throws InterruptedException if the current thread is interrupted, before or while it is
     *     parked; the interrupted status is cleared
     * @throws NullPointerException if unit is null
     */
    public int parkInterruptibly(Validation validation, long time, TimeUnit unit)
        throws InterruptedException {
      return checked(park(validation, true, Deadlines.after(unit.toNanos(time))));
    }

    private int park(Validation validation, boolean interruptible, long deadline) {
      Objects.requireNonNull(validation, "validation");
      return Observers.arePresent()
          ? parkObserved(validation, interruptible, deadline)
          : parkUnobserved(validation, interruptible, deadline);
    }

    private int parkObserved(Validation validation, boolean interruptible, long deadline) {
      WaitRecord wait = Observation.began(blocker, Wait.Mode.PARK);
      int result = Observers.FAILED;
      try {
        int told = parkUnobserved(validation, interruptible, deadline);
        result = ParkingTable.asAcquired(told);
        return told;
      } finally {
        Observers.ended(wait, result);
      }
    }

    private int parkUnobserved(Validation validation, boolean interruptible, long deadline) {
      return table.park(
          base, offset, PARKING, validation, 0, 0, false, blocker, interruptible, deadline);
    }

    private static int checked(int result) throws InterruptedException {
      if (result == ParkingTable.INTERRUPTED) {
        throw new InterruptedException();
      }
      return result;
    }

    /**
     * Unparks the thread that has waited here longest.
     *
     * @return false if nobody waits
     */
    public boolean unparkOne() {
      return unparkOne(PLAIN);
    }

    /**
     * Unparks the thread that has waited here longest, and changes the state accordingly.
     *
     * @param unparking what is done, also if nobody waits; if it throws, that is passed on, and the
     *     thread is unparked with token 0
     * @return false if nobody waits
     * @throws IllegalArgumentException if the token is negative; the thread is unparked with 0
     */
    public boolean unparkOne(Unparking unparking) {
      Objects.requireNonNull(unparking, "unparking");
      return table.unparkOne(base, offset, UNPARKING, unparking, 0);
    }

    /**
     * Unparks all threads that wait here, one after the other. Threads that come meanwhile may be
     * unparked in the place of others that give up.
     *
     * @return how many
     */
    public int unparkAll() {
      return table.unparkAll(base, offset);
    }

    /**
     * Unparks a thread that waits here, or moves threads to another spot, or both, as one step.
     * Those that are moved wait there behind all others, as if they had parked there; their
     * timeouts and interrupts remain in force.
     *
     * @param target the other spot
     * @param plan tells what to do; called with parts of the lot locked, so that nobody comes or
     *     goes at either spot, and also if nobody waits; what it throws is passed on, and nothing
     *     is done then
     * @return how many threads were unparked or moved
     * @throws IllegalArgumentException if the target is this spot, or one of another lot
     */
    public int requeue(Spot target, Supplier<Requeue> plan) {
      Objects.requireNonNull(plan, "plan");
      if (target.table != table || (target.base == base && target.offset == offset)) {
        throw new IllegalArgumentException("Not another spot of the same lot");
      }
      return table.requeue(base, offset, target.base, target.offset, () -> plan.get().plan);
    }

    /**
     * How many threads wait here; for monitoring, not for synchronization.
     *
     * @return the number
     */
    public int getQueueLength() {
      return table.count(base, offset);
    }
  }
}
