package io.pawl.internal.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a package tells of the queues of its public classes, for {@link FirstOf}. */
public abstract class QueueAccess {

  /** One for each package; replaced, never changed. */
  private static volatile QueueAccess[] packages = {};

  /** Constructs what {@link #add} makes known. */
  protected QueueAccess() {}

  /**
   * Makes the queues of a package known, for good.
   *
   * @param access to those of one package, added once
   */
  public static void add(QueueAccess access) {
    synchronized (QueueAccess.class) {
      QueueAccess[] more = Arrays.copyOf(packages, packages.length + 1);
      more[more.length - 1] = access;
      packages = more;
    }
  }

  /**
   * Makes an alternative of a lock or semaphore.
   *
   * @param lock the lock
   * @param ask what is asked of it
   * @return a new alternative
   */
  public static Alternative alternativeOf(Object lock, int ask) {
    for (QueueAccess access : packages) {
      Alternative alternative = access.alternative(lock, ask);
      if (alternative != null) {
        return alternative;
      }
    }
    throw new IllegalArgumentException("This can't be one of several things to wait for: " + lock);
  }

  /**
   * Finds the queue of a condition.
   *
   * @param condition the condition
   * @return who waits for it
   */
  public static ConditionQueue queueOf(Object condition) {
    for (QueueAccess access : packages) {
      ConditionQueue queue = access.conditionQueue(condition);
      if (queue != null) {
        return queue;
      }
    }
    throw new IllegalArgumentException("No condition: " + condition);
  }

  /**
   * Makes an alternative of a lock or semaphore.
   *
   * @param lock any object
   * @param ask what is asked of it
   * @return a new alternative; null if it is no lock that this knows
   */
  protected abstract @Nullable Alternative alternative(Object lock, int ask);

  /**
   * Finds the queue of a condition.
   *
   * @param condition any object
   * @return who waits for it; null if it is no condition that this knows
   */
  protected @Nullable ConditionQueue conditionQueue(Object condition) {
    return null;
  }
}
