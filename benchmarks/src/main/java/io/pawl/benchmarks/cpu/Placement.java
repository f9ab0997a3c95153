package io.pawl.benchmarks.cpu;

import java.util.List;

/** On which CPUs the processes run that measure. */
public final class Placement {
  private final Affinity affinity = Affinity.HERE;
  private final List<Integer> allowed = affinity.allowed();
  private final List<Integer> two = two();
  private List<Integer> used = allowed;

  /** Up to two of the allowed CPUs, not of one core if that can be had. */
  private List<Integer> two() {
    if (allowed.size() < 2) {
      return allowed;
    }
    int first = allowed.getFirst();
    List<Integer> siblings = affinity.siblings(first);
    int second =
        allowed.stream().filter(cpu -> !siblings.contains(cpu)).findFirst().orElse(allowed.get(1));
    return List.of(first, second);
  }

  /** Whether anything can be pinned. */
  public boolean pins() {
    return !allowed.isEmpty();
  }

  /** Whether two threads can be kept on CPUs of their own. */
  public boolean canSeparate() {
    return two.size() == 2;
  }

  /** How many CPUs the processes started from now on have. */
  public int cpus() {
    return used.isEmpty() ? Runtime.getRuntime().availableProcessors() : used.size();
  }

  /** How many there are for this process. */
  public int available() {
    return allowed.isEmpty() ? Runtime.getRuntime().availableProcessors() : allowed.size();
  }

  /** Lets the processes started from now on use two CPUs. */
  public void useTwo() {
    use(two);
  }

  /** Lets the processes started from now on use one CPU. */
  public void useOne() {
    use(two.subList(0, 1));
  }

  /** Lets the processes started from now on use all CPUs there are for this process. */
  public void useAll() {
    use(allowed);
  }

  private void use(List<Integer> cpus) {
    if (pins()) {
      affinity.pinProcess(cpus);
      used = cpus;
    }
  }

  /** One line of text, without its end. */
  public String describe() {
    return pins()
        ? "pinned to " + used + " of " + allowed
        : "not pinned: " + affinity.obstacle() + "; hand-off times are arbitrary";
  }
}
