package io.pawl.benchmarks.result;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One quantity against the number of threads.
 *
 * @param id of the scenario, as P5
 * @param title of the scenario
 * @param cell which of the scenario's parameters
 * @param collector of the JVMs; null for the default one
 * @param unit of the values
 * @param better which values are
 * @param lines one for each implementation, Pawl's first
 * @param bound what no implementation can be better than, at each number of threads; may be empty
 */
public record Scaling(
    String id,
    String title,
    String cell,
    @Nullable String collector,
    String unit,
    Better better,
    List<Line> lines,
    List<Point> bound) {
  /** Copies the lists. */
  public Scaling {
    lines = List.copyOf(lines);
    bound = List.copyOf(bound);
  }

  /**
   * One implementation.
   *
   * @param name of the implementation
   * @param points by rising number of threads
   */
  public record Line(String name, List<Point> points) {
    /** Copies the points. */
    public Line {
      points = List.copyOf(points);
    }
  }

  /**
   * One number of threads.
   *
   * @param threads how many
   * @param value the median, in the scaling's unit
   * @param cpusUsed CPU time by elapsed time
   */
  public record Point(int threads, double value, @Nullable Double cpusUsed) {}
}
