package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Small classes that are compiled by a test. */
final class Compiled {
  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
  private static final Pattern TYPE =
      Pattern.compile("(?:class|interface|record|module) ([\\w.]+)");

  private Compiled() {}

  /**
   * Compiles.
   *
   * @param directory where the class files go
   * @param classPath what the sources may use
   * @param units the texts of the source files, each named after its first type
   * @return the directory
   */
  static Path into(Path directory, List<Path> classPath, String... units) {
    try {
      Path sources = Files.createTempDirectory(directory.getParent(), "sources");
      List<String> arguments =
          new ArrayList<>(List.of("-g", "-proc:none", "-d", directory.toString()));
      if (!classPath.isEmpty()) {
        arguments.add("-cp");
        arguments.add(
            String.join(
                java.io.File.pathSeparator, classPath.stream().map(Path::toString).toList()));
      }
      for (String unit : units) {
        Path file = sources.resolve(fileName(unit));
        Files.createDirectories(file.getParent());
        arguments.add(Files.writeString(file, unit).toString());
      }
      int result =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, arguments.toArray(String[]::new));
      assertThat(result).as("result of the compiler").isZero();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All class files below a directory, by internal name. */
  static Map<String, byte[]> classFiles(Path directory) {
    Map<String, byte[]> classFiles = new HashMap<>();
    forEachFile(
        directory,
        (name, content) -> classFiles.put(name.substring(0, name.lastIndexOf('.')), content));
    return classFiles;
  }

  /** A jar with all that lies below a directory. */
  static Path jar(Path jar, Path directory) {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      forEachFile(
          directory,
          (name, content) -> {
            out.putNextEntry(new JarEntry(name));
            out.write(content);
            out.closeEntry();
          });
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface FileReader {
    void read(String name, byte[] content) throws IOException;
  }

  private static void forEachFile(Path directory, FileReader reader) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(file).toString().replace('\\', '/');
        reader.read(name, Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String fileName(String unit) {
    Matcher type = TYPE.matcher(unit);
    assertThat(type.find()).isTrue();
    Matcher inPackage = PACKAGE.matcher(unit);
    if (unit.strip().startsWith("module ")) {
      return "module-info.java";
    }
    String folder = inPackage.find() ? inPackage.group(1).replace('.', '/') + "/" : "";
    return folder + type.group(1) + ".java";
  }
}
