package io.pawl.examples.channels;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A channel for one message at a time that is used again and again, with nothing allocated.
 *
 * <p>Who owns the channel lends its ends for one message, and again when that has been received.
 * The ends are the same two objects each time. In Rust they are borrowed, and the compiler refuses
 * to lend them twice; here {@link #lend} refuses while a message is in the channel.
 *
 * <p>The message itself is the state: null is "nothing here". {@link BlockingChannel} spares the
 * receiver the loop.
 *
 * @param <T> the type of messages
 * @see <a href="https://marabos.nl/atomics/building-channels.html">"Rust Atomics and Locks",
 *     chapter 5, "Borrowing to Avoid Allocation"</a>
 */
public final class BorrowedChannel<T> {

  private final AtomicReference<T> message = new AtomicReference<>();
  private final Sender sender = new Sender();
  private final Receiver receiver = new Receiver();

  BorrowedChannel() {}

  /** Lends the ends for one message. */
  BorrowedChannel<T> lend() {
    if (message.getOpaque() != null) {
      throw new IllegalStateException("the last message has not been received");
    }
    return this;
  }

  Sender sender() {
    return sender;
  }

  Receiver receiver() {
    return receiver;
  }

  /** The end that sends. */
  final class Sender {
    void send(T newMessage) {
      if (!message.compareAndSet(null, Objects.requireNonNull(newMessage))) {
        throw new IllegalStateException("a second message");
      }
    }
  }

  /** The end that receives. */
  final class Receiver {
    boolean isReady() {
      return message.getOpaque() != null;
    }

    /** Receives. The exchange is the only step: of two receivers one gets the message. */
    T receive() {
      T received = message.getAndSet(null);
      if (received == null) {
        throw new IllegalStateException("no message");
      }
      return received;
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    BorrowedChannel<String> channel = new BorrowedChannel<>();
    Thread main = Thread.currentThread();
    for (String word : new String[] {"hello", "again", "and again"}) {
      BorrowedChannel<String> lent = channel.lend();
      try (Scope scope = new Scope()) {
        Thread _ =
            scope.start(() -> {
              lent.sender().send(word);
              LockSupport.unpark(main);
            });
        while (!lent.receiver().isReady()) {
          LockSupport.park(channel);
        }
        out.println(lent.receiver().receive());
      }
    }
    channel.lend().sender().send("left there");
    try {
      Object _ = channel.lend();
    } catch (IllegalStateException e) {
      out.println("refused: " + e.getMessage());
    }
  }
}
