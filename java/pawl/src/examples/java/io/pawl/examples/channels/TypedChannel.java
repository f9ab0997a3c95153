package io.pawl.examples.channels;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;

/**
 * A channel for one message whose two ends are objects of different types.
 *
 * <p>Who has the sender cannot receive, and who has the receiver cannot send: the compiler sees to
 * it. In Rust it also sees to it that an end is used once, since its use takes it away. Java has no
 * such types, so that remains the check of {@link CheckedChannel}, behind the ends.
 *
 * <p>The price is two more objects for a message. {@link BorrowedChannel} makes them once.
 *
 * @see <a href="https://marabos.nl/atomics/building-channels.html">"Rust Atomics and Locks",
 *     chapter 5, "Safety Through Types"</a>
 */
public final class TypedChannel {

  private TypedChannel() {}

  /**
   * The two ends of a new channel.
   *
   * @param <T> the type of the message
   */
  record Ends<T>(Sender<T> sender, Receiver<T> receiver) {}

  /** Makes a channel. */
  static <T> Ends<T> open() {
    CheckedChannel<T> channel = new CheckedChannel<>();
    return new Ends<>(new Sender<>(channel), new Receiver<>(channel));
  }

  /** The end that sends. */
  static final class Sender<T> {

    private final CheckedChannel<T> channel;

    private Sender(CheckedChannel<T> channel) {
      this.channel = channel;
    }

    void send(T message) {
      channel.send(message);
    }
  }

  /** The end that receives. */
  static final class Receiver<T> {

    private final CheckedChannel<T> channel;

    private Receiver(CheckedChannel<T> channel) {
      this.channel = channel;
    }

    boolean isReady() {
      return channel.isReady();
    }

    T receive() {
      return channel.receive();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    Ends<String> ends = open();
    Thread main = Thread.currentThread();
    try (Scope scope = new Scope()) {
      Sender<String> sender = ends.sender();
      Thread _ =
          scope.start(() -> {
            sender.send("hello world!");
            LockSupport.unpark(main);
            // sender.receive() does not compile
          });
      Receiver<String> receiver = ends.receiver();
      while (!receiver.isReady()) {
        LockSupport.park(receiver);
      }
      out.println(receiver.receive());
      // receiver.send("back") does not compile
    }
    try {
      ends.sender().send("more");
    } catch (IllegalStateException e) {
      out.println("the compiler allows, the channel refuses: " + e.getMessage());
    }
  }
}
