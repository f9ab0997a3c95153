package io.pawl.observe;

/** Since when, and for how long, a profile has been filled. Guarded by the profile. */
final class ProfileClock {

  private long begunMillis = System.currentTimeMillis();
  private long ranNanos;
  private long resumed;
  private boolean running;

  void resume() {
    resumed = System.nanoTime();
    running = true;
  }

  void stop() {
    ranNanos = ranNanos();
    running = false;
  }

  /** Forgets what has been; goes on if it is running. */
  void reset() {
    begunMillis = System.currentTimeMillis();
    ranNanos = 0;
    resumed = System.nanoTime();
  }

  boolean isRunning() {
    return running;
  }

  long begunMillis() {
    return begunMillis;
  }

  long ranNanos() {
    return running ? ranNanos + System.nanoTime() - resumed : ranNanos;
  }
}
