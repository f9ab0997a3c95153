package io.pawl.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.kit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Other processes that use a region, in Java and in C. */
final class Programs {
  private static final String CLASSES =
      ChildJvm.path(ChildJvm.classesOf(SharedRegion.class), ChildJvm.classesOf(Programs.class));

  private Programs() {}

  /** The command that runs a class of the tests in a JVM of its own. */
  static List<String> java(Class<?> main, List<String> options, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(List.of("-cp", CLASSES, main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts a process that nobody listens to. */
  static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /**
   * Compiles a program in C; without a compiler the test is left out.
   *
   * @param source where its source is below the root of the project
   * @param directory where the program is put
   */
  static Path c(String source, Path directory) throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("pawl.root"));
    Path program = directory.resolve("program");
    Path log = directory.resolve("compiler.log");
    List<String> command =
        List.of(
            "cc",
            "-O2",
            "-I" + root.resolve("native/include"),
            root.resolve(source).toString(),
            "-o",
            program.toString());
    Process compiler = null;
    try {
      compiler =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "there is no C compiler: " + e);
      throw e;
    }
    assertThat(compiler.waitFor()).as("%s", Files.readString(log)).isZero();
    return program;
  }
}
