package io.pawl.jna;

/** The functions of {@code pawl.h}, with its names and types, for JNA's direct mapping. */
@SuppressWarnings("MemberName")
final class JnaBindings {
  private JnaBindings() {}

  static native int pawl_abi_version();

  static native int pawl_wait(long address, int expected, long deadline, int flags);

  static native int pawl_wake(long address, int count, int flags);

  static native int pawl_requeue(long from, int expected, int wake, int move, long to, int flags);

  static native int pawl_barrier_register();

  static native int pawl_barrier();
}
