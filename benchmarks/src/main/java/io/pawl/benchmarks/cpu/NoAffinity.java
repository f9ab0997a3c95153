package io.pawl.benchmarks.cpu;

import java.util.List;

/** Where nothing can be pinned. */
record NoAffinity(String obstacle) implements Affinity {
  @Override
  public List<Integer> allowed() {
    return List.of();
  }

  @Override
  public void pinProcess(List<Integer> cpus) {
    throw new UnsupportedOperationException(obstacle);
  }

  @Override
  public void pinThread(int index) {
    throw new UnsupportedOperationException(obstacle);
  }
}
