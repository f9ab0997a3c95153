package io.pawl.internal.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Does what tools do that put a library into another's jar: moves all classes to another package.
 *
 * <p>Such a tool rewrites every name in the constant pool, and strings that begin like one.
 */
final class Relocated {
  /** Of the same length, which class files need not have, but copying them so simple does. */
  private static final String[][] NAMES = {{"io/pawl", "aa/pawl"}, {"io.pawl", "aa.pawl"}};

  private Relocated() {}

  /** Copies a directory of classes into another. Resources stay where they are. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> {
            try {
              String name = from.relativize(file).toString().replace('\\', '/');
              Path target = to.resolve(name.replace("io/pawl/", "aa/pawl/"));
              Files.createDirectories(target.getParent());
              byte[] content = Files.readAllBytes(file);
              Files.write(target, name.endsWith(".class") ? rename(content) : content);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  private static byte[] rename(byte[] content) {
    // One character to a byte, so that all else stays as it is.
    String text = new String(content, StandardCharsets.ISO_8859_1);
    for (String[] name : NAMES) {
      text = text.replace(name[0], name[1]);
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
