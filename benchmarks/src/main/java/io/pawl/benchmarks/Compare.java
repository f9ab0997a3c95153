package io.pawl.benchmarks;

import io.pawl.Pawl;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;

/**
 * The command {@code compare}: measures Pawl beside its peers in one go and prints how far the
 * targets are met.
 */
public final class Compare {
  private Compare() {}

  /**
   * Runs the comparison.
   *
   * @param args {@code --full} for numbers to publish, {@code --only=P1,P3} for some scenarios,
   *     {@code --output=directory} for the report and the raw data
   */
  public static void main(String[] args)
      throws IOException, InterruptedException, RunnerException, URISyntaxException {
    boolean full = false;
    List<String> only = List.of();
    Path output = null;
    for (String arg : args) {
      if (arg.equals("--full")) {
        full = true;
      } else if (arg.startsWith("--only=")) {
        only = List.of(value(arg).toUpperCase(Locale.ROOT).split(",", -1));
      } else if (arg.startsWith("--output=")) {
        output = Path.of(value(arg));
      } else {
        System.err.println("usage: Compare [--full] [--only=P1,P3,...] [--output=directory]");
        System.exit(2);
      }
    }
    if (output == null) {
      output = defaultOutput(full);
    }
    Files.createDirectories(output);
    Placement placement = new Placement();
    String machine = Machine.describe() + placement.describe() + "\n" + pawl();
    System.out.println("\nPawl compared with java.util.concurrent\n\n" + machine);

    try (Session session = Session.of(output, placement, full)) {
      List<Table> tables = new Scenarios(session, only).run();
      write(session, tables, machine + "load average at the end: " + Machine.load() + "\n");
    }
  }

  /** What Pawl tells of itself, without the directory of the native library. */
  private static String pawl() {
    return Pawl.describe().replaceFirst("(?m)^shim: \\S*/", "shim: ");
  }

  private static void write(Session session, List<Table> tables, String machine)
      throws IOException {
    StringBuilder report = new StringBuilder("# Pawl compared with java.util.concurrent\n");
    System.out.println();
    for (Table table : tables) {
      System.out.println(table.text());
      report.append('\n').append(table.markdown());
    }
    String summary = session.report().summary();
    System.out.println(summary);
    report.append('\n').append(summary).append('\n');
    Path file = session.output().resolve("report.md");
    Files.writeString(file, report);
    Files.writeString(session.output().resolve("README.md"), Readme.text(session, machine));
    System.out.println("Report: " + file.toAbsolutePath());
  }

  private static String value(String arg) {
    return arg.substring(arg.indexOf('=') + 1);
  }

  /** The folder target/compare or results/date of the module in whose target the jar lies. */
  private static Path defaultOutput(boolean full) throws URISyntaxException {
    Path jar = Path.of(Compare.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path target = jar.toAbsolutePath().getParent();
    return full
        ? target.resolveSibling("results").resolve(LocalDate.now(ZoneOffset.UTC).toString())
        : target.resolve("compare");
  }
}
