package io.pawl.observe;

import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.OrderControl;
import java.util.Objects;

/**
 * A watch on the order in which threads take locks, which finds deadlocks that could happen before
 * one does: two threads that take the same two locks, each in its own order, are enough, at
 * whatever times they do.
 *
 * <p>It is for tests and for looking into a program, and off by default. The system property {@code
 * pawl.order} turns it on from the first lock to the end: {@code warn} logs each inversion once, as
 * a warning of the logger {@code io.pawl.observe}, with a {@link LockOrderException} that has all
 * the stacks; {@code throw} throws it in place of taking the lock, each time.
 *
 * {@snippet lang="shell" :
 * java -Dpawl.order=warn ...
 * }
 *
 * <p><b>Classes of locks.</b> The order is one of classes of locks. All locks of one name ({@link
 * Names}) are a class, and so are those without a name that have been made at one place in the
 * program, which reports call {@code ReentrantLock made at com.acme.Shop.<init>(Shop.java:7)}. A
 * lock that has been deserialized is watched if it has a name. Two locks of the same class, such as
 * those of two accounts, have an order between themselves: of the latest 512 pairs that have been
 * taken together, one that is taken the other way round is reported.
 *
 * <p><b>What counts.</b> A thread that waits for a lock without a timeout, while it holds others,
 * has these in order: first those it holds, then that one. A thread that tries, be it for some
 * time, does not, as it can give up; but what it gets so is held like any other. To lock again what
 * the thread holds already is no order. A lock that is given up for a wait for a condition counts
 * as held; and the wait, as it takes the lock again, takes it after all others that the thread
 * holds. So does an upgrade of an {@link io.pawl.locks.UpgradableReadLock}, which waits for
 * readers. Read locks count like write locks: readers may have to wait behind a waiting writer.
 *
 * <p><b>Which locks.</b> {@code Mutex}, {@code FairMutex}, {@code ReentrantLock}, {@code
 * ReentrantReadWriteLock}, {@code RwLock}, {@code StampedLock}, {@code SpinLock}, and all that are
 * made of these: {@code UpgradableReadLock}, {@code SeqLock} for its writers, {@code Guarded},
 * {@code RwGuarded}, {@code StripedLocks}, {@code KeyedLock}, whose keys are of one class, {@code
 * CyclicBarrier}, {@code Channel}. {@link io.pawl.locks.ByteLock} in fields, each field being a
 * class; those in arrays and segments are not, as nothing tells which of them belong together. What
 * has no holder is not watched: semaphores, latches, phasers, exchangers. Neither are the locks of
 * {@link io.pawl.shared} between processes, of which one process sees a part. If any lock of a
 * class that knows no owner (a {@code StampedLock}, a {@code ByteLock}, a read lock of an {@code
 * RwLock}) is released by a thread that has not taken it, nobody knows who holds such locks, and
 * that class is watched no more.
 *
 * <p>A lock of a {@code KeyedLock} goes with the last thread that uses its key. So two keys taken
 * now in one order and now in the other are found only while the uses of both overlap.
 *
 * <p><b>Cost.</b> When off, nothing: compilers take the test out. When on, each lock is looked up
 * and compared with those held, and the first of each order has the stack taken. The memory is
 * bounded: 2,048 classes, 8,192 pairs of them, each with the stack of the thread that was first,
 * and the places of 65,536 locks without a name at a time. What comes on top is not watched, which
 * is logged.
 *
 * @see <a href="https://docs.kernel.org/locking/lockdep-design.html">Runtime locking correctness
 *     validator, the Linux kernel's</a>
 */
public final class LockOrder {

  private LockOrder() {}

  /**
   * Whether the watch is on.
   *
   * @return true if the system property {@code pawl.order} says {@code warn} or {@code throw}
   */
  public static boolean isOn() {
    return Order.ON;
  }

  /**
   * Allows any order between locks of two classes, from now on. What has been seen of an order
   * between them is forgotten. Does nothing if the watch is off.
   *
   * @param a a lock of the one class
   * @param b a lock of the other class, or of the same
   * @throws NullPointerException if a or b is null
   */
  public static void allow(Object a, Object b) {
    Objects.requireNonNull(a, "a");
    Objects.requireNonNull(b, "b");
    if (Order.ON) {
      OrderControl.allow(a, b);
    }
  }

  /**
   * Allows any order between locks of two classes, as {@link #allow(Object, Object)}, by the names
   * of the classes.
   *
   * @param a the name of locks, or what a report has called the class
   * @param b the other name, or the same
   * @throws NullPointerException if a or b is null
   */
  public static void allow(String a, String b) {
    Objects.requireNonNull(a, "a");
    Objects.requireNonNull(b, "b");
    if (Order.ON) {
      OrderControl.allow(a, b);
    }
  }

  /**
   * How many inversions have been found so far.
   *
   * @return the number, in which each pair of classes counts once; 0 if the watch is off
   */
  public static long inversions() {
    return Order.ON ? OrderControl.inversions() : 0;
  }
}
