package io.pawl.examples.threads;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that end before the block that has started them: what they use needs to live no longer
 * than the block, and what fails in them fails the block.
 *
 * {@snippet :
 * try (Scope scope = new Scope()) {
 *   scope.start(() -> ...);
 *   scope.start(() -> ...);
 * } // waits for both
 * }
 *
 * <p>A block that fails waits for its threads all the same. If they wait for the block, that is for
 * ever.
 *
 * <p>The other examples start their threads in scopes.
 *
 * @see <a href="https://marabos.nl/atomics/basics.html">"Rust Atomics and Locks", chapter 1</a>
 */
public final class Scope implements AutoCloseable {

  /** What a thread does. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does it.
     *
     * @throws Exception if it fails
     */
    void run() throws Exception;
  }

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** Opens a scope without threads, for the current thread. */
  public Scope() {}

  /**
   * Starts a thread.
   *
   * @param task what it does
   * @return the thread
   */
  public Thread start(Task task) {
    Thread thread = new Thread(() -> run(task), "worker " + (threads.size() + 1));
    threads.add(thread);
    thread.start();
    return thread;
  }

  private void run(Task task) {
    try {
      task.run();
    } catch (Throwable thrown) {
      boolean _ = failure.compareAndSet(null, thrown);
    }
  }

  /**
   * Waits for all threads, whatever happens meanwhile.
   *
   * @throws IllegalStateException if one of them has failed; its cause is the first failure
   */
  @Override
  public void close() {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable first = failure.get();
    if (first != null) {
      throw new IllegalStateException("A thread has failed: " + first.getMessage(), first);
    }
  }
}
