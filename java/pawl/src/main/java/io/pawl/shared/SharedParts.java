package io.pawl.shared;

import io.pawl.internal.observe.Parts;
import io.pawl.internal.observe.Subjects;
import org.jspecify.annotations.Nullable;

/** The names of what processes share, and the views of a {@link SharedRwLock}. */
final class SharedParts extends Parts {

  static {
    Subjects.add(new SharedParts());
  }

  private SharedParts() {}

  /** Makes the parts known. */
  static void initialize() {}

  @Override
  protected @Nullable Object wholeOf(Object object) {
    return object instanceof RwView view ? view.core.mutex().part() : null;
  }

  /** The name by which processes find it. */
  @Override
  protected @Nullable String nameOf(Object subject) {
    if (subject instanceof SharedMutex mutex) {
      return mutex.core().name();
    }
    if (subject instanceof SharedRwLock lock) {
      return lock.name();
    }
    if (subject instanceof SharedSemaphore semaphore) {
      return semaphore.name();
    }
    if (subject instanceof SharedCondvar condition) {
      return condition.name();
    }
    return subject instanceof SharedSeqLock lock ? lock.name() : null;
  }
}
