package io.pawl.internal.queue;

import io.pawl.internal.park.Parker;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a thread asks of a {@link WordQueue}: to wake waiters that it selects, and to move others.
 * It is made with room for its answer, so that whoever serves it needs no memory.
 */
final class WordRequest {

  final int bits;

  /** Where those are moved that are not woken, or null. */
  final @Nullable WordQueue target;

  /** How many are to be woken in all, in the operating system too. */
  private final int wanted;

  private final @Nullable Parker[] woken;
  private int count;
  private @Nullable Waiter firstMoved;
  private @Nullable Waiter lastMoved;

  /** Whether those to be moved have been. */
  volatile boolean done;

  @Nullable WordRequest next;

  /**
   * Makes a request.
   *
   * @param listed how many listed waiters to wake at most
   * @param bits of which a waiter has to have one
   * @param target where to move the others, or null
   * @param wanted how many to wake in all; 0 if nobody in the operating system is meant
   */
  WordRequest(int listed, int bits, @Nullable WordQueue target, int wanted) {
    this.bits = bits;
    this.target = target;
    this.wanted = wanted;
    woken = new @Nullable Parker[listed];
  }

  boolean mayWake() {
    return count < woken.length;
  }

  boolean wantsMore() {
    return mayWake() || target != null;
  }

  void addWoken(@Nullable Parker parker) {
    if (parker != null) {
      woken[count++] = parker;
    }
  }

  /** Appends a waiter that is in the hands of this request. */
  void addMoved(Waiter waiter) {
    waiter.next = null;
    Waiter last = lastMoved;
    if (last == null) {
      firstMoved = waiter;
    } else {
      last.next = waiter;
    }
    lastMoved = waiter;
  }

  int woken() {
    return count;
  }

  Parker parker(int index) {
    return Objects.requireNonNull(woken[index]);
  }

  @Nullable Waiter moved() {
    return firstMoved;
  }

  /** How many are to be woken in the operating system. */
  int rest() {
    return wanted == 0 ? 0 : wanted - count;
  }
}
