package io.pawl.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;

/** What one has to know of a machine to judge its numbers, beyond what Pawl tells itself. */
final class Machine {
  private Machine() {}

  /** Lines of text. */
  static String describe() throws InterruptedException {
    return "date: "
        + LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES)
        + " UTC\ncommit: "
        + commit()
        + "\nprocessor: "
        + model()
        + "\nload average at the start: "
        + load()
        + "\ncc: "
        + output("cc", "--version")
        + "\nrustc: "
        + output("rustc", "--version")
        + "\n";
  }

  /** The commit of the tree that this is run from, and whether something in it has been changed. */
  private static String commit() throws InterruptedException {
    String commit = output("git", "rev-parse", "HEAD");
    String changes = output("git", "status", "--porcelain", "--untracked-files=no");
    boolean isClean = changes.isEmpty() || changes.equals(commit); // equal if git cannot tell
    return isClean ? commit : commit + ", with changes";
  }

  /** The first line that a command prints, which is empty if there is none. */
  private static String output(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? text.lines().findFirst().orElse("") : "unknown";
    } catch (IOException e) {
      return "none";
    }
  }

  private static String model() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** The load average of one, five and fifteen minutes. */
  static String load() {
    try {
      return String.join(
          " ",
          Stream.of(Files.readString(Path.of("/proc/loadavg")).split(" ", -1)).limit(3).toList());
    } catch (IOException e) {
      return "unknown";
    }
  }
}
