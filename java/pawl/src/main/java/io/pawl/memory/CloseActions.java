package io.pawl.memory;

import org.jspecify.annotations.Nullable;

/** What is to be done when something is closed, in the order in which it was asked for. */
final class CloseActions {

  /*
   * States of an action
   *
   *   new ---add---> listed ---take---> taken ---run---> done, whether or not it has thrown
   *
   * Invariants
   *   I1  Taking empties the list, so each action is taken by one caller, who runs all that it took.
   *   I2  To take and to run needs no memory.
   *
   * Memory order: plain; whoever has the list has its lock. Who takes actions may run them without it.
   */

  /** An action and the one after it. */
  static final class Action {
    private final Runnable body;
    private @Nullable Action next;

    Action(Runnable body) {
      this.body = body;
    }
  }

  private @Nullable Action first;
  private @Nullable Action last;

  /** Adds an action, which is run after those that are there. */
  void add(Action action) {
    Action before = last;
    if (before == null) {
      first = action;
    } else {
      before.next = action;
    }
    last = action;
  }

  /**
   * Takes all actions, to be run.
   *
   * @return the first of them, or null
   */
  @Nullable Action take() {
    Action taken = first;
    first = null;
    last = null;
    return taken;
  }

  /** Runs actions that have been taken, all of them, and notes what they throw. */
  static void run(@Nullable Action taken, Failures failures) {
    for (Action action = taken; action != null; action = action.next) {
      try {
        action.body.run();
      } catch (Throwable t) {
        failures.add(t);
      }
    }
  }
}
