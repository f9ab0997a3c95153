package io.pawl.internal.backend;

/** The words in which Pawl reports that the JVM denies it native access. */
final class NativeAccess {
  private NativeAccess() {}

  /** Says that native access is denied, and which option grants it. */
  static String denied() {
    Module module = NativeAccess.class.getModule();
    String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
    return "native access is denied; start java with --enable-native-access=".concat(name);
  }
}
