package io.pawl.memory;

import io.pawl.internal.queue.StackRoom;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/** How many handles and weak handles there are of a value that is closed with its last handle. */
final class ArcCounter {

  /*
   * State word
   *   bits 0-31    handles   0: the value is closed, or being closed
   *   bits 32-63   weaks
   *
   * Transitions
   *   retain       handles + 1 by CAS, unless there are none or MAX
   *   release      handles - 1 by CAS; who takes the last one closes the value
   *   addWeak      weaks + 1 by CAS, unless there are MAX
   *   retainWeak   weaks + 1 by CAS, unless there are none or MAX
   *   dropWeak     weaks - 1 by one add
   *
   * Invariants
   *   I1  A handle calls release once: it claims its own closing before.
   *   I2  Once there are no handles there never are any, since retain begins with one.
   *   I3  So exactly one release takes the last.
   *   I4  A release reads and writes nothing of the counter after its CAS: if it was not the last, another
   *       thread may by then have closed the value and all that came with it.
   *   I5  One handle and no weak, found in one read, means that whoever has that handle is alone: all other
   *       handles would be made from it. A weak one that is being closed makes none: to retain begins with one that
   *       is counted.
   *   I6  What overflows the stack does so before the CAS: no call follows it, and before that which takes the
   *       last handle there is room to close the value.
   *
   * Memory order
   *   Every transition is an atomic read-modify-write of one word with volatile effects. The releases form a
   *   chain, so what any owner did before its release happens-before the close. The read of isUnique is volatile
   *   and follows the releases of all former owners.
   */
  static final int MAX = Integer.MAX_VALUE;

  private static final long ONE_WEAK = 1L << 32;

  private static final AtomicLongFieldUpdater<ArcCounter> STATE =
      AtomicLongFieldUpdater.newUpdater(ArcCounter.class, "state");

  private volatile long state;

  /** Constructs a counter of so many handles and no weak ones. */
  ArcCounter(int handles) {
    STATE.lazySet(this, handles);
  }

  /**
   * Adds a handle.
   *
   * @return false if there are none left
   * @throws IllegalStateException if there are {@link #MAX}
   */
  boolean retain() {
    for (long s; ; ) {
      s = state;
      if (handles(s) == 0) {
        return false;
      }
      requireRoom(handles(s), "handles");
      if (STATE.compareAndSet(this, s, s + 1)) {
        return true;
      }
    }
  }

  /**
   * Takes a handle away.
   *
   * @return true if it was the last
   * @throws StackOverflowError if it has not been taken away
   */
  boolean release() {
    for (; ; ) {
      long s = state;
      boolean last = handles(s) == 1;
      if (last) {
        StackRoom.forClose();
      }
      if (STATE.compareAndSet(this, s, s - 1)) {
        return last;
      }
    }
  }

  /**
   * Adds a weak handle, the first or another.
   *
   * @throws IllegalStateException if there are {@link #MAX}
   */
  void addWeak() {
    boolean _ = addWeak(0);
  }

  /**
   * Adds a weak handle beside those that there are.
   *
   * @return false if there are none
   * @throws IllegalStateException if there are {@link #MAX}
   */
  boolean retainWeak() {
    return addWeak(1);
  }

  private boolean addWeak(int least) {
    for (long s; ; ) {
      s = state;
      if (weaks(s) < least) {
        return false;
      }
      requireRoom(weaks(s), "weak handles");
      if (STATE.compareAndSet(this, s, s + ONE_WEAK)) {
        return true;
      }
    }
  }

  /** Takes a weak handle away. */
  void dropWeak() {
    long _ = STATE.getAndAdd(this, -ONE_WEAK);
  }

  /** Whether there is one handle and no weak one. */
  boolean isUnique() {
    return state == 1;
  }

  /** How many handles there are. */
  int handles() {
    return handles(state);
  }

  private static int handles(long s) {
    return (int) s;
  }

  private static int weaks(long s) {
    return (int) (s >>> 32);
  }

  private static void requireRoom(int count, String what) {
    if (count == MAX) {
      throw new IllegalStateException("There are " + MAX + " " + what + " already");
    }
  }
}
