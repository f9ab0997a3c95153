package io.pawl.jna;

import io.pawl.spi.NativeWait;

/** The backend {@code jna}: the shim through JNA, by direct mapping. */
final class JnaWait implements NativeWait {

  @Override
  public int await(long address, int expected, long deadline, boolean shared) {
    return JnaBindings.pawl_wait(address, expected, deadline, flags(shared));
  }

  @Override
  public int wake(long address, int count, boolean shared) {
    return JnaBindings.pawl_wake(address, count, flags(shared));
  }

  @Override
  public int requeue(long from, int expected, int wake, int move, long to, boolean shared) {
    return JnaBindings.pawl_requeue(from, expected, wake, move, to, flags(shared));
  }

  @Override
  public int registerBarrier() {
    return JnaBindings.pawl_barrier_register();
  }

  @Override
  public int barrier() {
    return JnaBindings.pawl_barrier();
  }

  /** PAWL_SHARED or PAWL_PRIVATE. */
  private static int flags(boolean shared) {
    return shared ? 1 : 0;
  }
}
