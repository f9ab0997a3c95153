package io.pawl.benchmarks;

import java.util.List;

/** On which CPUs the JVMs that measure run. */
final class Placement {
  private final List<Integer> allowed = Cpus.allowed();
  private final List<Integer> two = Cpus.two(allowed);
  private final boolean pins = !allowed.isEmpty() && Cpus.hasTaskset();

  /** Whether two threads can be kept on CPUs of their own. */
  boolean canSeparate() {
    return pins && two.size() == 2;
  }

  /** Whether threads can be kept on one CPU. */
  boolean canJoin() {
    return pins;
  }

  /** Lets the JVMs started from now on use two CPUs. */
  void useTwo() {
    use(two);
  }

  /** Lets the JVMs started from now on use one CPU. */
  void useOne() {
    use(two.subList(0, 1));
  }

  /** Lets the JVMs started from now on use all CPUs there are for this process. */
  void useAll() {
    use(allowed);
  }

  private void use(List<Integer> cpus) {
    if (pins && !Cpus.restrictProcess(cpus)) {
      throw new IllegalStateException("taskset failed for the CPUs " + cpus);
    }
  }

  /** One line of text, without its end. */
  String describe() {
    if (!pins) {
      return "placement: not pinned, since there is no taskset; hand-off times are arbitrary";
    }
    return "placement: pinned to the CPUs "
        + Cpus.join(two)
        + " of "
        + Cpus.join(allowed)
        + (canSeparate() ? "" : "; a single CPU, so that nothing runs at the same time");
  }
}
