package io.pawl.benchmarks.cpu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/** Linux: {@code sched_setaffinity(2)}, and what {@code /proc} and {@code /sys} tell. */
final class LinuxAffinity implements Affinity {
  /** Bytes of a mask of 1024 CPUs. */
  private static final long MASK = 128;

  private static final Path TASKS = Path.of("/proc/self/task");

  private final MethodHandle setAffinity = handle();
  private final List<Integer> allowed = allowedToTask("self");

  @SuppressWarnings("restricted") // a system call is one of native code
  private static MethodHandle handle() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find("sched_setaffinity").orElseThrow(),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS));
  }

  @Override
  public String obstacle() {
    return "";
  }

  @Override
  public List<Integer> allowed() {
    return allowed;
  }

  private static List<Integer> allowedToTask(String task) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", task, "status"))) {
      return lines
          .filter(line -> line.startsWith("Cpus_allowed_list:"))
          .map(line -> parse(line.substring(line.indexOf(':') + 1)))
          .findFirst()
          .orElse(List.of());
    } catch (IOException e) {
      throw new IllegalStateException("There is no /proc", e);
    }
  }

  @Override
  public List<Integer> siblings(int cpu) {
    try {
      return parse(
          Files.readString(
              Path.of("/sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list")));
    } catch (IOException e) {
      return List.of(cpu);
    }
  }

  private static List<Integer> parse(String list) {
    List<Integer> cpus = new ArrayList<>();
    for (String range : list.strip().split(",", -1)) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      for (int cpu = first; cpu <= last; cpu++) {
        cpus.add(cpu);
      }
    }
    return cpus;
  }

  @Override
  public void pinProcess(List<Integer> cpus) {
    try (Stream<Path> tasks = Files.list(TASKS)) {
      for (Path task : tasks.toList()) {
        int error = pin(Integer.parseInt(task.getFileName().toString()), cpus);
        if (error != 0 && Files.exists(task)) {
          throw new IllegalStateException("sched_setaffinity failed for " + cpus);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("The threads are unknown", e);
    }
  }

  @Override
  public void pinThread(int index) {
    if (index >= allowed.size()) {
      throw new IllegalStateException("Only these CPUs can be used: " + allowed);
    }
    List<Integer> cpu = List.of(allowed.get(index));
    if (pin(0, cpu) != 0 || !allowedToTask("thread-self").equals(cpu)) {
      throw new IllegalStateException("The thread cannot be pinned to CPU " + cpu);
    }
  }

  private int pin(int task, List<Integer> cpus) {
    BitSet set = new BitSet();
    cpus.forEach(set::set);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK, Long.BYTES);
      mask.copyFrom(MemorySegment.ofArray(set.toLongArray()));
      return (int) setAffinity.invokeExact(task, MASK, mask);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
