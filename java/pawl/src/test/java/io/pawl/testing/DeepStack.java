package io.pawl.testing;

import org.jspecify.annotations.Nullable;

/**
 * Runs an operation where the stack is about to end, at every depth there.
 *
 * <p>A class whose initialization overflows the stack cannot be used any more, be it the JDK's: so
 * the operation is run once where there is room, and tests that use this bear the tag {@link #TAG},
 * which keeps them out of the JVMs of all others.
 */
public final class DeepStack {

  /** The tag of tests that overflow the stack. */
  public static final String TAG = "deep";

  private static final long STACK_BYTES = 300_000;

  private final Worker.Task operation;
  private volatile @Nullable Throwable failure;

  private DeepStack(Worker.Task operation) {
    this.operation = operation;
  }

  /**
   * Overflows the stack of a new platform thread and runs the operation in each frame on the way
   * back, from the deepest one on. Fails if it throws anything but a StackOverflowError.
   *
   * @param operation what to run; has to begin with putting right what the last one did not end
   * @param afterwards what the same thread runs in the end, with all of its stack
   */
  public static void overflow(Worker.Task operation, Worker.Task afterwards) {
    DeepStack deep = new DeepStack(operation);
    Thread thread = new Thread(null, () -> deep.run(afterwards), "deep", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    Await.until("the end of the deep thread", () -> !thread.isAlive());
    Throwable thrown = deep.failure;
    if (thrown != null) {
      throw new AssertionError("The deep thread failed: " + thrown, thrown);
    }
  }

  private void run(Worker.Task afterwards) {
    attempt(operation);
    try {
      descend();
    } catch (StackOverflowError _) {
      // Sought.
    }
    attempt(afterwards);
  }

  @SuppressWarnings("InfiniteRecursion") // until the stack ends
  private void descend() {
    try {
      descend();
    } finally {
      attempt(operation);
    }
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it is, overflow() rethrows it
  private void attempt(Worker.Task task) {
    try {
      task.run();
    } catch (StackOverflowError e) {
      throw e;
    } catch (Throwable t) {
      failure = t;
    }
  }
}
