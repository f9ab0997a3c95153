package io.pawl.internal.observe;

import io.pawl.internal.observe.OrderReport.Observed;
import io.pawl.observe.LockOrderException;
import java.lang.ref.WeakReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The orders in which locks of the same class have been taken, lock by lock: a class tells nothing
 * of these. Only the latest are known, and only circles of two are found.
 */
final class OrderWithin {

  static final int SIZE = 512;

  static final OrderWithin CLASSES = new OrderWithin();

  private final @Nullable Taken[] latest = new @Nullable Taken[SIZE];
  private int next;

  /** Guarded by the table. */
  private static final class Taken {
    final WeakReference<Object> held;
    final WeakReference<Object> wanted;
    final Observed seen;
    final @Nullable Observed against;

    Taken(Object held, Object wanted, Observed seen, @Nullable Observed against) {
      this.held = new WeakReference<>(held);
      this.wanted = new WeakReference<>(wanted);
      this.seen = seen;
      this.against = against;
    }

    /** Whether it is of two locks; a holder of several has one of each label. */
    boolean is(Object first, Object second, String label) {
      return held.refersTo(first) && wanted.refersTo(second) && seen.wanted().equals(label);
    }
  }

  /** As {@link OrderGraph#take}, for two locks of one class. */
  @Nullable LockOrderException take(Object held, Object wanted, String label) {
    @Nullable Observed against = null;
    synchronized (this) {
      for (Taken taken : latest) {
        if (taken == null) {
          break;
        }
        if (taken.is(held, wanted, label)) {
          return Order.THROWS && taken.against != null
              ? OrderReport.inversion(label, label, List.of(taken.against))
              : null;
        }
        if (taken.is(wanted, held, label)) {
          against = taken.seen;
        }
      }
      latest[next] = new Taken(held, wanted, Observed.now(label, label), against);
      next = (next + 1) % SIZE;
    }
    if (against == null) {
      return null;
    }
    OrderReport.count();
    return OrderReport.inversion(label, label, List.of(against));
  }
}
