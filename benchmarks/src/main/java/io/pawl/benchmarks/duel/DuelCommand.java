package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.cpu.Placement;
import io.pawl.benchmarks.result.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs single tasks in pairs, of any implementations, and prints all that was measured. */
@Command(
    name = "Duel",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs tasks in pairs: each implementation in a process of its own, in turns.",
      "Prints the median, and in parentheses the ratio to the last one with its interval."
    },
    footer = {
      "",
      "Tasks (lengths in steps of about 1.5 ns):",
      "  lock [virtual] | read THREADS PERIOD | closed THREADS SECTION OUTSIDE",
      "  open THREADS SECTION OUTSIDE RATE platform|virtual | crowd THREADS ROUNDS SECTION",
      "  pingpong free|apart | notify WAITERS | construct | arena THREADS | handle THREADS",
      "  fresh MEGABYTES (of ConcurrentArena, doubling) | optimistic | section | roundtrip |"
          + " transfer PAIRS",
      "  words free|apart | wake (both of --flags=-Dpawl.backend=...) | vain (a wait that gives"
          + " up)",
      "  told nobody|recording|listener TASK (what those cost in whose JVM they are told of waits)"
    })
public final class DuelCommand implements Callable<Integer> {
  @Option(
      names = "--of",
      required = true,
      split = ",",
      paramLabel = "NAME",
      description = "Implementations, as Mutex,baseline:Mutex,synchronized.")
  private List<String> names = List.of();

  @Option(names = "--baseline", description = "The jar of another build of Pawl.")
  private @Nullable Path baseline;

  @Option(names = "--forks", defaultValue = "1", description = "Sets of processes.")
  private int forks;

  @Option(names = "--pairs", defaultValue = "11", description = "Rounds of each set.")
  private int pairs;

  @Option(names = "--warmups", defaultValue = "4", description = "Rounds that do not count.")
  private int warmups;

  @Option(names = "--millis", defaultValue = "150", description = "The length of a turn.")
  private int millis;

  @Option(
      names = "--flags",
      split = " ",
      defaultValue = "-XX:+UseG1GC",
      description = "Flags of the JVMs.")
  private List<String> flags = List.of();

  @Option(names = "--program", description = "As a program, see Program.java; for the task lock.")
  private boolean program;

  @Option(names = "--one-cpu", description = "All processes on one CPU.")
  private boolean oneCpu;

  @Parameters(arity = "1..*", paramLabel = "TASK", description = "As \"closed 4 50 0\".")
  private List<String> tasks = List.of();

  /** Constructs the command; its options are set afterwards. */
  public DuelCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Placement placement = new Placement();
    if (oneCpu) {
      placement.useOne();
    } else {
      placement.useTwo();
    }
    Path output = Files.createTempDirectory("pawl-duel");
    try (NativePeers natives = NativePeers.compile(output)) {
      Launcher launcher = new Launcher(output, natives, baseline);
      for (String task : tasks) {
        print(task, run(launcher, task));
      }
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.err.print(Files.readString(output.resolve(Launcher.ERRORS)));
      return 1;
    }
    return 0;
  }

  private Rounds run(Launcher launcher, String task) throws IOException, InterruptedException {
    Rounds rounds = new Rounds();
    for (int fork = 0; fork < forks; fork++) {
      List<Match.Entry> entries = new ArrayList<>();
      for (String name : names) {
        Player player = program ? launcher.startProgram(name, flags) : launcher.start(name, flags);
        entries.add(new Match.Entry(name, player, task));
      }
      try (Match match = new Match(entries, millis, 1000L * fork, Match.QUIET)) {
        match.warm(warmups);
        rounds.add(match.rounds(pairs));
      }
    }
    return rounds;
  }

  private void print(String task, Rounds rounds) {
    System.out.println(task);
    if (rounds.disturbed() > 0) {
      System.out.printf(
          Locale.ROOT,
          "  others used the CPUs in %.0f %% of the rounds%n",
          100 * rounds.disturbed());
    }
    String base = names.getLast();
    for (String value :
        List.of(
            "ns",
            "rate",
            "slowest",
            "fastest",
            "fairness",
            "p50",
            "p99",
            "p999",
            "max",
            "cpuNanos",
            "cpus")) {
      if (!names.stream().allMatch(name -> rounds.has(name, value))) {
        continue;
      }
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  %-9s", value));
      for (String name : names) {
        Interval ratio =
            Statistics.interval(
                rounds.figures(round ->
                    Rounds.turn(round, name).get(value) / Rounds.turn(round, base).get(value)));
        line.append(
            String.format(
                Locale.ROOT,
                "  %s %.4g (%.3f [%.3f, %.3f])",
                name,
                Statistics.median(rounds.values(name, value)),
                ratio.median(),
                ratio.low(),
                ratio.high()));
      }
      System.out.println(line);
    }
  }
}
