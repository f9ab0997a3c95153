package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.cpu.Placement;
import io.pawl.benchmarks.report.Merge;
import io.pawl.benchmarks.report.Report;
import io.pawl.benchmarks.result.Json;
import io.pawl.benchmarks.result.LeftOut;
import io.pawl.benchmarks.result.Parts;
import io.pawl.benchmarks.result.Run;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
  @Option(
      names = "--full",
      description = {
        "All rows, measured long enough to be published: about an hour on two CPUs,",
        "of which P7 takes a third and P5 a quarter. See --add."
      })
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

  @Option(
      names = "--add",
      description = {
        "Adds to what the directory holds of the same machine and JDK, so that a run can be made",
        "in parts: --full --add --only=P5 and so on. What is measured again is replaced."
      })
  private boolean add;

  @Option(
      names = "--undecided",
      paramLabel = "SECONDS",
      description =
          "For how long rows that are undecided may be measured further; 15, 360 if full.")
  private @Nullable Integer undecided;

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
    Run.Kind kind = full ? Run.Kind.FULL : Run.Kind.QUICK;
    Run earlier = earlier(directory);
    if (earlier != null) {
      String obstacle = Parts.obstacle(earlier, kind, host.read(placement));
      if (!obstacle.isEmpty()) {
        System.err.println("Nothing can be added to " + directory + ": " + obstacle);
        return false;
      }
    } else {
      Files.deleteIfExists(directory.resolve(Launcher.ERRORS));
    }
    try (NativePeers natives = NativePeers.compile(directory)) {
      Launcher launcher = new Launcher(directory, natives, baseline);
      Session session =
          new Session(full, launcher, placement, new CellFilter(cells), others, extra());
      for (Map.Entry<String, String> obstacle : natives.obstacles().entrySet()) {
        session.note("", obstacle.getKey() + " is not measured: " + obstacle.getValue() + ".");
      }
      boolean isComplete = new Scenarios(session, upperCase(only)).run();
      Run measured =
          new Run(
              Run.SCHEMA,
              kind,
              host.read(placement),
              session.rows(),
              session.latencies(),
              session.scalings(),
              session.leftOut(),
              session.notes());
      Run run = earlier == null ? measured : Parts.join(earlier, measured);
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

  /** What the directory holds to which is to be added; null if nothing. */
  private @Nullable Run earlier(Path directory) throws IOException {
    return add && Files.exists(directory.resolve(Json.FILE)) ? Json.read(directory) : null;
  }

  /** For how long undecided rows may be measured further. */
  private Duration extra() {
    if (undecided != null) {
      return Duration.ofSeconds(undecided);
    }
    return full ? Duration.ofMinutes(6) : Duration.ofSeconds(15);
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
