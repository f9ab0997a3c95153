package io.pawl.internal.park;

import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Parks a platform thread while there are no native waits. */
final class PlatformParker extends LockSupportParker {

  private final Reference<Thread> thread;

  PlatformParker(Reference<Thread> thread) {
    this.thread = thread;
  }

  @Override
  public @Nullable Thread thread() {
    return thread.get();
  }

  @Override
  public boolean isCurrent() {
    return !isNative();
  }
}
