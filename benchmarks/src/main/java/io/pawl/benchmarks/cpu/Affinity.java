package io.pawl.benchmarks.cpu;

import java.util.List;
import java.util.Locale;

/** On which CPUs this process may run, and its threads: what differs between systems. */
public interface Affinity {
  /** That of the system this is. */
  Affinity HERE = here();

  private static Affinity here() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (os.startsWith("linux")) {
      return new LinuxAffinity();
    }
    return os.startsWith("windows")
        ? new WindowsAffinity()
        : new NoAffinity(
            os.startsWith("mac")
                ? "macOS lets nobody pin threads"
                : "nobody knows how to pin here");
  }

  /** Why nothing can be pinned; empty if it can. */
  String obstacle();

  /** The CPUs that this process may use; empty if that is unknown. */
  List<Integer> allowed();

  /** The CPUs that share a core with one, itself included. */
  default List<Integer> siblings(int cpu) {
    return List.of(cpu);
  }

  /**
   * Restricts the threads of this process, and the processes that it starts from now on.
   *
   * @throws UnsupportedOperationException if nothing can be pinned
   */
  void pinProcess(List<Integer> cpus);

  /**
   * Pins the current thread.
   *
   * @param index which of the allowed CPUs
   * @throws UnsupportedOperationException if nothing can be pinned
   */
  void pinThread(int index);
}
