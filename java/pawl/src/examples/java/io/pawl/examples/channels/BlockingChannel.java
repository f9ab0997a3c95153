package io.pawl.examples.channels;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A channel for one message whose receiver waits for it.
 *
 * <p>The channel is made by the thread that will receive and remembers it. So the sender knows whom
 * to wake, and the loop of all channels before this one moves into {@code receive}. That no other
 * thread may receive is the price.
 *
 * <p>{@link io.pawl.channel.OneShot} is this channel with all threads as receivers, timeouts, and
 * an error for the side whose other end has gone.
 *
 * @param <T> the type of the message
 * @see <a href="https://marabos.nl/atomics/building-channels.html">"Rust Atomics and Locks",
 *     chapter 5, "Blocking"</a>
 */
public final class BlockingChannel<T> {

  private final AtomicReference<T> message = new AtomicReference<>();
  private final Thread receiver = Thread.currentThread();

  BlockingChannel() {}

  void send(T newMessage) {
    if (!message.compareAndSet(null, newMessage)) {
      throw new IllegalStateException("a second message");
    }
    LockSupport.unpark(receiver);
  }

  T receive() {
    if (Thread.currentThread() != receiver) {
      throw new IllegalStateException("not the thread that has made the channel");
    }
    T received = message.getAndSet(null);
    while (received == null) {
      LockSupport.park(this);
      received = message.getAndSet(null);
    }
    return received;
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    BlockingChannel<String> channel = new BlockingChannel<>();
    try (Scope scope = new Scope()) {
      Thread _ = scope.start(() -> channel.send("hello world!"));
      out.println(channel.receive());
    }
    try (Scope scope = new Scope()) {
      Thread _ = scope.start(() -> out.println(channel.receive()));
    } catch (IllegalStateException e) {
      out.println(e.getMessage());
    }
  }
}
