package io.pawl.internal.observe;

import io.pawl.observe.LockOrderException;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The locks that the current thread holds, and what is made of it when it takes another.
 *
 * <p>To be used only where {@link Order#ON} says so. The methods allocate, and look into classes of
 * locks; what they find out is thrown before a lock is taken, or logged. Nothing else is thrown: a
 * thread that has no memory or stack for it, or whose loggers fail, goes on without.
 */
public final class HeldLocks {

  /*
   * Algorithm: a table for each thread, of two kinds of holds.
   *
   *   asked     of a lock that knows its owner. It is noted before the attempt, whether or not that will
   *             succeed, and dropped when the thread takes another lock and the owner is not the thread. So
   *             releases, conditions and attempts that fail have nothing to tell.
   *   counted   of locks that know no owner. It is noted before the attempt and taken back if that fails;
   *             releases tell. One of a thread that has no such hold makes the class unwatched (OrderGraph, I3), unless
   *             the thread has failed to note a hold.
   *
   * What is held is an object, whatever it is called meanwhile, or a field of an object (a ByteLock), which
   * only the label tells from the other fields.
   *
   *   table         { refs, labels, counts, inside, missed }
   *   refs[1..n]    weak references to the locks
   *   labels[1..n]  their classes (LockClasses)
   *   counts[1..n]  0 for an asked hold, else how often it is held; counts[0] is n
   *   inside        not null while the thread is in here: loggers have locks as well
   *   missed        not null once a hold could not be noted
   *
   * What a thread does inside a listener is not noted: that may be called between the note of a lock and the
   * attempt, and while the lock of a condition is not held.
   *
   * A table and all in it are of the JDK's classes, so a thread that lives on does not keep a class loader
   * from which Pawl was loaded.
   */

  private static final int REFS = 0;
  private static final int LABELS = 1;
  private static final int COUNTS = 2;
  private static final int INSIDE = 3;
  private static final int MISSED = 4;
  private static final int SMALL = 5;

  private static final WeakReference<Object> GONE = new WeakReference<>(null);

  private static final ThreadLocal<@Nullable Object[]> TABLE =
      ThreadLocal.withInitial(HeldLocks::newTable);

  /** Whether a lock that knows its owner is held by the current thread. */
  private static volatile Predicate<Object> owned = _ -> false;

  private HeldLocks() {}

  private static @Nullable Object[] newTable() {
    return new @Nullable Object[] {
      new WeakReference<?>[SMALL], new String[SMALL], new int[SMALL], null, null
    };
  }

  /**
   * Says how locks are asked for their owner.
   *
   * @param isOwned whether the current thread holds a lock
   */
  public static void askBy(Predicate<Object> isOwned) {
    owned = isOwned;
  }

  /**
   * Notes that the current thread takes a lock that knows its owner.
   *
   * @param lock the lock
   * @param waits whether it waits for as long as it takes; only then the order matters
   * @throws LockOrderException if that is against the order and such is to be thrown
   */
  public static void takes(Object lock, boolean waits) {
    enter(lock, LockClasses.of(lock), waits, false, false);
  }

  /**
   * Notes that the current thread takes a lock that knows no owner.
   *
   * @param lock the lock
   * @param label its class, or null if it is not watched
   * @param waits as for {@link #takes}
   * @throws LockOrderException as {@link #takes}
   */
  public static void counts(Object lock, @Nullable String label, boolean waits) {
    enter(lock, label, waits, true, false);
  }

  /**
   * Notes that the current thread, which holds a lock, waits until others have let it go, as when
   * it waits for a condition.
   *
   * @param lock the lock
   * @throws LockOrderException as {@link #takes}
   */
  public static void waitsAgain(Object lock) {
    enter(lock, LockClasses.of(lock), true, false, true);
  }

  private static void enter(
      Object lock, @Nullable String label, boolean waits, boolean counted, boolean again) {
    if (label == null) {
      return;
    }
    @Nullable Object @Nullable [] table = null;
    try {
      if (Inside.isMarked()) {
        return;
      }
      table = TABLE.get();
      if (table[INSIDE] == null) {
        table[INSIDE] = true;
        try {
          note(table, lock, label, waits, counted, again);
        } finally {
          table[INSIDE] = null;
        }
      }
    } catch (LockOrderException e) {
      throw e;
    } catch (Throwable _) {
      if (table != null) {
        table[MISSED] = true;
      }
    }
  }

  private static void note(
      @Nullable Object[] table,
      Object lock,
      String label,
      boolean waits,
      boolean counted,
      boolean again) {
    dropReleased(table);
    int same = find(table, lock, label, counted);
    if (same == 0 || again) {
      if (waits) {
        compare(table, lock, label, counted);
      }
      if (!again) {
        add(table, lock, label, counted ? 1 : 0);
      }
    } else if (counted) {
      if (counts(table)[same] == 0) {
        add(table, lock, label, 1);
      } else {
        counts(table)[same]++;
      }
    }
  }

  /** Compares the order in which the thread takes a lock, after those it holds, with others. */
  private static void compare(
      @Nullable Object[] table, Object lock, String label, boolean counted) {
    for (int i = 1; i <= size(table); i++) {
      Object held = refs(table)[i].get();
      String heldLabel = labels(table)[i];
      if (held == null || isSame(table, i, lock, label, counted)) {
        continue;
      }
      LockOrderException inversion =
          !heldLabel.equals(label)
              ? OrderGraph.ORDERS.take(heldLabel, label)
              : OrderGraph.ORDERS.isAllowed(label, label)
                  ? null
                  : OrderWithin.CLASSES.take(held, lock, label);
      if (inversion != null) {
        if (Order.THROWS) {
          throw inversion;
        }
        OrderReport.warn(Objects.requireNonNull(inversion.getMessage()), inversion);
      }
    }
  }

  /**
   * Takes back what {@link #counts} has noted: the attempt has failed.
   *
   * @param lock the lock
   * @param label its class
   */
  public static void withdraws(Object lock, @Nullable String label) {
    boolean _ = tookBack(lock, label);
  }

  /**
   * Notes that the current thread releases a lock that knows no owner.
   *
   * @param lock the lock
   * @param label its class
   */
  public static void releases(Object lock, @Nullable String label) {
    if (label != null && !tookBack(lock, label)) {
      try {
        if (TABLE.get()[MISSED] == null) {
          OrderGraph.ORDERS.passOn(label);
        }
      } catch (Throwable _) {
        // It is found out by the next one.
      }
    }
  }

  private static boolean tookBack(Object lock, @Nullable String label) {
    try {
      @Nullable Object[] table = TABLE.get();
      if (label == null || table[INSIDE] != null || Inside.isMarked()) {
        return true;
      }
      int i = counted(table, lock, label);
      if (i > 0) {
        if (--counts(table)[i] == 0) {
          remove(table, i);
        }
        return true;
      }
      return false;
    } catch (Throwable _) {
      return true;
    }
  }

  // ---- The table

  /** Drops asked holds that are none any more. */
  private static void dropReleased(@Nullable Object[] table) {
    for (int i = size(table); i > 0; i--) {
      Object held = refs(table)[i].get();
      if (held == null || (counts(table)[i] == 0 && !owned.test(held))) {
        remove(table, i);
      }
    }
  }

  /** A counted hold of a lock, best of that class: it may have got another name meanwhile. */
  private static int counted(@Nullable Object[] table, Object lock, String label) {
    int found = 0;
    for (int i = size(table); i > 0; i--) {
      if (counts(table)[i] > 0 && refs(table)[i].refersTo(lock)) {
        if (labels(table)[i].equals(label)) {
          return i;
        }
        if (!isField(lock, label)) {
          found = i;
        }
      }
    }
    return found;
  }

  private static int find(@Nullable Object[] table, Object lock, String label, boolean counted) {
    int i = size(table);
    while (i > 0 && !isSame(table, i, lock, label, counted)) {
      i--;
    }
    return i;
  }

  /** Whether a hold is of a lock, which may have got another name meanwhile. */
  private static boolean isSame(
      @Nullable Object[] table, int i, Object lock, String label, boolean counted) {
    return refs(table)[i].refersTo(lock)
        && (labels(table)[i].equals(label)
            || (counted == (counts(table)[i] > 0) && !isField(lock, label)));
  }

  /** Whether a lock is a field of an object, which is not called so itself. */
  private static boolean isField(Object holder, String label) {
    return !label.equals(LockClasses.of(holder));
  }

  private static void add(@Nullable Object[] table, Object lock, String label, int count) {
    WeakReference<Object> reference = new WeakReference<>(lock);
    int last = size(table) + 1;
    if (last == counts(table).length) {
      WeakReference<Object>[] refs = Arrays.copyOf(refs(table), 2 * last);
      String[] labels = Arrays.copyOf(labels(table), 2 * last);
      int[] counts = Arrays.copyOf(counts(table), 2 * last);
      table[REFS] = refs;
      table[LABELS] = labels;
      table[COUNTS] = counts;
    }
    refs(table)[last] = reference;
    labels(table)[last] = label;
    counts(table)[last] = count;
    counts(table)[0] = last;
  }

  private static void remove(@Nullable Object[] table, int i) {
    int last = size(table);
    refs(table)[i] = refs(table)[last];
    labels(table)[i] = labels(table)[last];
    counts(table)[i] = counts(table)[last];
    refs(table)[last] = GONE;
    counts(table)[0] = last - 1;
  }

  private static int size(@Nullable Object[] table) {
    return counts(table)[0];
  }

  @SuppressWarnings("unchecked") // what add has put in
  private static WeakReference<Object>[] refs(@Nullable Object[] table) {
    return (WeakReference<Object>[]) Objects.requireNonNull(table[REFS]);
  }

  private static String[] labels(@Nullable Object[] table) {
    return (String[]) Objects.requireNonNull(table[LABELS]);
  }

  private static int[] counts(@Nullable Object[] table) {
    return (int[]) Objects.requireNonNull(table[COUNTS]);
  }
}
