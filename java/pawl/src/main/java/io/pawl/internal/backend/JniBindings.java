package io.pawl.internal.backend;

/** The JNI entry points of the shim: the functions of {@code pawl.h}, with its types. */
final class JniBindings {
  private JniBindings() {}

  static native int abiVersion();

  static native int await(long address, int expected, long deadline, int flags);

  static native int wake(long address, int count, int flags);

  static native int requeue(long from, int expected, int wake, int move, long to, int flags);

  static native int barrierRegister();

  static native int barrier();
}
