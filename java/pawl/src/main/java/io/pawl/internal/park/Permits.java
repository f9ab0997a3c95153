package io.pawl.internal.park;

import java.lang.ref.ReferenceQueue;

/** The permits of all platform threads that have parked or been unparked. */
final class Permits extends ThreadTable<Permit> {

  static final Permits INSTANCE = new Permits();

  private Permits() {}

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {}

  @Override
  protected Permit create(Thread thread, ReferenceQueue<Thread> queue) {
    return new Permit(thread, queue);
  }
}
