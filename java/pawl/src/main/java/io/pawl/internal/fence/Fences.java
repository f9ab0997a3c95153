package io.pawl.internal.fence;

import java.lang.invoke.VarHandle;

/**
 * The two sides of the store-load fence between a thread that releases a lock and a thread that is
 * about to sleep on it.
 *
 * <p>Each side stores, fences, and loads what the other side stored; the pair guarantees that at
 * least one of the two sees the other's store. {@link #light()} is the side that runs on every
 * release, {@link #heavy()} the side that runs before a thread sleeps. A light fence orders only
 * against a heavy one: code that relies on two light fences is wrong even where both happen to be
 * full fences.
 *
 * <p>Both are full fences here, which is correct on every platform.
 */
public final class Fences {

  private Fences() {}

  /** The fence on the side that runs often: a releaser, between its release and its look. */
  public static void light() {
    VarHandle.fullFence();
  }

  /** The fence on the side that runs seldom: a sleeper, between its listing and its look. */
  public static void heavy() {
    VarHandle.fullFence();
  }

  /**
   * Says which kind of fence is in force, and why.
   *
   * @return one line
   */
  public static String describe() {
    return "symmetric (a full fence on both sides)";
  }
}
