package io.pawl.internal.park;

import io.pawl.internal.queue.StackRoom;

/** Parks a virtual thread, which must not block in a native call. */
final class VirtualParker extends LockSupportParker {

  private final Thread thread;

  VirtualParker(Thread thread) {
    this.thread = thread;
  }

  @Override
  public Thread thread() {
    return thread;
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  /**
   * As {@link #wake}, which must not be left half done: the JDK gives the permit first, and does
   * nothing for a thread that has it.
   */
  @Override
  void wakeAgain() {
    StackRoom.forWake();
    wake();
  }
}
