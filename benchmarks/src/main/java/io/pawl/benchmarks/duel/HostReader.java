package io.pawl.benchmarks.duel;

import io.pawl.Pawl;
import io.pawl.benchmarks.cpu.Placement;
import io.pawl.benchmarks.result.Host;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/** Describes the machine that this is run on. */
final class HostReader {
  private final Instant date = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final String loadBefore = load();
  private final String commit;

  /** At the start of a run. */
  HostReader() throws InterruptedException {
    commit = commit();
  }

  /** The machine, at the end of a run. */
  Host read(Placement placement) throws InterruptedException {
    String os = System.getProperty("os.name", "") + " " + System.getProperty("os.arch", "");
    String cpu = cpu();
    return new Host(
        cpu + ", " + System.getProperty("os.name", ""),
        cpu,
        placement.cpus(),
        placement.available(),
        placement.describe(),
        System.getProperty("os.name", "") + " " + System.getProperty("os.version", ""),
        distribution(os),
        System.getProperty("java.vendor.version", System.getProperty("java.vendor", ""))
            + ", "
            + System.getProperty("java.vm.version", ""),
        Launcher.FLAGS,
        loadBefore,
        load(),
        commit,
        date,
        pawl());
  }

  /** What Pawl tells of itself, without the directory of the native library. */
  private static String pawl() {
    return Pawl.describe().replaceFirst("(?m)^shim: \\S*/", "shim: ");
  }

  private static String load() {
    try {
      return String.join(
          " ",
          Stream.of(Files.readString(Path.of("/proc/loadavg")).split(" ", -1)).limit(3).toList());
    } catch (IOException e) {
      double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
      return load < 0 ? "unknown" : Double.toString(load);
    }
  }

  private static String cpu() throws InterruptedException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      String identifier = System.getenv("PROCESSOR_IDENTIFIER"); // Windows has it
      return identifier == null ? output("sysctl", "-n", "machdep.cpu.brand_string") : identifier;
    }
  }

  private static String distribution(String otherwise) {
    try (Stream<String> lines = Files.lines(Path.of("/etc/os-release"))) {
      return lines
          .filter(line -> line.startsWith("PRETTY_NAME="))
          .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
          .findFirst()
          .orElse(otherwise);
    } catch (IOException e) {
      return otherwise;
    }
  }

  /**
   * The commit of the tree that this is run from, and whether something in it has been changed,
   * beside results.
   */
  private static String commit() throws InterruptedException {
    String commit = output("git", "rev-parse", "HEAD");
    String changes =
        output(
            "git",
            "status",
            "--porcelain",
            "--untracked-files=no",
            "--",
            ":(top)",
            ":(top,exclude)benchmarks/results");
    boolean isClean = changes.isEmpty() || changes.equals(commit); // equal if git cannot tell
    return isClean ? commit : commit + ", with changes";
  }

  /** The first line that a command prints; empty if there is none. */
  private static String output(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? text.lines().findFirst().orElse("") : "unknown";
    } catch (IOException e) {
      return "unknown";
    }
  }
}
