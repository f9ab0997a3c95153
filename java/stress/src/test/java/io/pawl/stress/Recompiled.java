package io.pawl.stress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Classes of this module, compiled once more from the same sources, but for their imports: each
 * class of {@code java.util.concurrent} that Pawl replaces is imported from {@code io.pawl}.
 */
final class Recompiled extends URLClassLoader {

  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import java\\.util\\.concurrent\\.([\\w.]+);$");

  private final String packageName;

  private Recompiled(String packageName, URL classes) {
    super(new URL[] {classes}, Recompiled.class.getClassLoader());
    this.packageName = packageName;
  }

  /** Compiles a package into a directory. */
  static Recompiled compile(String packageName, Path directory) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-d", directory.resolve("classes").toString(), "-proc:none"));
    arguments.addAll(List.of("--release", "22", "-Xlint:all,-processing", "-Werror"));
    arguments.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    Path target = Files.createDirectories(directory.resolve("sources"));
    for (Path source : sources(packageName)) {
      Path copy = target.resolve(source.getFileName());
      Path _ = Files.writeString(copy, withImportsReplaced(Files.readString(source)));
      arguments.add(copy.toString());
    }
    JavaCompiler compiler =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK, not a JRE");
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    if (compiler.run(null, messages, messages, arguments.toArray(String[]::new)) != 0) {
      throw new AssertionError(
          "Does not compile with Pawl's imports:\n" + messages.toString(UTF_8));
    }
    return new Recompiled(packageName, url(directory.resolve("classes")));
  }

  private static URL url(Path directory) throws MalformedURLException {
    return directory.toUri().toURL();
  }

  private static List<Path> sources(String packageName) throws IOException {
    Path directory = Path.of("src", "test", "java").resolve(packageName.replace('.', '/'));
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static String withImportsReplaced(String source) {
    return IMPORT
        .matcher(source)
        .replaceAll(found ->
            Matcher.quoteReplacement(
                isReplaced(found.group(1))
                    ? "import io.pawl." + found.group(1) + ";"
                    : found.group()));
  }

  private static boolean isReplaced(String name) {
    try {
      Class<?> _ = Class.forName("io.pawl." + name);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The names, after the package's, of the replaced classes that a package imports. */
  static NavigableSet<String> replaced(String packageName) throws IOException {
    NavigableSet<String> names = new TreeSet<>();
    for (Path source : sources(packageName)) {
      IMPORT
          .matcher(read(source))
          .results()
          .map(found -> found.group(1))
          .filter(Recompiled::isReplaced)
          .forEach(names::add);
    }
    return names;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The classes of the package are here, and not those of the parent. */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(packageName + ".")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }
}
