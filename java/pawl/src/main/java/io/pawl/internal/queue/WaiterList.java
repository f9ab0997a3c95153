package io.pawl.internal.queue;

import org.jspecify.annotations.Nullable;

/** A doubly linked list of waiters, guarded by whatever guards its owner. */
class WaiterList {

  private @Nullable Waiter first;
  private @Nullable Waiter last;

  @Nullable Waiter first() {
    return first;
  }

  @Nullable Waiter last() {
    return last;
  }

  void addFirst(Waiter w) {
    Waiter second = first;
    w.previous = null;
    w.next = second;
    w.linked = true;
    first = w;
    if (second == null) {
      last = w;
    } else {
      second.previous = w;
    }
  }

  void addLast(Waiter w) {
    Waiter before = last;
    w.previous = before;
    w.next = null;
    w.linked = true;
    last = w;
    if (before == null) {
      first = w;
    } else {
      before.next = w;
    }
  }

  /** Takes the waiter out; nothing happens if it is not linked. */
  void remove(Waiter w) {
    if (!w.linked) {
      return;
    }
    Waiter before = w.previous;
    Waiter after = w.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    w.previous = null;
    w.next = null;
    w.linked = false;
  }
}
