package io.pawl.benchmarks.result;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latencies of one cell under open arrivals, counted from the due time.
 *
 * @param id of the scenario, as P7
 * @param cell threads, section and outside, as the rows name it
 * @param threads how many serve the requests
 * @param virtual whether these are virtual threads
 * @param collector of the JVMs; null for the default one
 * @param rate requests per second
 * @param percentOfCapacity what that rate is of the capacity
 * @param curves one for each implementation, Pawl's first
 */
public record Latency(
    String id,
    String cell,
    int threads,
    boolean virtual,
    @Nullable String collector,
    double rate,
    double percentOfCapacity,
    List<Curve> curves) {
  /** Copies the curves. */
  public Latency {
    curves = List.copyOf(curves);
  }
}
