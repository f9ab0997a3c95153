package io.pawl.internal.queue;

import io.pawl.internal.fence.Fences;
import io.pawl.internal.park.Deadlines;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One bucket of a {@link ParkingTable}: the threads that wait for the keys that fall into it, and
 * the lock that guards them, of which this object is the queue.
 */
final class ParkingBucket extends AcquireQueue {

  /*
   * The lock is a barging one as any other (AcquireQueue): who finds it held spins for a bounded time,
   * then sleeps until it is released. It is freed by a release store and a light fence, and handed over
   * to who has waited too long.
   */
  private static final int FREE = 0;
  private static final int HELD = 1;

  private static final AtomicIntegerFieldUpdater<ParkingBucket> LOCK =
      AtomicIntegerFieldUpdater.newUpdater(ParkingBucket.class, "lock");

  /** The place in the table, which is the order in which two buckets are locked. */
  final int index;

  /** Who waits, for whatever key, in order; guarded by the lock. */
  final WaiterList parked = new WaiterList();

  private volatile int lock;

  ParkingBucket(int index) {
    this.index = index;
  }

  void lock() {
    if (!tryAcquire(EXCLUSIVE)) {
      int _ = acquireUnobserved(this, EXCLUSIVE, false, Deadlines.FOREVER);
    }
  }

  /** Locks the bucket for a thread that must not leave without, whatever fails meanwhile. */
  void lockAnyway() {
    for (int round = 0; ; round++) {
      try {
        lock();
        return;
      } catch (Throwable _) {
        Spin.restAnyway(round);
      }
    }
  }

  void unlock() {
    if (!isHandOffDue() || !handOff()) {
      LOCK.lazySet(this, FREE);
      Fences.light();
      released();
    }
  }

  /** The first thread that waits for a key, or null; with the lock held. */
  @Nullable Waiter first(@Nullable Object base, long offset) {
    return sameKey(parked.first(), base, offset);
  }

  /** The next thread that waits for the key of another, or null; with the lock held. */
  static @Nullable Waiter after(Waiter w) {
    return sameKey(w.next, w.item, w.place);
  }

  private static @Nullable Waiter sameKey(
      @Nullable Waiter from, @Nullable Object base, long offset) {
    Waiter w = from;
    while (w != null && (w.item != base || w.place != offset)) {
      w = w.next;
    }
    return w;
  }

  @Override
  protected boolean tryAcquire(int ask) {
    return lock == FREE && LOCK.compareAndSet(this, FREE, HELD);
  }

  @Override
  protected boolean isAvailable(int reason) {
    return lock == FREE;
  }

  @Override
  protected void giveBack(int ask) {
    unlock();
  }
}
