package io.pawl.benchmarks;

import io.pawl.locks.Mutex;
import io.pawl.locks.RwLock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A program rather than a benchmark: it locks from its first millisecond through the JDK's
 * interface, with the implementations of Pawl and of the JDK loaded and in use. Then it obeys
 * commands as a {@link Worker} does, of which it knows {@code lock}.
 */
public final class Program {
  private static final long WARM_UP = TimeUnit.MILLISECONDS.toNanos(700);

  private Program() {}

  /**
   * Works until standard input ends.
   *
   * @param args the implementation to measure
   */
  public static void main(String[] args) throws Exception {
    List<Guarded> both = List.of(new OfLock(lock(args[0])), new OfLock(lock(rival(args[0]))));
    long end = System.nanoTime() + WARM_UP;
    while (System.nanoTime() - end < 0) {
      both.forEach(Program::batch);
    }
    Guarded measured = both.getFirst();
    long[] expected = {measured.sections()};
    Worker.serve(_ ->
        new Loop(
            1,
            () ->
                () -> {
                  batch(measured);
                  expected[0] += Loop.BATCH;
                },
            () -> measured.check(expected[0])));
  }

  private static void batch(Guarded guarded) {
    for (int i = 0; i < Loop.BATCH; i++) {
      long _ = guarded.run(0);
    }
  }

  private static Lock lock(String name) {
    return switch (name) {
      case "Mutex" -> new Mutex();
      case "ReentrantLock" -> new ReentrantLock();
      case "PawlReentrantLock" -> new io.pawl.locks.ReentrantLock();
      case "RwLock" -> new RwLock().readLock();
      case "ReentrantReadWriteLock" -> new ReentrantReadWriteLock().readLock();
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** What the program uses besides. */
  private static String rival(String name) {
    return switch (name) {
      case "Mutex", "PawlReentrantLock" -> "ReentrantLock";
      case "ReentrantLock" -> "Mutex";
      case "RwLock" -> "ReentrantReadWriteLock";
      default -> "RwLock";
    };
  }
}
