package io.pawl.internal.observe;

import io.pawl.observe.ContentionListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** A listener that has been registered. What it throws ends here. */
final class Registration {

  final ContentionListener listener;

  /** Plain: two threads that fail at the same time may both log that. */
  private boolean logged;

  Registration(ContentionListener listener) {
    this.listener = listener;
  }

  void waitBegan(WaitRecord wait) {
    try {
      listener.waitBegan(wait);
    } catch (Throwable t) {
      log(t);
    }
  }

  void waitEnded(WaitRecord wait) {
    try {
      listener.waitEnded(wait);
    } catch (Throwable t) {
      log(t);
    }
  }

  void released(ReleaseRecord release) {
    try {
      listener.released(release);
    } catch (Throwable t) {
      log(t);
    }
  }

  private void log(Throwable t) {
    if (!logged) {
      logged = true;
      try {
        Logger logger = System.getLogger("io.pawl.observe");
        logger.log(
            Level.WARNING,
            "A contention listener has failed, what else it throws is ignored: "
                .concat(listener.getClass().getName()),
            t);
      } catch (Throwable _) {
        // There is no memory or no stack for it.
      }
    }
  }
}
