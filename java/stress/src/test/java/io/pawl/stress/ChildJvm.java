package io.pawl.stress;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a JVM has done in which changed classes of the library come before the library.
 *
 * @param exit its exit value
 * @param output all that it has printed
 */
public record ChildJvm(int exit, String output) {

  /**
   * Runs a class; fails if it does not end.
   *
   * @param classes the directory of the changed classes
   * @param arguments of the launcher
   * @param main the class
   * @param limit how long it may take
   * @param log where the output is kept
   * @param words what the class is given
   * @return how it has ended
   * @throws IOException if it cannot be started
   * @throws InterruptedException if interrupted meanwhile
   */
  public static ChildJvm run(
      Path classes,
      List<String> arguments,
      Class<?> main,
      Duration limit,
      Path log,
      List<String> words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    command.add("-cp");
    command.add(classes + File.pathSeparator + System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(words);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("The JVM did not end; see " + log);
      }
    } finally {
      process.destroyForcibly();
    }
    return new ChildJvm(process.exitValue(), Files.readString(log));
  }
}
