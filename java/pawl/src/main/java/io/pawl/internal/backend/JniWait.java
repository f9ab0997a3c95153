package io.pawl.internal.backend;

import io.pawl.spi.NativeWait;

/**
 * The backend {@code jni}: the shim through its JNI entry points, ready as soon as it is loaded.
 */
final class JniWait implements NativeWait {

  @Override
  public int await(long address, int expected, long deadline, boolean shared) {
    return JniBindings.await(address, expected, deadline, flags(shared));
  }

  @Override
  public int wake(long address, int count, boolean shared) {
    return JniBindings.wake(address, count, flags(shared));
  }

  @Override
  public int requeue(long from, int expected, int wake, int move, long to, boolean shared) {
    return JniBindings.requeue(from, expected, wake, move, to, flags(shared));
  }

  @Override
  public int registerBarrier() {
    return JniBindings.barrierRegister();
  }

  @Override
  public int barrier() {
    return JniBindings.barrier();
  }

  /** PAWL_SHARED or PAWL_PRIVATE. */
  private static int flags(boolean shared) {
    return shared ? 1 : 0;
  }
}
