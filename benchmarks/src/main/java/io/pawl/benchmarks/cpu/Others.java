package io.pawl.benchmarks.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * How many CPUs others use meanwhile: programs beside those that measure, and, on a virtual
 * machine, what the host has taken away. Known on Linux only, from {@code /proc}, in ticks of 10
 * ms; elsewhere there seem to be none.
 */
public final class Others {
  private static final double TICKS_PER_NANO = 1e-7;
  private static final Path STAT = Path.of("/proc/stat");

  /** Of the first line of /proc/stat: all but idle and iowait, and guests, which are in user. */
  private static final List<Integer> BUSY = List.of(1, 2, 3, 6, 7, 8);

  /** Of a process, after its name: its user and system time. */
  private static final int TIMES = 11;

  private final List<String> processes = new ArrayList<>(List.of("self"));
  private final boolean known = Files.isReadable(STAT);

  private long nanos;
  private long ticks;

  /**
   * Begins to watch.
   *
   * @param pids of the processes that measure, beside this one
   */
  public Others(Collection<Long> pids) {
    pids.forEach(pid -> processes.add(pid.toString()));
    restart();
  }

  /** Begins anew. */
  public void restart() {
    nanos = System.nanoTime();
    ticks = foreignTicks();
  }

  /** How many CPUs others have used since. */
  public double cpus() {
    double elapsed = System.nanoTime() - nanos;
    return Math.max(0, (foreignTicks() - ticks) / (elapsed * TICKS_PER_NANO));
  }

  private long foreignTicks() {
    if (!known) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(STAT)) {
      String[] all = lines.findFirst().orElse("").split(" +", -1);
      long sum = BUSY.stream().mapToLong(field -> Long.parseLong(all[field])).sum();
      for (String process : processes) {
        sum -= ticks(process);
      }
      return sum;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The CPU time of a process and of its children that have ended. */
  private static long ticks(String process) throws IOException {
    String line = Files.readString(Path.of("/proc", process, "stat"));
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    return Stream.of(fields).skip(TIMES).limit(4).mapToLong(Long::parseLong).sum();
  }
}
