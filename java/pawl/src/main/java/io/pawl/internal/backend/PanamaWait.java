package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.pawl.spi.NativeWait;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The backend {@code panama}: downcalls into the shim that this class loader has loaded.
 *
 * <p>The handles are constants, so that the JIT compiler turns a call into a direct one. Every call
 * is an ordinary downcall: one marked {@code critical} would hold up each safepoint for as long as
 * it waits.
 */
final class PanamaWait implements NativeWait {
  static final FunctionDescriptor ABI_VERSION = FunctionDescriptor.of(JAVA_INT);
  static final FunctionDescriptor WAIT =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  static final FunctionDescriptor WAKE =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  static final FunctionDescriptor REQUEUE =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
  static final FunctionDescriptor BARRIER_REGISTER = FunctionDescriptor.of(JAVA_INT);
  static final FunctionDescriptor BARRIER = FunctionDescriptor.of(JAVA_INT);

  private static final SymbolLookup SHIM = SymbolLookup.loaderLookup();
  private static final MethodHandle ABI_VERSION_HANDLE = link("pawl_abi_version", ABI_VERSION);
  private static final MethodHandle WAIT_HANDLE = link("pawl_wait", WAIT);
  private static final MethodHandle WAKE_HANDLE = link("pawl_wake", WAKE);
  private static final MethodHandle REQUEUE_HANDLE = link("pawl_requeue", REQUEUE);
  private static final MethodHandle BARRIER_REGISTER_HANDLE =
      link("pawl_barrier_register", BARRIER_REGISTER);
  private static final MethodHandle BARRIER_HANDLE = link("pawl_barrier", BARRIER);

  @SuppressWarnings("restricted")
  private static MethodHandle link(String name, FunctionDescriptor type) {
    MemorySegment function =
        SHIM.find(name).orElseThrow(() -> new UnsatisfiedLinkError("the shim has no " + name));
    return Linker.nativeLinker().downcallHandle(function, type);
  }

  /** Asks the shim for its ABI version. */
  static int abiVersion() {
    try {
      return (int) ABI_VERSION_HANDLE.invokeExact();
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

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
