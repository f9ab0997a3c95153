package io.pawl.agent;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The jars and directories that a class loader takes classes from, in its order. */
final class Sources {
  /** The size from which a jar is cut into slices. */
  private static final long LARGE = 1 << 20;

  private final Set<Path> roots = new LinkedHashSet<>();
  private final List<ModuleReference> modules = new ArrayList<>();

  private Sources() {}

  /** The sources of a loader that says what they are, or null. */
  static @Nullable Sources of(ClassLoader loader) {
    Sources sources = new Sources();
    try {
      if (isApplicationLoader(loader)) {
        sources.addClassPath();
        sources.addModules(loader);
        return sources;
      }
      if (loader instanceof URLClassLoader lists) {
        for (URL url : lists.getURLs()) {
          sources.add(Path.of(url.toURI()));
        }
        return sources;
      }
    } catch (URISyntaxException | RuntimeException e) {
      // Some entry is no file.
    }
    return null;
  }

  /** A part of the sources, which one thread reads. */
  interface Part {

    /** Reads all class files, first those that are found first. */
    void read(Reader reader) throws IOException;

    /** What it is a part of. */
    String whole();
  }

  /** What is done with a class file. */
  interface Reader {
    void read(ClassBytes classFile) throws IOException;
  }

  /**
   * All parts, first those that are found first.
   *
   * @param threads how many threads will read, for which a large jar is cut
   */
  List<Part> parts(int threads) {
    List<Part> parts = new ArrayList<>();
    for (ModuleReference module : modules) {
      parts.add(part("module " + module.descriptor().name(), reader -> readModule(module, reader)));
    }
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        parts.add(part(root.toString(), reader -> readDirectory(root, reader)));
      } else if (isJar(root)) {
        int slices = root.toFile().length() < LARGE ? 1 : threads;
        for (int i = 0; i < slices; i++) {
          int slice = i;
          parts.add(part(root.toString(), reader -> readJar(root, slice, slices, reader)));
        }
      }
    }
    return parts;
  }

  private interface Reading {
    void read(Reader reader) throws IOException;
  }

  private static Part part(String whole, Reading reading) {
    return new Part() {
      @Override
      public void read(Reader reader) throws IOException {
        reading.read(reader);
      }

      @Override
      public String whole() {
        return whole;
      }
    };
  }

  /**
   * Tells whether the name of a class is one of those, without reading its content. True also when
   * a jar cannot be read.
   */
  boolean anyClass(Predicate<String> wanted) {
    Predicate<String> file = name -> isClassFile(name) && wanted.test(className(name));
    try {
      for (ModuleReference module : modules) {
        try (ModuleReader files = module.open();
            Stream<String> names = files.list()) {
          if (names.anyMatch(file)) {
            return true;
          }
        }
      }
      for (Path root : roots) {
        if (Files.isDirectory(root)
            ? classFiles(root).stream().anyMatch(path -> file.test(nameIn(root, path)))
            : isJar(root) && isInJar(root, file)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean isInJar(Path jar, Predicate<String> wanted) throws IOException {
    try (JarFile file = open(jar)) {
      return file.versionedStream().map(JarEntry::getName).anyMatch(wanted);
    }
  }

  private static JarFile open(Path jar) throws IOException {
    return new JarFile(jar.toFile(), false, JarFile.OPEN_READ, Runtime.version());
  }

  private static String className(String file) {
    return file.substring(0, file.length() - ".class".length());
  }

  private static String nameIn(Path root, Path file) {
    return root.relativize(file).toString().replace(File.separatorChar, '/');
  }

  private void addClassPath() {
    String path = System.getProperty("java.class.path", "");
    if (path.isEmpty() && System.getProperty("jdk.module.main") != null) {
      return;
    }
    // An empty entry is the working directory.
    for (String entry : path.split(File.pathSeparator, -1)) {
      add(Path.of(entry).toAbsolutePath());
    }
  }

  private void addModules(ClassLoader loader) {
    for (Module module : ModuleLayer.boot().modules()) {
      if (module.getClassLoader() == loader) {
        ModuleLayer.boot()
            .configuration()
            .findModule(module.getName())
            .map(ResolvedModule::reference)
            .filter(Sources::isOfFiles)
            .ifPresent(modules::add);
      }
    }
  }

  /** Adds a jar or a directory, and what the jar's manifest adds to the class path. */
  private void add(Path root) {
    if (roots.add(root) && isJar(root)) {
      for (String entry : manifestClassPath(root)) {
        addEntry(root, entry);
      }
    }
  }

  private void addEntry(Path jar, String entry) {
    Path path;
    try {
      URI uri = jar.toUri().resolve(entry);
      if (!"file".equals(uri.getScheme())) {
        return;
      }
      path = Path.of(uri);
    } catch (IllegalArgumentException e) {
      // The class loader passes it over as well.
      return;
    }
    add(path);
  }

  private static List<String> manifestClassPath(Path jar) {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Manifest manifest = file.getManifest();
      String value =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return value == null || value.isBlank() ? List.of() : List.of(value.strip().split(" +", -1));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean isJar(Path root) {
    return Files.isRegularFile(root);
  }

  private static boolean isApplicationLoader(ClassLoader loader) {
    return "app".equals(loader.getName())
        && loader.getClass().getModule() == Object.class.getModule();
  }

  private static void readDirectory(Path root, Reader reader) throws IOException {
    for (Path file : classFiles(root)) {
      try (InputStream in = Files.newInputStream(file)) {
        reader.read(new ClassBytes(in));
      }
    }
  }

  private static List<Path> classFiles(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (isClassFile(nameIn(root, file))) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemLoopException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    files.sort(null);
    return files;
  }

  private static boolean isOfFiles(ModuleReference module) {
    return module.location().filter(place -> "file".equals(place.getScheme())).isPresent();
  }

  /** The reader of a module knows what {@code --patch-module} adds to it. */
  private static void readModule(ModuleReference module, Reader reader) throws IOException {
    try (ModuleReader files = module.open();
        Stream<String> names = files.list()) {
      for (String name : names.filter(Sources::isClassFile).toList()) {
        try (InputStream in = files.open(name).orElse(InputStream.nullInputStream())) {
          reader.read(new ClassBytes(in));
        }
      }
    }
  }

  private static void readJar(Path jar, int slice, int slices, Reader reader) throws IOException {
    try (JarFile file = open(jar)) {
      List<JarEntry> entries =
          file.versionedStream().filter(entry -> isClassFile(entry.getName())).toList();
      int first = (int) ((long) entries.size() * slice / slices);
      int end = (int) ((long) entries.size() * (slice + 1) / slices);
      for (JarEntry entry : entries.subList(first, end)) {
        try (InputStream in = file.getInputStream(entry)) {
          reader.read(new ClassBytes(in));
        }
      }
    }
  }

  private static boolean isClassFile(String name) {
    return name.endsWith(".class")
        && !name.endsWith("module-info.class")
        && !name.startsWith("META-INF");
  }
}
