package io.pawl.internal.backend;

import org.jspecify.annotations.Nullable;

/**
 * The numbers of the Linux system calls that Pawl makes without a shim.
 *
 * @param futex futex(2)
 * @param membarrier membarrier(2)
 */
record SyscallNumbers(long futex, long membarrier) {

  /** Returns the numbers on a processor as {@link Platform#arch()} names it, or null. */
  static @Nullable SyscallNumbers of(String arch) {
    return switch (arch) {
      case "x86_64" -> new SyscallNumbers(202, 324);
      case "aarch64" -> new SyscallNumbers(98, 283);
      default -> null;
    };
  }
}
