package io.pawl.internal.backend;

import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/** The functions of the C library of Linux. */
final class CLibrary {
  /** Both glibc and musl know themselves by it. */
  private static final String NAME = "libc.so.6";

  private CLibrary() {}

  /**
   * Finds a function. The linker's own lookup stays empty for the life of the process if it could
   * not be made at first, as when no file descriptor was left; the library is asked by its name
   * then, which is loaded already and needs none.
   *
   * @throws UnavailableException if there is no such function
   */
  @SuppressWarnings("restricted")
  static MemorySegment find(String function) throws UnavailableException {
    Optional<MemorySegment> found = Linker.nativeLinker().defaultLookup().find(function);
    if (found.isEmpty()) {
      try {
        found = SymbolLookup.libraryLookup(NAME, Arena.global()).find(function);
      } catch (IllegalArgumentException _) {
        // Neither of the two.
      }
    }
    if (found.isEmpty()) {
      throw new UnavailableException("the C library has no ".concat(function), null);
    }
    return found.get();
  }
}
