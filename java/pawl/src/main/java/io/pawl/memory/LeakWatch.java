package io.pawl.memory;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Watches an object that has to be closed, until it is; reports it if it is lost before. */
class LeakWatch implements Runnable {

  /*
   * States
   *
   *   watching ---end---> ended                       the object has been closed, or is just being closed
   *      |
   *      +---the object is unreachable---> reported   unless it turns out not to be open
   *
   * Invariants
   *   I1  A watch does not refer to its object, or that would never be unreachable.
   *   I2  Who ends a watch keeps the object reachable until it has: an object that is being closed is not lost.
   *   I3  The registration runs this once, for one of the two reasons.
   *
   * Memory order
   *   ended          volatile; the cleaner's thread reads it
   *   registration   written before the object can be closed by others than its maker
   */
  private static final Cleaner CLEANER = Cleaner.create();

  private final LeakDetection.Site site;
  private Cleaner.@Nullable Cleanable registration;
  private volatile boolean ended;

  LeakWatch(LeakDetection.Site site) {
    this.site = site;
  }

  /** Begins to watch an object; nothing remains if that fails. */
  final void begin(Object watched) {
    try {
      registration = CLEANER.register(watched, this);
    } finally {
      Reference.reachabilityFence(watched);
    }
  }

  /** Ends watching. It can be repeated, and does nothing the second time. */
  final void end() {
    ended = true;
    Cleaner.Cleanable r = registration;
    if (r != null) {
      r.clean();
    }
  }

  /** Whether the object was lost: asked when it is unreachable. */
  boolean isLost() {
    return !ended;
  }

  /** Run by the registration. */
  @Override
  public final void run() {
    if (isLost()) {
      LeakDetection.report(site);
    }
  }
}
