package io.pawl.locks;

import io.pawl.internal.observe.Order;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * A mutual exclusion lock that is two bits of a byte of the user's own, for locks by the million:
 * in each node of a tree, for each element of an array, in memory outside the heap. It is not
 * reentrant, and knows no owner.
 *
 * <p>An object of this class is no lock, but the way to lock bytes of one kind; there is one of it
 * in a static final field, from which the compiler takes the access to the byte:
 *
 * {@snippet :
 * final class Node {
 *   private static final ByteLock<Node> LOCK =
 *       ByteLock.ofField(
 *           Node.class, MethodHandles.lookup().findVarHandle(Node.class, "bits", byte.class));
 *
 *   private volatile byte bits; // the lower two belong to the lock
 *   private long count;
 *
 *   void increment() {
 *     LOCK.lock(this);
 *     try {
 *       count++;
 *     } finally {
 *       LOCK.unlock(this);
 *     }
 *   }
 * }
 * }
 *
 * <p><b>The byte.</b> {@link #MASK} are the bits of the lock, both 0 while it is free and nobody
 * waits; only this class may change them. The other six are the user's, with or without the lock
 * held: no operation changes them. As long as another thread may lock the byte, each change of the
 * user's bits has to be an atomic read-modify-write that leaves {@link #MASK} as it is, such as
 * {@code compareAndSet}, {@code getAndBitwiseOr} and {@code getAndBitwiseAnd} of a {@link
 * VarHandle}; in a segment, one of the aligned {@code int} around the byte. That goes for the
 * holder too: threads that come to wait set a bit while it holds the lock, and a store would erase
 * it, so that they are never woken. In a copy, as {@code clone} makes it, the bits of the lock have
 * to be cleared before it is used.
 *
 * <p><b>Fairness.</b> Waiting threads, platform and virtual alike, are woken in the order in which
 * they came; one that has been woken and found the lock taken waits before all others. A thread
 * that finds the lock free takes it even if others wait. A waiter does not starve: once it has been
 * woken a fixed number of times and found the lock taken, an unlock hands it over directly.
 *
 * <p><b>Interruption and timeouts.</b> {@link #lock(Object, long) lock} ignores interrupts and
 * preserves the interrupted status; {@link #lockInterruptibly(Object, long) lockInterruptibly} and
 * the {@code tryLock} with a time respond to interrupts.
 *
 * <p><b>Mistakes.</b> A holder that locks again waits for itself. Unlocking a free lock throws
 * {@link IllegalMonitorStateException}; unlocking one that another thread holds is not noticed.
 * Thread dumps show the holder of the byte as what a thread waits for, but no owner, and deadlocks
 * are not found.
 *
 * <p><b>Memory consistency effects.</b> Actions before an unlock <i>happen-before</i> those after a
 * subsequent successful lock of the same byte. Attempts that fail have no such effect.
 *
 * <p><b>Cost.</b> An uncontended lock and unlock are two atomic read-modify-writes, where those of
 * a {@link Mutex} are one: the byte is shared with others. A lock takes its two bits, and nothing
 * is allocated for it, ever. A thread that finds the lock held spins for a while and then waits in
 * a {@link ParkingLot} that all bytes share, without allocating if it is a platform thread that has
 * waited before; an unlock that has to wake somebody, or has had to just before, looks there. Locks
 * next to each other in memory slow each other down when they are used by several threads at once.
 *
 * <p><b>Errors.</b> A lock that throws does not hold the lock. An unlock that throws has not
 * released it.
 *
 * @param <T> what the bytes are in
 * @see ParkingLot
 * @see <a href="https://webkit.org/blog/6161/locking-in-webkit/">F. Pizlo, "Locking in WebKit"</a>
 * @see <a href="https://www.akkadia.org/drepper/futex.pdf">U. Drepper, "Futexes Are Tricky"</a>
 */
public sealed interface ByteLock<T> permits QueuedByteLock {

  /** The bit that is set while the lock is held. */
  byte LOCKED = 1;

  /** The bit that is set while threads may wait that an unlock has to look for. */
  byte PARKED = 2;

  /** The bits of the lock. */
  byte MASK = LOCKED | PARKED;

  /**
   * The locks in a field of objects. All that are made of handles of the same field lock the same.
   *
   * @param holder the class of the objects, which declares the field or inherits it
   * @param field the handle of a field of type byte that is neither static nor final, as {@link
   *     java.lang.invoke.MethodHandles.Lookup#findVarHandle findVarHandle} makes it for the class
   *     that declares the field, not for one that inherits it; and neither adapted to other
   *     coordinates nor of a hidden class, since such handles do not tell their field
   * @param <T> the class of the objects
   * @return the way to lock them; its index is always 0
   * @throws IllegalArgumentException if it is no such handle
   * @throws NullPointerException if holder or field is null
   */
  static <T> ByteLock<T> ofField(Class<T> holder, VarHandle field) {
    if (field.varType() != byte.class
        || field.coordinateTypes().size() != 1
        || !field.coordinateTypes().getFirst().isAssignableFrom(holder)
        || !field.isAccessModeSupported(VarHandle.AccessMode.COMPARE_AND_SET)) {
      throw new IllegalArgumentException(
          "Not the handle of a byte field of " + holder.getName() + ": " + field);
    }
    QueuedByteLock<T> lock = new QueuedByteLock<>(ByteAccess.OfField.of(field));
    if (Order.ON) {
      Ordered.made(lock, field);
    }
    return lock;
  }

  /**
   * The locks in the elements of arrays.
   *
   * @return the way to lock them; the index is that of the element
   */
  static ByteLock<byte[]> ofArray() {
    return QueuedByteLock.OF_ARRAY;
  }

  /**
   * The locks in bytes of native memory. The aligned four bytes around each have to be in the
   * segment; the other three are read, but not changed. The memory must not be freed while a thread
   * holds a lock in it or waits for one: who waits may do so forever, as at {@link
   * ParkingLot#at(MemorySegment, long) a spot of a lot}.
   *
   * <p>Beside what they say, the operations throw {@link IllegalArgumentException} if the segment
   * is read-only, or one of the heap; {@link IllegalStateException} if it has been closed; and
   * {@link WrongThreadException} if it belongs to another thread.
   *
   * @return the way to lock them; the index is the offset in the segment, whatever segment it is:
   *     the same byte is the same lock
   */
  static ByteLock<MemorySegment> ofSegment() {
    return QueuedByteLock.OF_SEGMENT;
  }

  /**
   * Locks a byte, waiting until it is free. An interrupt does not end the wait.
   *
   * @param holder what the byte is in
   * @param index where in it
   * @throws NullPointerException if holder is null
   * @throws IndexOutOfBoundsException if there is no such byte
   */
  void lock(T holder, long index);

  /**
   * Locks a byte unless the current thread is interrupted, before or while it waits.
   *
   * @param holder what the byte is in
   * @param index where in it
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and it does not hold the lock
   * @throws NullPointerException if holder is null
   * @throws IndexOutOfBoundsException if there is no such byte
   */
  void lockInterruptibly(T holder, long index) throws InterruptedException;

  /**
   * Locks a byte if it is free now.
   *
   * @param holder what the byte is in
   * @param index where in it
   * @return false if it is held, by the current thread or another
   * @throws NullPointerException if holder is null
   * @throws IndexOutOfBoundsException if there is no such byte
   */
  boolean tryLock(T holder, long index);

  /**
   * Locks a byte if it becomes free within the given time and the current thread is not
   * interrupted. If it is free now this method locks it whatever the time.
   *
   * @param holder what the byte is in
   * @param index where in it
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and it does not hold the lock
   * @throws NullPointerException if holder or unit is null
   * @throws IndexOutOfBoundsException if there is no such byte
   */
  boolean tryLock(T holder, long index, long time, TimeUnit unit) throws InterruptedException;

  /**
   * Unlocks a byte.
   *
   * @param holder what the byte is in
   * @param index where in it
   * @throws IllegalMonitorStateException if it is not locked
   * @throws NullPointerException if holder is null
   * @throws IndexOutOfBoundsException if there is no such byte
   */
  void unlock(T holder, long index);

  /**
   * Whether any thread holds a byte; for monitoring, not for synchronization.
   *
   * @param holder what the byte is in
   * @param index where in it
   * @return true if some thread does
   * @throws NullPointerException if holder is null
   * @throws IndexOutOfBoundsException if there is no such byte
   */
  boolean isLocked(T holder, long index);

  /**
   * How many threads wait for a byte; for monitoring, not for synchronization.
   *
   * @param holder what the byte is in
   * @param index where in it
   * @return the number, without those that spin or have been woken
   * @throws NullPointerException if holder is null
   * @throws IndexOutOfBoundsException if there is no such byte
   */
  int getQueueLength(T holder, long index);

  /**
   * Locks the first byte, as {@link #lock(Object, long)} does with index 0.
   *
   * @param holder what the byte is in
   */
  default void lock(T holder) {
    lock(holder, 0);
  }

  /**
   * Locks the first byte, as {@link #lockInterruptibly(Object, long)} does with index 0.
   *
   * @param holder what the byte is in
   * @throws InterruptedException if the current thread is interrupted
   */
  default void lockInterruptibly(T holder) throws InterruptedException {
    lockInterruptibly(holder, 0);
  }

  /**
   * Locks the first byte if it is free now, as {@link #tryLock(Object, long)} does with index 0.
   *
   * @param holder what the byte is in
   * @return false if it is held
   */
  default boolean tryLock(T holder) {
    return tryLock(holder, 0);
  }

  /**
   * Locks the first byte if it becomes free in time, as {@link #tryLock(Object, long, long,
   * TimeUnit)} does with index 0.
   *
   * @param holder what the byte is in
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted
   */
  default boolean tryLock(T holder, long time, TimeUnit unit) throws InterruptedException {
    return tryLock(holder, 0, time, unit);
  }

  /**
   * Unlocks the first byte, as {@link #unlock(Object, long)} does with index 0.
   *
   * @param holder what the byte is in
   * @throws IllegalMonitorStateException if it is not locked
   */
  default void unlock(T holder) {
    unlock(holder, 0);
  }

  /**
   * Whether any thread holds the first byte, as {@link #isLocked(Object, long)} with index 0.
   *
   * @param holder what the byte is in
   * @return true if some thread does
   */
  default boolean isLocked(T holder) {
    return isLocked(holder, 0);
  }
}
