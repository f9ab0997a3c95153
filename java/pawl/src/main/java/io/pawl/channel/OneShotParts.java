package io.pawl.channel;

import io.pawl.internal.observe.Parts;
import io.pawl.internal.observe.Subjects;
import org.jspecify.annotations.Nullable;

/** The ends of a {@link OneShot}. */
final class OneShotParts extends Parts {

  static {
    Subjects.add(new OneShotParts());
  }

  private OneShotParts() {}

  /** Makes the parts known. */
  static void initialize() {}

  @Override
  protected @Nullable Object wholeOf(Object object) {
    if (object instanceof OneShot.Sender<?> end) {
      return end.channel;
    }
    return object instanceof OneShot.Receiver<?> end ? end.channel : null;
  }
}
