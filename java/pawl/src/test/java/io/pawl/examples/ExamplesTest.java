package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.pawl.Pawl;
import io.pawl.docs.Document;
import io.pawl.kit.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples as a reader starts them: from their source, with no other jar than Pawl's. */
class ExamplesTest {

  private static final Path EXAMPLES = Document.ROOT.resolve("java/pawl/src/examples");
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

  /** Beside numbers, which the tests of the programs check where they are always the same. */
  @ParameterizedTest
  @MethodSource("programs")
  @Tag("gate")
  void eachExampleRunsFromItsSourceAndPrintsWhatTheDocsShow(Path program) throws Exception {
    Set<String> printed = gist(outputOf(program).lines());
    assertThat(printed).isNotEmpty();
    if (!Files.readString(program).contains("System.in")) {
      assertThat(gist(figureOf(program).stream())).isEqualTo(printed);
    }
  }

  private static List<String> figureOf(Path program) throws IOException {
    String info = "text " + SOURCES.relativize(program).toString().replace('\\', '/');
    for (Path file : Document.all()) {
      List<String> block = new Document(file).blocks().get(info);
      if (block != null) {
        return block;
      }
    }
    return fail("No block of the docs is marked as " + info);
  }

  /** Lines without their numbers, in any order, each once; dots stand for those left out. */
  private static Set<String> gist(Stream<String> lines) {
    return lines
        .filter(line -> !line.equals("..."))
        .map(line -> line.replaceAll("\\d+", "0").replaceAll(" +", " "))
        .collect(Collectors.toSet());
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
