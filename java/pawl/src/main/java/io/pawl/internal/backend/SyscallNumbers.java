package io.pawl.internal.backend;

import org.jspecify.annotations.Nullable;

/**
 * The numbers of the Linux system calls that Pawl makes without a shim.
 *
 * @param futex futex(2)
 * @param membarrier membarrier(2)
 * @param openat openat(2)
 * @param close close(2)
 * @param fcntl fcntl(2)
 * @param noFollow not a number of a call but O_NOFOLLOW, which differs as well
 */
record SyscallNumbers(
    long futex, long membarrier, long openat, long close, long fcntl, long noFollow) {

  /** Returns the numbers on a processor as {@link Platform#arch()} names it, or null. */
  static @Nullable SyscallNumbers of(String arch) {
    return switch (arch) {
      case "x86_64" -> new SyscallNumbers(202, 324, 257, 3, 72, 0x2_0000);
      case "aarch64" -> new SyscallNumbers(98, 283, 56, 57, 25, 0x8000);
      default -> null;
    };
  }
}
