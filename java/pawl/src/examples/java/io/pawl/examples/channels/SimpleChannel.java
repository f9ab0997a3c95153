package io.pawl.examples.channels;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.Condvar;
import io.pawl.locks.Mutex;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A channel, the simple way: a queue, a mutex and a condition.
 *
 * <p>Any number of senders and receivers, messages in order, and not a line that is hard to get
 * right. What it lacks: it grows without bound when receivers are slow, it is never closed, and all
 * who use it meet at one lock. {@link io.pawl.channel.Channel} has an answer to each.
 *
 * @param <T> the type of messages
 * @see <a href="https://marabos.nl/atomics/building-channels.html">"Rust Atomics and Locks",
 *     chapter 5, "A Simple Mutex-Based Channel"</a>
 */
public final class SimpleChannel<T> {

  private final Mutex mutex = new Mutex();
  private final Condvar notEmpty = mutex.newCondition();
  private final Deque<T> queue = new ArrayDeque<>();

  SimpleChannel() {}

  void send(T message) {
    try (var _ = mutex.acquire()) {
      queue.add(message);
      notEmpty.signal();
    }
  }

  T receive() throws InterruptedException {
    try (var _ = mutex.acquire()) {
      while (queue.isEmpty()) {
        notEmpty.await();
      }
      return queue.remove();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    SimpleChannel<String> channel = new SimpleChannel<>();
    try (Scope scope = new Scope()) {
      Thread _ =
          scope.start(() -> {
            for (int i = 1; i <= 3; i++) {
              out.println("received " + channel.receive());
            }
          });
      for (int i = 1; i <= 3; i++) {
        channel.send("message " + i);
      }
    }
  }
}
