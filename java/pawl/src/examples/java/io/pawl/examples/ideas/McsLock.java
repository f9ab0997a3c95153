package io.pawl.examples.ideas;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A queue lock: each thread brings a node, waits on it, and hands the lock over to the next; after
 * Mellor-Crummey and Scott.
 *
 * <p>One exchange puts a node at the end of the queue. Who finds a node before its own tells it
 * where it is, and waits for a word of its own to change, which no other thread looks at; under a
 * plain spin lock all look at one. The lock goes round in the order of arrival.
 *
 * <p>The holder's node stays in the queue. Who unlocks and has nobody behind empties the queue; if
 * that fails, somebody has just come and will link itself in a moment.
 *
 * <p>Waiters park here, as the example may have more threads than processors. {@link
 * io.pawl.locks.FairMutex} is such a lock with timeouts, interrupts and conditions; {@link ClhLock}
 * is the other way to queue.
 *
 * @see <a href="https://doi.org/10.1145/103727.103729">J. M. Mellor-Crummey, M. L. Scott,
 *     "Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors"</a>
 * @see <a href="https://marabos.nl/atomics/inspiration.html">"Rust Atomics and Locks", chapter 10,
 *     "Queue-Based Locks"</a>
 */
public final class McsLock {

  /** One thread's place in the queue. */
  static final class Node {
    private final Thread thread = Thread.currentThread();
    private final AtomicReference<Node> next = new AtomicReference<>();
    private volatile boolean granted;
  }

  private final AtomicReference<Node> tail = new AtomicReference<>();

  McsLock() {}

  /** Takes the lock, and returns what unlocks it. */
  Node lock() {
    Node mine = new Node();
    Node before = tail.getAndSet(mine);
    if (before != null) {
      before.next.set(mine);
      while (!mine.granted) {
        LockSupport.park(this);
      }
    }
    return mine;
  }

  void unlock(Node mine) {
    if (mine.next.get() == null && tail.compareAndSet(mine, null)) {
      return;
    }
    while (mine.next.get() == null) {
      Thread.onSpinWait();
    }
    Node next = mine.next.get();
    next.granted = true;
    LockSupport.unpark(next.thread);
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(5, System.out);
  }

  static void run(int threads, PrintStream out) {
    McsLock lock = new McsLock();
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
