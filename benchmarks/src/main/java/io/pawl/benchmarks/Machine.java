package io.pawl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What one has to know of a machine to judge its numbers, beyond what Pawl tells itself. */
final class Machine {
  private Machine() {}

  /** Lines of text. */
  static String describe() {
    return "processor: " + model() + "\nload average: " + load() + "\n";
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

  private static String load() {
    try {
      return String.join(
          " ",
          Stream.of(Files.readString(Path.of("/proc/loadavg")).split(" ", -1)).limit(3).toList());
    } catch (IOException e) {
      return "unknown";
    }
  }
}
