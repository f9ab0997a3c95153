package io.pawl.internal.park;

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
}
