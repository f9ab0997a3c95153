package io.pawl.internal.fence;

import org.jspecify.annotations.Nullable;

/**
 * Whether all Java code of this process is compiled by C1 and C2, HotSpot's own compilers, of which
 * it is known that they keep memory accesses in order across the node of a fence.
 */
final class Compilers {
  /** Resolved if and only if the virtual machine has the interface for other compilers. */
  private static final String INTERFACE = "jdk.internal.vm.ci";

  private Compilers() {}

  /**
   * Says which other compiler there may be.
   *
   * @return the reason, or null if there is none
   */
  static @Nullable String unknown() {
    return unknown(
        System.getProperty("java.vm.name", "unknown"),
        System.getProperty("java.vm.version", "unknown"),
        System.getProperty("java.vendor.version", ""),
        ModuleLayer.boot().findModule(INTERFACE).isPresent());
  }

  /**
   * Says it of a virtual machine with the given properties.
   *
   * @param name the system property {@code java.vm.name}; that of a HotSpot tells its variant
   * @param version the system property {@code java.vm.version}
   * @param vendor the system property {@code java.vendor.version}
   * @param pluggable whether the interface for other compilers is enabled, through which a library
   *     may compile code as well
   */
  static @Nullable String unknown(String name, String version, String vendor, boolean pluggable) {
    boolean hotSpot = name.startsWith("OpenJDK") || name.startsWith("Java HotSpot");
    boolean compiled =
        name.endsWith("Server VM") || name.endsWith("Client VM") || name.endsWith("Minimal VM");
    if (!hotSpot || !compiled) {
      return "not tried on the virtual machine ".concat(name);
    }
    if (pluggable || version.contains("jvmci") || vendor.contains("GraalVM")) {
      return "not tried with other compilers than C1 and C2, which this virtual machine may have";
    }
    return null;
  }
}
