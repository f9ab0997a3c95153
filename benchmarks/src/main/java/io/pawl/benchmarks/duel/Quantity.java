package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.result.Better;

/**
 * What a row is about.
 *
 * @param value its name in a {@link Turn}
 * @param name in the tables
 * @param unit in the tables
 * @param scale what a value is in that unit
 * @param better which values are
 */
record Quantity(String value, String name, String unit, double scale, Better better) {
  static final Quantity TIME = new Quantity("ns", "time", "ns", 1, Better.LESS);
  static final Quantity MICROS = new Quantity("ns", "time", "us", 1e-3, Better.LESS);
  static final Quantity MILLIS = new Quantity("ns", "time", "ms", 1e-6, Better.LESS);
  static final Quantity RATE = new Quantity("rate", "throughput", "/ms", 1, Better.MORE);
  static final Quantity CPU_TIME =
      new Quantity("cpuNanos", "CPU time per section", "ns", 1, Better.LESS);
  static final Quantity FAIRNESS =
      new Quantity("fairness", "slowest / fastest thread", "", 1, Better.MORE);
  static final Quantity P50 = new Quantity("p50", "p50", "us", 1, Better.LESS);
  static final Quantity P99 = new Quantity("p99", "p99", "us", 1, Better.LESS);
  static final Quantity P999 = new Quantity("p999", "p99.9", "us", 1, Better.LESS);
  static final Quantity CPUS = new Quantity("cpus", "CPUs used", "CPUs", 1, Better.LESS);
}
