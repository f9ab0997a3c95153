package io.pawl.benchmarks.report;

import io.pawl.benchmarks.result.Host;
import io.pawl.benchmarks.result.Run;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** What a report tells of a machine: names and values. */
final class Facts {
  private Facts() {}

  static List<List<String>> of(Run.Kind kind, Host host) {
    return List.of(
        List.of("run", kind.name().toLowerCase(Locale.ROOT)),
        List.of("date", host.date().truncatedTo(ChronoUnit.MINUTES).toString()),
        List.of("commit", host.commit()),
        List.of("processor", host.cpu()),
        List.of(
            "CPUs used",
            host.cpusUsed() + " of " + host.cpusAvailable() + " (" + host.affinity() + ")"),
        List.of("kernel", host.kernel()),
        List.of("system", host.os()),
        List.of("JDK", host.jdk()),
        List.of("flags", String.join(" ", host.flags())),
        List.of("load before", host.loadBefore()),
        List.of("load after", host.loadAfter()));
  }
}
