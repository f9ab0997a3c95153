package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples as a reader starts them: from their source, with no other jar than Pawl's. */
class ExamplesTest {

  private static final Path ROOT = Path.of(System.getProperty("pawl.root"));
  private static final Path EXAMPLES = ROOT.resolve("java/pawl/src/examples");
  private static final Path SOURCES = EXAMPLES.resolve("java/io/pawl/examples");

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static Stream<Path> programs() throws IOException {
    return sources().stream().filter(ExamplesTest::isProgram);
  }

  private static boolean isProgram(Path file) {
    try {
      return Files.readString(file).contains("public static void main(");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String outputOf(Path program) throws IOException, InterruptedException {
    return ChildJvm.java()
        .with("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED")
        .with("-cp", ChildJvm.classesOf(Pawl.class).toString())
        .with(program.toString())
        .run()
        .quietOut();
  }

  @Test
  void exampleRunsFromItsSource() throws Exception {
    assertThat(outputOf(SOURCES.resolve("IdAllocation.java")))
        .contains("granted 1000, refused 200");
  }

  /** What the programs print is for their own tests. */
  @ParameterizedTest
  @MethodSource("programs")
  @Tag("gate")
  void eachExampleRunsFromItsSource(Path program) throws Exception {
    assertThat(outputOf(program)).isNotEmpty();
  }

  @Test
  void readmeNamesEachExample() throws IOException {
    String readme = Files.readString(EXAMPLES.resolve("README.md"));
    Path java = EXAMPLES.resolve("java");
    assertThat(programs())
        .isNotEmpty()
        .allSatisfy(program ->
            assertThat(readme)
                .contains("(java/" + java.relativize(program).toString().replace('\\', '/') + ")"));
  }

  @Test
  void examplesNeedNoOtherJar() throws IOException {
    for (Path file : sources()) {
      assertThat(Files.readString(file).lines())
          .filteredOn(line -> line.startsWith("import "))
          .allMatch(line -> line.matches("import (java|io\\.pawl)\\..*"));
    }
  }
}
