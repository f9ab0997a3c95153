package io.pawl.examples.channels;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A broken channel for one message: right only if nobody makes a mistake.
 *
 * <p>A place for the message and a flag, set by a releasing store and read by an acquiring load: to
 * pass one object on, no more is needed. But it is up to its users to send once, and to receive
 * once, and not before the message is there. In Rust each mistake is undefined behaviour, which may
 * be anything; in Java it is a wrong message. {@link CheckedChannel} mends that.
 *
 * @param <T> the type of the message
 * @see <a href="https://marabos.nl/atomics/building-channels.html">"Rust Atomics and Locks",
 *     chapter 5, "An Unsafe One-Shot Channel"</a>
 */
public final class UnsafeChannel<T> {

  private final AtomicBoolean ready = new AtomicBoolean();

  @SuppressWarnings("NullAway.Init") // that it may be read before is what is wrong here
  private T message;

  UnsafeChannel() {}

  /** Sends; to be called once. */
  void send(T newMessage) {
    message = newMessage;
    ready.setRelease(true);
  }

  boolean isReady() {
    return ready.getAcquire();
  }

  /** Receives; to be called once, when the message is ready. */
  T receive() {
    return message;
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    UnsafeChannel<String> channel = new UnsafeChannel<>();
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
    out.println("received twice: " + channel.receive());
    out.println("received too early: " + new UnsafeChannel<String>().receive());
    UnsafeChannel<String> again = new UnsafeChannel<>();
    again.send("one");
    again.send("two");
    out.println("sent one, sent two, received: " + again.receive());
  }
}
