package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.FirstLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Starts a JVM for each turn, with the JVM's default settings: {@code ns} is the time until it has
 * done what it was started for. The parent passes its {@link System#nanoTime()}, which all
 * processes of a machine share.
 */
final class StartPlayer implements Player {
  private final String lock;
  private final List<String> flags;

  /**
   * Constructs a player.
   *
   * @param lock the implementation
   * @param flags of the JVMs
   */
  StartPlayer(String lock, List<String> flags) {
    this.lock = lock;
    this.flags = flags;
  }

  @Override
  public void awaitReady() {}

  @Override
  public Turn turn(int millis, long seed, String task) throws IOException, InterruptedException {
    String now = Long.toString(System.nanoTime());
    String nanos = run(flags, FirstLock.class, lock, task, now).getLast();
    return new Turn(Map.of("ns", Double.parseDouble(nanos)), null);
  }

  @Override
  public OptionalLong pid() {
    return OptionalLong.empty();
  }

  @Override
  public void close() {}

  /**
   * Creates an AOT cache by a run that does the same.
   *
   * @param lock the implementation
   * @param task as in a turn
   * @param cache the file
   */
  static void train(String lock, String task, Path cache) throws IOException, InterruptedException {
    String now = Long.toString(System.nanoTime());
    List<String> _ = run(List.of("-XX:AOTCacheOutput=" + cache), FirstLock.class, lock, task, now);
  }

  /** Runs a class in a JVM of its own and returns the lines that it prints. */
  static List<String> run(List<String> flags, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Launcher.executable());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(flags);
    command.addAll(List.of("--class-path", Launcher.CLASS_PATH, main.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " failed:\n" + output);
    }
    return output.lines().toList();
  }
}
