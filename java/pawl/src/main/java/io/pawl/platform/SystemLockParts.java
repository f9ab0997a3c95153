package io.pawl.platform;

import io.pawl.internal.observe.Parts;
import io.pawl.internal.observe.Subjects;
import org.jspecify.annotations.Nullable;

/** Objects for the same lock of the system, of which one stands for all. */
final class SystemLockParts extends Parts {

  static {
    Subjects.add(new SystemLockParts());
  }

  private SystemLockParts() {}

  /** Makes the parts known. */
  static void initialize() {}

  @Override
  protected @Nullable Object wholeOf(Object object) {
    return object instanceof SystemLock lock ? lock.whole() : null;
  }
}
