package io.pawl.examples;

import io.pawl.locks.LockSupport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A stop flag: a thread works in the background, piece by piece, until another tells it to stop.
 *
 * <p>The flag alone would be seen after the current pause only. So the worker does not sleep in its
 * pauses but parks, and whoever sets the flag unparks it. The order matters: first the flag, then
 * the unpark. An unpark that comes before the park makes that return at once, so a stop between the
 * worker's look at the flag and its park is not lost.
 *
 * <p>The program reads the commands {@code help}, {@code status} and {@code stop} from standard
 * input.
 *
 * @see <a href="https://marabos.nl/atomics/atomics.html">"Rust Atomics and Locks", chapter 2</a>
 */
public final class StopFlag {

  private final Thread worker;

  /** Volatile, since the compiler may read an ordinary field once and loop for ever. */
  private volatile boolean stopped;

  /** Starts to run a piece of work again and again, with pauses. */
  StopFlag(Runnable piece, Duration pause) {
    worker = Thread.ofPlatform().name("worker").unstarted(() -> work(piece, pause.toNanos()));
    worker.start();
  }

  private void work(Runnable piece, long pauseNanos) {
    while (!stopped) {
      piece.run();
      LockSupport.parkNanos(this, pauseNanos);
    }
  }

  /** Ends the work, after the piece at hand, and waits until it has ended. */
  void stop() throws InterruptedException {
    stopped = true;
    LockSupport.unpark(worker);
    worker.join();
  }

  /** Runs the program. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var commands = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    run(commands, System.out, Duration.ofSeconds(1));
  }

  static void run(BufferedReader commands, PrintStream out, Duration pause)
      throws IOException, InterruptedException {
    AtomicInteger pieces = new AtomicInteger();
    StopFlag background = new StopFlag(pieces::incrementAndGet, pause);
    String command = commands.readLine();
    while (command != null && !command.equals("stop")) {
      switch (command) {
        case "help" -> out.println("commands: help, status, stop");
        case "status" -> out.println("pieces of work so far: " + pieces);
        default -> out.println("unknown command: " + command);
      }
      command = commands.readLine();
    }
    background.stop();
    out.println("stopped, pieces of work: " + pieces);
  }
}
