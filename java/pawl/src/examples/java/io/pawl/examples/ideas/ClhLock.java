package io.pawl.examples.ideas;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A queue lock whose waiters look at the node before their own; after Craig, and Landin and
 * Hagersten.
 *
 * <p>The queue is there without links: each thread knows the one before it, and nobody needs to
 * know the next. Who unlocks changes its own node, which the next one looks at. That makes
 * unlocking a single store, and an entry that gives up easy to skip: {@link
 * java.util.concurrent.locks.AbstractQueuedSynchronizer} began from this queue. {@link McsLock} has
 * the links instead, so it knows whom to wake; the waiters of this one spin, which suits as many
 * threads as there are processors.
 *
 * @see <a href="https://doi.org/10.1109/IPPS.1994.288305">P. Magnusson, A. Landin, E. Hagersten,
 *     "Queue Locks on Cache Coherent Multiprocessors"</a>
 * @see <a href="https://marabos.nl/atomics/inspiration.html">"Rust Atomics and Locks", chapter 10,
 *     "Queue-Based Locks"</a>
 */
public final class ClhLock {

  /** One thread's place in the queue. */
  static final class Node {
    private volatile boolean held = true;
  }

  private final AtomicReference<Node> tail;

  ClhLock() {
    Node nobody = new Node();
    nobody.held = false;
    tail = new AtomicReference<>(nobody);
  }

  /** Takes the lock, and returns what unlocks it. */
  Node lock() {
    Node mine = new Node();
    Node before = tail.getAndSet(mine);
    while (before.held) {
      Thread.onSpinWait();
    }
    return mine;
  }

  void unlock(Node mine) {
    mine.held = false;
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(5, System.out);
  }

  static void run(int threads, PrintStream out) {
    ClhLock lock = new ClhLock();
    List<Integer> order = new ArrayList<>();
    Node mine = lock.lock();
    try (Scope scope = new Scope()) {
      for (int i = 1; i <= threads; i++) {
        int number = i;
        Node last = lock.tail.get();
        Thread _ =
            scope.start(() -> {
              Node node = lock.lock();
              order.add(number);
              lock.unlock(node);
            });
        while (lock.tail.get() == last) {
          LockSupport.parkNanos(20_000); // until it has come
        }
      }
      lock.unlock(mine);
    }
    out.println(threads + " threads came one after the other, and got the lock in this order:");
    out.println(order);
  }
}
