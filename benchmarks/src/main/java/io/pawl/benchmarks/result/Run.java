package io.pawl.benchmarks.result;

import java.util.List;

/**
 * All that one run of {@code compare} has measured on one machine.
 *
 * @param schema the version of this format
 * @param kind whether the numbers are to be published
 * @param host where it was
 * @param rows in the order of the report
 * @param latencies the curves of the open loop
 * @param scalings the curves against threads
 * @param leftOut what only the full run measures
 * @param notes what a reader has to know besides
 */
public record Run(
    int schema,
    Kind kind,
    Host host,
    List<Row> rows,
    List<Latency> latencies,
    List<Scaling> scalings,
    List<LeftOut> leftOut,
    List<Note> notes) {
  /** The version of the format that is written and read here. */
  public static final int SCHEMA = 1;

  /** How much is measured. */
  public enum Kind {
    /** In some minutes, a part of the rows. */
    QUICK,
    /** All rows, to be published. */
    FULL
  }

  /** Checks the version and copies the lists. */
  public Run {
    if (schema != SCHEMA) {
      throw new IllegalArgumentException(
          "Schema " + schema + " is not the one that can be read here, " + SCHEMA);
    }
    rows = List.copyOf(rows);
    latencies = List.copyOf(latencies);
    scalings = List.copyOf(scalings);
    leftOut = List.copyOf(leftOut);
    notes = List.copyOf(notes);
  }
}
