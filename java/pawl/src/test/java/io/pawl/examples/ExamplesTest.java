package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples as a reader starts them: from their source, with no other jar than Pawl's. */
class ExamplesTest {

  private static final Path ROOT = Path.of(System.getProperty("pawl.root"));
  private static final Path EXAMPLES = ROOT.resolve("java/pawl/src/examples");
  private static final Path SOURCES = EXAMPLES.resolve("java/io/pawl/examples");

  @Test
  void exampleRunsFromItsSource() throws Exception {
    String out =
        ChildJvm.java()
            .with("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED")
            .with("-cp", ChildJvm.classesOf(Pawl.class).toString())
            .with(SOURCES.resolve("IdAllocation.java").toString())
            .run()
            .quietOut();

    assertThat(out).contains("granted 1000, refused 200");
  }

  @Test
  void readmeNamesEachExample() throws IOException {
    String readme = Files.readString(EXAMPLES.resolve("README.md"));
    try (Stream<Path> files = Files.list(SOURCES)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      assertThat(names).isNotEmpty();
      assertThat(names).allSatisfy(name -> assertThat(readme).contains(name));
    }
  }

  @Test
  void examplesNeedNoOtherJar() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file).lines())
            .filteredOn(line -> line.startsWith("import "))
            .allMatch(line -> line.matches("import (java|io\\.pawl)\\..*"));
      }
    }
  }
}
