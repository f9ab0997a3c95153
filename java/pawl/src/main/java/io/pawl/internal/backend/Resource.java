package io.pawl.internal.backend;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.CodeSource;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file that comes with Pawl's classes.
 *
 * <p>{@link Class#getResourceAsStream} searches the parent loaders first, down to the run-time
 * image. Reading the file or jar that this class came from avoids that; where it came from
 * elsewhere, the class is asked after all.
 */
final class Resource {
  private Resource() {}

  /**
   * Reads a resource.
   *
   * @param name its path, without a slash in front
   * @return its bytes, or null when there is none
   */
  static byte @Nullable [] read(String name) throws IOException {
    File origin = origin();
    if (origin != null && origin.isDirectory()) {
      return readFile(new File(origin, name));
    }
    if (origin != null && origin.isFile()) {
      return readEntry(origin, name);
    }
    try (InputStream in = Resource.class.getResourceAsStream("/".concat(name))) {
      return in == null ? null : in.readAllBytes();
    }
  }

  /** The file or directory this class was loaded from, if it was one. */
  private static @Nullable File origin() {
    CodeSource source = Resource.class.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    if (location == null || !location.getProtocol().equals("file")) {
      return null;
    }
    try {
      return new File(location.toURI());
    } catch (URISyntaxException | IllegalArgumentException e) {
      return null;
    }
  }

  private static byte @Nullable [] readFile(File file) throws IOException {
    if (!file.isFile()) {
      return null;
    }
    try (InputStream in = new FileInputStream(file)) {
      return in.readAllBytes();
    }
  }

  private static byte @Nullable [] readEntry(File file, String name) throws IOException {
    try (ZipFile zip = new ZipFile(file)) {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        return null;
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return in.readAllBytes();
      }
    }
  }
}
