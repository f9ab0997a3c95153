package io.pawl.internal.backend;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the compiled classes of this package name. */
final class Constants {
  private static final int UTF8 = 1;

  private Constants() {}

  /** The classes, without their package, whose constants contain a text as a whole. */
  static List<String> classesWith(String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream constant = new ByteArrayOutputStream();
    constant.write(UTF8);
    constant.write(content.length >> 8);
    constant.write(content.length);
    constant.writeBytes(content);
    String sought = latin(constant.toByteArray());
    Path folder = Children.classes().resolve("io/pawl/internal/backend");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".class") && latin(file).contains(sought))
          .map(file -> file.getFileName().toString().replace(".class", ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String latin(Path file) {
    try {
      return latin(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
