package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.pawl.spi.NativeWait;
import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Links the functions of a shim for {@link PanamaWait}.
 *
 * <p>That class holds the handles as constants. Whatever linking them may throw is thrown here
 * instead of in its initializer, which could never be tried again.
 */
final class ShimLinker {
  private static final String VERSION = "pawl_abi_version";

  private static volatile @Nullable Linked linked;

  private ShimLinker() {}

  /** The functions, by the names they have in {@code pawl.h}. */
  record Linked(
      MethodHandle await,
      MethodHandle wake,
      MethodHandle requeue,
      MethodHandle barrierRegister,
      MethodHandle barrier) {}

  /**
   * Makes the backend, linking it if that has not been done.
   *
   * @param shim finds the functions of the shim and no others
   */
  static NativeWait open(SymbolLookup shim) throws UnavailableException {
    if (linked == null) {
      linked =
          new Linked(
              link(shim, "pawl_wait"),
              link(shim, "pawl_wake"),
              link(shim, "pawl_requeue"),
              link(shim, "pawl_barrier_register"),
              link(shim, "pawl_barrier"));
    }
    return new PanamaWait();
  }

  /** What {@link #open} has linked. */
  static Linked linked() {
    Linked done = linked;
    if (done == null) {
      throw new IllegalStateException("not linked");
    }
    return done;
  }

  /**
   * Asks a library for its ABI version.
   *
   * @throws UnavailableException if it is no shim
   */
  static int version(SymbolLookup library) throws UnavailableException {
    MethodHandle version = link(library, VERSION);
    try {
      return (int) version.invokeExact();
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /** The types of the functions that are used, which are those of the header. */
  static FunctionDescriptor type(String function) {
    return switch (function) {
      case String peer when peer.startsWith("pawl_peer_") -> ShimPeers.type(peer);
      case String lock when lock.startsWith("pawl_os_") -> OsLocks.type(lock);
      case String lock when lock.startsWith("pawl_pi_") -> PiLocks.type(lock);
      case "pawl_waitv" -> ManyWaits.type();
      case "pawl_wait" -> type(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
      case "pawl_wake" -> type(JAVA_LONG, JAVA_INT, JAVA_INT);
      case "pawl_requeue" -> type(JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
      default -> type();
    };
  }

  private static FunctionDescriptor type(MemoryLayout... parameters) {
    return FunctionDescriptor.of(JAVA_INT, parameters);
  }

  /**
   * Links one function.
   *
   * @throws UnavailableException if the library does not have it
   */
  @SuppressWarnings("restricted")
  static MethodHandle link(SymbolLookup library, String function) throws UnavailableException {
    Optional<MemorySegment> found = library.find(function);
    if (found.isEmpty()) {
      throw new UnavailableException("it has no ".concat(function), null);
    }
    return Linker.nativeLinker().downcallHandle(found.get(), type(function));
  }
}
