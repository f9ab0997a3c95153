package io.pawl.internal.backend;

/** Does the part of a selection for which no thread waits. Keeps nothing of who starts it. */
final class LinkThread extends Thread {
  private final Selection begun;

  private LinkThread(Selection begun) {
    super(null, null, Preparation.THREAD_NAME, 0, false);
    this.begun = begun;
    setDaemon(true);
    setContextClassLoader(LinkThread.class.getClassLoader());
  }

  /** Starts a thread, and returns it as what it is to those that do without this class. */
  static Thread start(Selection begun) {
    Thread thread = new LinkThread(begun);
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
