package io.pawl.benchmarks.result;

import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** Runs whose figures are invented. */
public final class Samples {
  private Samples() {}

  /** One of everything. */
  public static Run run(String machine) {
    return new Run(
        Run.SCHEMA,
        Run.Kind.QUICK,
        host(machine),
        List.of(
            uncontended(0.5, 0.52, 0.54), contended(), latencyRow(), startUp(), rowOfNoTarget()),
        List.of(latency()),
        List.of(scaling()),
        List.of(new LeftOut("P11", "10,000 virtual threads", "all")),
        List.of(new Note("P6", "No second CPU to hand off to.")));
  }

  /** Nothing but the machine. */
  public static Run empty(String machine) {
    return new Run(
        Run.SCHEMA,
        Run.Kind.QUICK,
        host(machine),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** A row with a target of 0.55, of which the ratio is given. */
  public static Row uncontended(double low, double median, double high) {
    Interval ratio = new Interval(median, low, high, 11);
    return new Row(
        "P1",
        "Uncontended Mutex",
        "",
        "lock + unlock",
        "ZGC",
        "ns",
        Better.LESS,
        Measured.of("Mutex", 5.2, List.of(5.1, 5.2, 5.3)),
        List.of(new Peer(Measured.of("ReentrantLock", 10, List.of(9.9, 10.0, 10.1)), ratio)),
        List.of(Target.ratio("ReentrantLock", 0.55, ratio, Better.LESS)),
        new Bound(4.1, "one compare-and-set"));
  }

  private static Row contended() {
    Interval ratio = new Interval(1.01, 0.99, 1.04, 11);
    return new Row(
        "P5",
        "Closed loop",
        "4 : 50 : 0",
        "throughput",
        null,
        "/ms",
        Better.MORE,
        new Measured("Mutex", 9100, List.of(9000.0, 9100.0, 9200.0), 120.0, 1.4, 0.91),
        List.of(
            new Peer(
                new Measured("synchronized <monitor> & co", 9000, List.of(9000.0), 110.0, 1.9, 0.6),
                ratio)),
        List.of(
            Target.ofBound(0.9, new Interval(0.86, 0.83, 0.88, 11), Better.MORE),
            Target.ratio("synchronized <monitor> & co", 0.97, ratio, Better.MORE)),
        new Bound(10_600, "1 / section"));
  }

  private static Row latencyRow() {
    Interval ratio = new Interval(0.24, 0.2, 0.3, 11);
    return new Row(
        "P7",
        "Open loop",
        "4 : 500 : 500, 80 %",
        "p99",
        null,
        "us",
        Better.LESS,
        Measured.of("Mutex", 240, List.of(240.0)),
        List.of(new Peer(Measured.of("ReentrantLock", 1000, List.of(1000.0)), ratio)),
        List.of(Target.ratio("ReentrantLock", 0.25, ratio, Better.LESS)),
        null);
  }

  private static Row startUp() {
    return new Row(
        "P13",
        "JVM start to first lock",
        "",
        "time",
        null,
        "ms",
        Better.LESS,
        Measured.of("Mutex", 46, List.of(46.0)),
        List.of(
            new Peer(
                Measured.of("ReentrantLock", 41, List.of(41.0)),
                new Interval(1.12, 1.1, 1.14, 11))),
        List.of(
            Target.difference("ReentrantLock", 3, new Interval(5, 4.6, 5.5, 11), Better.LESS),
            Target.absolute(50, Interval.exact(46), Better.LESS)),
        null);
  }

  private static Row rowOfNoTarget() {
    return new Row(
        "P16",
        "Sequence lock",
        "",
        "read",
        null,
        "ns",
        Better.LESS,
        Measured.of("SeqLock", 1.5, List.of(1.5)),
        List.of(),
        List.of(),
        null);
  }

  private static Latency latency() {
    return new Latency(
        "P7",
        "4 : 500 : 500",
        4,
        false,
        null,
        400_000,
        80,
        List.of(
            Curve.of("Mutex", histogram(20_000), 1.9),
            Curve.of("ReentrantLock", histogram(90_000), 1.1)));
  }

  /** Exponentially distributed. */
  public static Histogram histogram(double mean) {
    Histogram histogram = new Histogram(3);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      histogram.recordValue((long) (-Math.log(1 - random.nextDouble()) * mean));
    }
    return histogram;
  }

  private static Scaling scaling() {
    return new Scaling(
        "P5",
        "Closed loop",
        "50 : 200",
        null,
        "/ms",
        Better.MORE,
        List.of(
            new Scaling.Line(
                "Mutex",
                List.of(
                    new Scaling.Point(1, 2000, 1.0),
                    new Scaling.Point(2, 3900, 2.0),
                    new Scaling.Point(8, 3900, 2.0))),
            new Scaling.Line(
                "ReentrantLock",
                List.of(
                    new Scaling.Point(1, 1900, 1.0),
                    new Scaling.Point(2, 3000, 1.9),
                    new Scaling.Point(8, 3500, null)))),
        List.of(new Scaling.Point(1, 2000, null), new Scaling.Point(8, 4000, null)));
  }

  private static Host host(String name) {
    return new Host(
        name,
        "AMD EPYC",
        2,
        4,
        "0, 1",
        "Linux 6.18",
        "Debian 12",
        "Temurin 25.0.3",
        List.of("-Xms256m", "-Xmx256m"),
        "0.00 0.01 0.02",
        "1.80 1.10 0.50",
        "0123456789abcdef",
        Instant.parse("2026-11-21T10:15:00Z"),
        "backend: jni\nfences: asymmetric");
  }
}
