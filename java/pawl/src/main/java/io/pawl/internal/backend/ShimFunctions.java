package io.pawl.internal.backend;

import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The functions of the shim that no backend needs, linked when somebody asks for them.
 *
 * <p>Classes that call them hold the handles as constants, for the compiler's sake. Whatever
 * linking them may throw is thrown before such a class is initialized.
 */
final class ShimFunctions {
  private static final Map<String, MethodHandle> LINKED = new ConcurrentHashMap<>();

  private ShimFunctions() {}

  /**
   * Links functions, those that have not been.
   *
   * @throws UnavailableException if the shim does not have one of them
   */
  static void link(SymbolLookup shim, String... functions) throws UnavailableException {
    for (String function : functions) {
      if (!LINKED.containsKey(function)) {
        LINKED.put(function, ShimLinker.link(shim, function));
      }
    }
  }

  /** A function that has been linked. */
  static MethodHandle linked(String function) {
    MethodHandle handle = LINKED.get(function);
    if (handle == null) {
      throw new IllegalStateException("not linked: ".concat(function));
    }
    return handle;
  }
}
