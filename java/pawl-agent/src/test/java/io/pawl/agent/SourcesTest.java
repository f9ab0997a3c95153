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
    read(jar)
        .forEachClassFile(
            classFile ->
                interfaces.add(
                    ClassFile.of().parse(classFile).interfaces().getFirst().asInternalName()),
            errors::add);
    assertThat(interfaces).containsExactly("java/lang/Runnable");
  }

  @Test
  void fileThatIsNoJarIsPassedOver() throws IOException {
    Path text = Files.writeString(directory.resolve("text.jar"), "no jar");
    Path classes = compiled("one", "class A {}");
    assertThat(classesOf(text, classes)).containsExactly("A");
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
    List<String> names = new ArrayList<>();
    read(roots)
        .forEachClassFile(
            classFile -> names.add(ClassFile.of().parse(classFile).thisClass().asInternalName()),
            errors::add);
    return names;
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

  private Path compiled(String name, String unit) throws IOException {
    return Compiled.into(Files.createDirectory(directory.resolve(name)), List.of(), unit);
  }

  private Path jar(String name, Path classes, String manifest) throws IOException {
    Files.createDirectories(classes.resolve("META-INF"));
    Files.writeString(
        classes.resolve("META-INF/MANIFEST.MF"), "Manifest-Version: 1.0\n" + manifest);
    return Compiled.jar(directory.resolve(name), classes);
  }
}
