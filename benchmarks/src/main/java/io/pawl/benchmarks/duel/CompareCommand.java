package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.cpu.Placement;
import io.pawl.benchmarks.report.Merge;
import io.pawl.benchmarks.report.Report;
import io.pawl.benchmarks.result.Json;
import io.pawl.benchmarks.result.LeftOut;
import io.pawl.benchmarks.result.Run;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures Pawl beside its peers and says how far the targets are met. */
@Command(
    name = "Compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures Pawl beside its peers, in pairs, and says how far the targets are met.")
public final class CompareCommand implements Callable<Integer> {
  @Option(names = "--full", description = "All rows, measured long enough to be published.")
  private boolean full;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "ID",
      description = "Some scenarios, as P1,P7.")
  private List<String> only = List.of();

  @Option(
      names = "--cells",
      split = ",",
      paramLabel = "PART",
      description = "Of P5, P6, P7, P9, RW and the data: cells whose names contain one of these.")
  private List<String> cells = List.of();

  @Option(
      names = "--baseline",
      paramLabel = "JAR",
      description = "Another build of Pawl, to be measured beside this one.")
  private @Nullable Path baseline;

  @Option(
      names = "--others",
      paramLabel = "CPUS",
      description = "How many CPUs others may use in a round that counts; 0.15.")
  private double others = Match.QUIET;

  @Option(names = "--output", paramLabel = "DIR", description = "Where the results go.")
  private @Nullable Path output;

  @Option(
      names = "--merge",
      arity = "1..*",
      paramLabel = "DIR",
      description = "Measure nothing: put results of several machines into one report.")
  private List<Path> merge = List.of();

  /** Constructs the command; its options are set afterwards. */
  public CompareCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException, URISyntaxException {
    Path directory = output == null ? defaultOutput() : output;
    Files.createDirectories(directory);
    if (!merge.isEmpty()) {
      System.out.println(Merge.merge(merge, directory).text());
      return 0;
    }
    return measure(directory) ? 0 : 1;
  }

  private boolean measure(Path directory) throws IOException, InterruptedException {
    HostReader host = new HostReader();
    Placement placement = new Placement();
    System.out.println("Pawl compared in pairs, " + placement.describe());
    Files.deleteIfExists(directory.resolve(Launcher.ERRORS));
    try (NativePeers natives = NativePeers.compile(directory)) {
      Launcher launcher = new Launcher(directory, natives, baseline);
      Session session = new Session(full, launcher, placement, new CellFilter(cells), others);
      for (Map.Entry<String, String> obstacle : natives.obstacles().entrySet()) {
        session.note("", obstacle.getKey() + " is not measured: " + obstacle.getValue() + ".");
      }
      boolean isComplete = new Scenarios(session, upperCase(only)).run();
      Run run =
          new Run(
              Run.SCHEMA,
              full ? Run.Kind.FULL : Run.Kind.QUICK,
              host.read(placement),
              session.rows(),
              session.latencies(),
              session.scalings(),
              session.leftOut(),
              session.notes());
      Json.write(run, directory);
      Report report = new Report(List.of(run));
      report.write(directory);
      System.out.println();
      System.out.println(report.summary());
      for (LeftOut left : session.leftOut()) {
        System.out.printf("left to --full: %s, %s: %s%n", left.id(), left.title(), left.cells());
      }
      System.out.println("Report: " + directory.resolve("report.html").toAbsolutePath());
      return isComplete;
    }
  }

  private static List<String> upperCase(List<String> ids) {
    return ids.stream().map(id -> id.toUpperCase(Locale.ROOT)).toList();
  }

  /** The folder target/compare or results/date of the module in whose target the jar lies. */
  private Path defaultOutput() throws URISyntaxException {
    Path jar =
        Path.of(CompareCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path target = jar.toAbsolutePath().resolveSibling("");
    if (!merge.isEmpty()) {
      return target.resolve("merged");
    }
    return full
        ? target.resolveSibling("results").resolve(LocalDate.now(ZoneOffset.UTC).toString())
        : target.resolve("compare");
  }
}
