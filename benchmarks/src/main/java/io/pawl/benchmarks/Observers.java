package io.pawl.benchmarks;

import io.pawl.observe.Contention;
import io.pawl.observe.ContentionListener;
import java.util.function.Supplier;
import jdk.jfr.Recording;

/** Those who are told of waits, in all of a JVM. */
final class Observers implements AutoCloseable {
  private final Runnable end;

  private Observers(Runnable end) {
    this.end = end;
  }

  /**
   * Has waits told, from now on.
   *
   * @param whom nobody, a recording of the flight recorder, or a listener that does nothing
   */
  static Observers start(String whom) {
    return switch (whom) {
      case "nobody" -> new Observers(() -> {});
      case "recording" -> {
        Recording recording = new Recording();
        recording.start();
        yield new Observers(recording::close);
      }
      case "listener" -> {
        ContentionListener listener = new ContentionListener() {};
        Contention.addListener(listener);
        yield new Observers(() -> {
          boolean _ = Contention.removeListener(listener);
        });
      }
      default -> throw new IllegalArgumentException(whom);
    };
  }

  /** A task of a JVM in which waits are told for good. */
  static Task told(String whom, Supplier<Task> task) {
    Observers _ = start(whom);
    return task.get();
  }

  @Override
  public void close() {
    end.run();
  }
}
