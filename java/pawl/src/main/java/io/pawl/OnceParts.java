package io.pawl;

import io.pawl.internal.observe.Parts;
import io.pawl.internal.observe.Subjects;
import org.jspecify.annotations.Nullable;

/**
 * The parts of what is made once: a {@link Lazy} has an {@link OnceValue}, and that a {@link Once}.
 */
final class OnceParts extends Parts {

  static {
    Subjects.add(new OnceParts());
  }

  private OnceParts() {}

  /** Makes the parts known. */
  static void initialize() {}

  @Override
  protected @Nullable Object wholeOf(Object object) {
    if (object instanceof Once once) {
      return once.whole;
    }
    return object instanceof OnceValue<?> value ? value.whole() : null;
  }
}
