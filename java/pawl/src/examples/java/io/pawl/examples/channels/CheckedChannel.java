package io.pawl.examples.channels;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A channel for one message that checks how it is used.
 *
 * <p>The flag of {@link UnsafeChannel} has become a state, and each step is a compare-and-exchange
 * from the state that it needs. So of two threads that send, or receive, at the same time one
 * fails, and a message is received once.
 *
 * <pre>
 *   EMPTY --send--> WRITING --(message stored)--> READY --receive--> TAKEN
 * </pre>
 *
 * <p>Mistakes are found when the program runs, if it runs into them. {@link TypedChannel} makes
 * some of them impossible to write.
 *
 * @param <T> the type of the message
 * @see <a href="https://marabos.nl/atomics/building-channels.html">"Rust Atomics and Locks",
 *     chapter 5, "Safety Through Runtime Checks"</a>
 */
public final class CheckedChannel<T> {

  private static final int EMPTY = 0;
  private static final int WRITING = 1;
  private static final int READY = 2;
  private static final int TAKEN = 3;

  private final AtomicInteger state = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // it is sent before it is received
  private T message;

  CheckedChannel() {}

  void send(T newMessage) {
    if (state.compareAndExchange(EMPTY, WRITING) != EMPTY) {
      throw new IllegalStateException("a second message");
    }
    message = newMessage;
    state.setRelease(READY);
  }

  /** Whether there is a message now. It is a hint: receiving has the order that is needed. */
  boolean isReady() {
    return state.getOpaque() == READY;
  }

  T receive() {
    if (state.compareAndExchangeAcquire(READY, TAKEN) != READY) {
      throw new IllegalStateException("no message");
    }
    return message;
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    CheckedChannel<String> channel = new CheckedChannel<>();
    Thread receiver = Thread.currentThread();
    try (Scope scope = new Scope()) {
      Thread _ =
          scope.start(() -> {
            channel.send("hello world!");
            LockSupport.unpark(receiver);
          });
      while (!channel.isReady()) {
        LockSupport.park(channel);
      }
      out.println("used as it should be: " + channel.receive());
    }
    refused("received twice", channel::receive, out);
    refused("received too early", new CheckedChannel<String>()::receive, out);
    refused("sent twice", () -> channel.send("two"), out);
  }

  private static void refused(String mistake, Runnable step, PrintStream out) {
    try {
      step.run();
      out.println(mistake + ": nobody noticed");
    } catch (IllegalStateException e) {
      out.println(mistake + ": " + e.getMessage());
    }
  }
}
