package io.pawl.internal.backend;

/**
 * The operating system and processor, by the names that Pawl's files carry.
 *
 * @param os linux, windows, macos, freebsd or openbsd; the value of {@code os.name} for any other
 * @param arch x86_64 or aarch64; the value of {@code os.arch} for any other
 */
public record Platform(String os, String arch) {

  /** Returns the platform this JVM runs on. */
  public static Platform current() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  /** Returns the platform of which the JVM says {@code os.name} and {@code os.arch}. */
  public static Platform of(String osName, String osArch) {
    return new Platform(os(osName), arch(osArch));
  }

  boolean isLinux() {
    return os.equals("linux");
  }

  public boolean isWindows() {
    return os.equals("windows");
  }

  /** The file name of the shim. */
  String libraryName() {
    return switch (os) {
      case "windows" -> "pawl.dll";
      case "macos" -> "libpawl.dylib";
      default -> "libpawl.so";
    };
  }

  /** Where the jar holds the shim. */
  String resource() {
    return "META-INF/native/".concat(directory()).concat("/").concat(libraryName());
  }

  /** The name of the shim's directory: os and arch, joined by a hyphen. */
  String directory() {
    return os.concat("-").concat(arch);
  }

  private static String os(String name) {
    if (name.equals("Linux")) {
      return "linux";
    }
    if (name.startsWith("Windows")) {
      return "windows";
    }
    if (name.startsWith("Mac OS X") || name.equals("Darwin")) {
      return "macos";
    }
    return switch (name) {
      case "FreeBSD" -> "freebsd";
      case "OpenBSD" -> "openbsd";
      default -> name;
    };
  }

  private static String arch(String name) {
    return switch (name) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64", "arm64" -> "aarch64";
      default -> name;
    };
  }
}
