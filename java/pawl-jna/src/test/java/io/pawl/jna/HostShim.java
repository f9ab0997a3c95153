package io.pawl.jna;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.spi.NativeWait;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The shim that the build of Pawl made for this machine, as a file. */
final class HostShim {
  private HostShim() {}

  /** Returns the file, or skips the tests where the build had no compiler to make one. */
  static Path require() {
    String os = System.getProperty("os.name", "");
    boolean windows = os.startsWith("Windows");
    String system = windows ? "windows" : os.startsWith("Mac") ? "macos" : "linux";
    String arch = System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64";
    String name = windows ? "pawl.dll" : system.equals("macos") ? "libpawl.dylib" : "libpawl.so";
    String resource = "/META-INF/native/" + system + "-" + arch + "/" + name;
    try (InputStream in = NativeWait.class.getResourceAsStream(resource)) {
      assumeTrue(in != null, "the build made no " + resource);
      Path file = Files.createTempFile("pawl-test", name);
      file.toFile().deleteOnExit();
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
