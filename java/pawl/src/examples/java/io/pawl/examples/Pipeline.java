package io.pawl.examples;

import io.pawl.channel.Channel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Producer and consumers: one thread reads lines, others count their words.
 *
 * <p>The channel is bounded, so a reader that is faster than the consumers waits for them and the
 * file need not fit into memory. To close it says that nothing more comes: consumers still receive
 * what is in it, and then nothing, which ends them.
 *
 * @see <a href="https://marabos.nl/atomics/building-channels.html">"Rust Atomics and Locks",
 *     chapter 5</a>
 */
public final class Pipeline {

  private Pipeline() {}

  /** Counts the words of standard input. */
  public static void main(String[] arguments) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    run(lines, 4, System.out);
  }

  static void run(BufferedReader lines, int consumers, PrintStream out)
      throws IOException, InterruptedException {
    AtomicLong words = new AtomicLong();
    try (ExecutorService pool = Executors.newFixedThreadPool(consumers);
        Channel<String> channel = Channel.bounded(16)) {
      for (int i = 0; i < consumers; i++) {
        Future<?> _ = pool.submit(() -> consume(channel, words));
      }
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        channel.send(line);
      }
    }
    out.println("words: " + words);
  }

  private static Void consume(Channel<String> channel, AtomicLong words)
      throws InterruptedException {
    for (String line = channel.receive(); line != null; line = channel.receive()) {
      long _ = words.addAndGet(line.isBlank() ? 0 : line.strip().split("\\s+", -1).length);
    }
    return null;
  }
}
