package io.pawl.internal.backend;

/** Does the part of a selection for which no thread waits, on a thread for that. */
final class LinkThread implements Runnable {
  private final Selection begun;

  private LinkThread(Selection begun) {
    this.begun = begun;
  }

  /** Starts a thread, and returns it as what it is to those that do without this class. */
  static Thread start(Selection begun) {
    Thread thread =
        ServiceThread.make(
            new LinkThread(begun), Preparation.THREAD_NAME, LinkThread.class.getClassLoader());
    thread.start();
    return thread;
  }

  @Override
  public void run() {
    try {
      Backend.run(begun);
    } catch (Throwable _) {
      // The selection has been ended with the reason; there is nobody to tell.
    }
  }
}
