package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Limit(60)
class SourcesTest {
  @TempDir Path directory;
  private final List<String> errors = new ArrayList<>();

  @Test
  void directoriesJarsAndTheClassPathsOfJarsAreRead() throws IOException {
    Path inDirectory = compiled("one", "package a; class InDirectory { class Nested {} }");
    Path library = jar("library.jar", compiled("two", "package a; class InLibrary {}"), "");
    Path jar =
        jar(
            "app.jar",
            compiled("three", "class InJar {}"),
            "Class-Path: " + library.getFileName() + " missing.jar app.jar\n");
    assertThat(classesOf(inDirectory, jar, directory.resolve("nowhere")))
        .containsExactly("a/InDirectory$Nested", "a/InDirectory", "InJar", "a/InLibrary");
  }

  @Test
  void classForThisReleaseIsReadFromAJarOfManyReleases() throws IOException {
    Path classes = compiled("base", "class Base implements Cloneable {}");
    Path newer = compiled("newer", "class Base implements Runnable { public void run() {} }");
    Path versions = Files.createDirectories(classes.resolve("META-INF/versions/22"));
    Files.copy(newer.resolve("Base.class"), versions.resolve("Base.class"));
    Path jar = jar("many.jar", classes, "Multi-Release: true\n");
    List<String> interfaces = new ArrayList<>();
    readAll(
        read(jar),
        1,
        classFile ->
            interfaces.add(
                ClassFile.of().parse(classFile.whole()).interfaces().getFirst().asInternalName()));
    assertThat(interfaces).containsExactly("java/lang/Runnable");
  }

  @Test
  void fileThatIsNoJarIsPassedOver() throws IOException {
    Path text = Files.writeString(directory.resolve("text.jar"), "no jar");
    Path classes = compiled("one", "class A {}");
    assertThat(classesOf(text, classes)).containsExactly("A");
  }

  @Test
  void largeJarIsReadInSlicesAndEachClassOnce() throws IOException {
    Path classes = compiled("one", "package a; class A {}", "class B {}", "class C { class D {} }");
    Files.write(classes.resolve("filler"), noise(2 << 20));
    Path jar = jar("large.jar", classes, "");
    List<String> whole = classesOf(1, jar);
    assertThat(whole).containsExactlyInAnyOrder("a/A", "B", "C", "C$D");
    assertThat(classesOf(3, jar)).isEqualTo(whole);
    assertThat(classesOf(9, jar)).isEqualTo(whole);
    assertThat(read(jar).parts(3)).hasSize(3);
  }

  /** What cannot be compressed. */
  private static byte[] noise(int size) {
    byte[] noise = new byte[size];
    new Random(1).nextBytes(noise);
    return noise;
  }

  @Test
  void linkedDirectoryIsRead() throws IOException {
    Path elsewhere = compiled("elsewhere", "package a; class A {}");
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.createSymbolicLink(root.resolve("a"), elsewhere.resolve("a"));
    Files.createSymbolicLink(elsewhere.resolve("a/loop"), root);
    assertThat(classesOf(root)).containsExactly("a/A");
    assertThat(errors).isEmpty();
  }

  @Test
  void badEntryInTheClassPathOfAJarIsPassedOver() throws IOException {
    Path library = jar("library.jar", compiled("two", "package a; class InLibrary {}"), "");
    Path jar =
        jar(
            "app.jar",
            compiled("three", "class InJar {}"),
            "Class-Path: a%zz.jar file:b.jar file://host/c.jar " + library.getFileName() + "\n");
    assertThat(classesOf(jar)).containsExactly("InJar", "a/InLibrary");
  }

  @Test
  void loaderThatReadsNoFilesHasNoSources() throws IOException {
    assertThat(Sources.of(new ClassLoader() {})).isNull();
    try (URLClassLoader remote =
        new URLClassLoader(new URL[] {URI.create("jar:file:/a.jar!/b.jar").toURL()})) {
      assertThat(Sources.of(remote)).isNull();
    }
  }

  private List<String> classesOf(Path... roots) throws IOException {
    return classesOf(1, roots);
  }

  private List<String> classesOf(int threads, Path... roots) throws IOException {
    List<String> names = new ArrayList<>();
    readAll(
        read(roots),
        threads,
        classFile ->
            names.add(ClassFile.of().parse(classFile.whole()).thisClass().asInternalName()));
    return names;
  }

  private void readAll(Sources sources, int threads, Sources.Reader reader) {
    for (Sources.Part part : sources.parts(threads)) {
      try {
        part.read(reader);
      } catch (IOException e) {
        errors.add(part.whole() + ": " + e);
      }
    }
  }

  private static Sources read(Path... roots) throws IOException {
    URL[] urls = new URL[roots.length];
    for (int i = 0; i < roots.length; i++) {
      urls[i] = roots[i].toUri().toURL();
    }
    try (URLClassLoader loader = new URLClassLoader(urls)) {
      return Objects.requireNonNull(Sources.of(loader));
    }
  }

  private Path compiled(String name, String... units) throws IOException {
    return Compiled.into(Files.createDirectory(directory.resolve(name)), List.of(), units);
  }

  private Path jar(String name, Path classes, String manifest) throws IOException {
    Files.createDirectories(classes.resolve("META-INF"));
    Files.writeString(
        classes.resolve("META-INF/MANIFEST.MF"), "Manifest-Version: 1.0\n" + manifest);
    return Compiled.jar(directory.resolve(name), classes);
  }
}
