package io.pawl.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, for what can be tried only once in a process or needs other options. */
public final class ChildJvm {
  private static final Duration LIMIT = Patience.ofSeconds(50);

  private final List<String> prefix = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();

  private ChildJvm() {}

  /**
   * What a child left behind.
   *
   * @param exit its exit value
   * @param out what it wrote to standard output
   * @param err what it wrote to standard error
   */
  public record Result(int exit, String out, String err) {

    /**
     * Checks that the child ended normally and had nothing to complain about.
     *
     * @return what it wrote
     */
    public String quietOut() {
      assertThat(err).isEmpty();
      return normalOut();
    }

    /**
     * Checks that the child ended normally.
     *
     * @return what it wrote
     */
    public String normalOut() {
      assertThat(exit).as("exit value; standard error: %s", err).isZero();
      return out;
    }
  }

  /**
   * Starts from an empty command line.
   *
   * @return a child that is not started yet
   */
  public static ChildJvm java() {
    return new ChildJvm();
  }

  /**
   * Appends arguments.
   *
   * @param more options, or the main class and what follows it
   * @return this child
   */
  public ChildJvm with(String... more) {
    Collections.addAll(arguments, more);
    return this;
  }

  /**
   * Puts words before the command.
   *
   * @param words a command that runs its arguments as a command
   * @return this child
   */
  public ChildJvm under(String... words) {
    Collections.addAll(prefix, words);
    return this;
  }

  /**
   * Runs the child to its end.
   *
   * @return what it left behind
   */
  public Result run() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    Path out = Files.createTempFile("pawl-child", ".out");
    Path err = Files.createTempFile("pawl-child", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try {
        process.getOutputStream().close(); // it finds the end of its standard input
        assertThat(process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
            .as("the child has ended: %s", command)
            .isTrue();
      } finally {
        // Windows deletes no file that a process has open.
        int _ = process.destroyForcibly().waitFor();
      }
      return new Result(process.exitValue(), read(out), read(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /**
   * Returns where the build has put the classes that hold a class.
   *
   * @param type a class of the main sources
   * @return a directory, or a jar
   */
  public static Path classesOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Joins the parts of a class path or module path.
   *
   * @param parts files and directories
   * @return the option's value
   */
  public static String path(Path... parts) {
    List<String> names = new ArrayList<>();
    for (Path part : parts) {
      names.add(part.toString());
    }
    return String.join(File.pathSeparator, names);
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
