package io.pawl.internal.backend;

import io.pawl.spi.NativeWait;
import java.lang.invoke.MethodHandle;

/**
 * The backend {@code panama}: downcalls into the shim.
 *
 * <p>The handles are constants, so that the JIT compiler turns a call into a direct one. Every call
 * is an ordinary downcall: one marked {@code critical} would hold up each safepoint for as long as
 * it waits.
 */
final class PanamaWait implements NativeWait {
  private static final MethodHandle WAIT_HANDLE = ShimLinker.linked().await();
  private static final MethodHandle WAKE_HANDLE = ShimLinker.linked().wake();
  private static final MethodHandle REQUEUE_HANDLE = ShimLinker.linked().requeue();
  private static final MethodHandle BARRIER_REGISTER_HANDLE = ShimLinker.linked().barrierRegister();
  private static final MethodHandle BARRIER_HANDLE = ShimLinker.linked().barrier();

  @Override
  public int await(long address, int expected, long deadline, boolean shared) {
    try {
      return (int) WAIT_HANDLE.invokeExact(address, expected, deadline, flags(shared));
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public int wake(long address, int count, boolean shared) {
    try {
      return (int) WAKE_HANDLE.invokeExact(address, count, flags(shared));
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public int requeue(long from, int expected, int wake, int move, long to, boolean shared) {
    try {
      return (int) REQUEUE_HANDLE.invokeExact(from, expected, wake, move, to, flags(shared));
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public int registerBarrier() {
    try {
      return (int) BARRIER_REGISTER_HANDLE.invokeExact();
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public int barrier() {
    try {
      return (int) BARRIER_HANDLE.invokeExact();
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /** PAWL_SHARED or PAWL_PRIVATE. */
  private static int flags(boolean shared) {
    return shared ? 1 : 0;
  }
}
