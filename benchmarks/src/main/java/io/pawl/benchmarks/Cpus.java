package io.pawl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The CPUs on which this process may run, and pinning by {@code taskset}. Linux only. */
final class Cpus {
  private Cpus() {}

  /** The CPUs allowed to the process (to its first thread), or none where that is unknown. */
  static List<Integer> allowed() {
    return allowed("self");
  }

  private static List<Integer> allowed(String task) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", task, "status"))) {
        if (line.startsWith("Cpus_allowed_list:")) {
          return parse(line.substring(line.indexOf(':') + 1).strip());
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return List.of();
  }

  /** Up to two of the given CPUs, not of one core if that can be had. */
  static List<Integer> two(List<Integer> cpus) {
    if (cpus.size() < 2) {
      return cpus;
    }
    int first = cpus.getFirst();
    List<Integer> siblings = siblings(first);
    int second =
        cpus.stream().filter(cpu -> !siblings.contains(cpu)).findFirst().orElse(cpus.get(1));
    return List.of(first, second);
  }

  private static List<Integer> siblings(int cpu) {
    Path path = Path.of("/sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list");
    try {
      return parse(Files.readString(path).strip());
    } catch (IOException e) {
      return List.of(cpu);
    }
  }

  private static List<Integer> parse(String list) {
    List<Integer> cpus = new ArrayList<>();
    for (String range : list.split(",", -1)) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      for (int cpu = first; cpu <= last; cpu++) {
        cpus.add(cpu);
      }
    }
    return cpus;
  }

  /** Whether there is a {@code taskset} to call. */
  static boolean hasTaskset() {
    return taskset("--version");
  }

  /**
   * Restricts all threads of this process, and so the processes that it starts from now on.
   *
   * @return whether that worked
   */
  static boolean restrictProcess(List<Integer> cpus) {
    return taskset("-a", "-c", "-p", join(cpus), Long.toString(ProcessHandle.current().pid()));
  }

  /** Pins the current thread to the allowed CPU with the given index, or fails. */
  static void pinCurrentThread(int index) {
    List<Integer> cpus = allowed();
    if (index >= cpus.size()) {
      throw new IllegalStateException("Only these CPUs can be used: " + cpus);
    }
    List<Integer> cpu = List.of(cpus.get(index));
    if (!taskset("-c", "-p", join(cpu), threadId()) || !allowed("thread-self").equals(cpu)) {
      throw new IllegalStateException("The thread cannot be pinned to CPU " + cpu);
    }
  }

  private static String threadId() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
    } catch (IOException e) {
      throw new IllegalStateException("The thread's id is unknown", e);
    }
  }

  static String join(List<Integer> cpus) {
    return String.join(",", cpus.stream().map(String::valueOf).toList());
  }

  private static boolean taskset(String... arguments) {
    List<String> command = new ArrayList<>(List.of("taskset"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
