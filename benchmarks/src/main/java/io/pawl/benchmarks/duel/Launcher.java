package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.Program;
import io.pawl.benchmarks.Trial;
import io.pawl.benchmarks.Worker;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts the processes of implementations. A name that begins with {@value #BASELINE} is an
 * implementation of another build of Pawl.
 */
final class Launcher {
  /** The file with what processes have printed as errors. */
  static final String ERRORS = "errors.log";

  /** What names of implementations of the other build begin with. */
  static final String BASELINE = "baseline:";

  /**
   * The flags of every JVM that measures, but for the start-up and the collector. The property
   * keeps the JDK from warning of JMH's use of Unsafe.
   */
  static final List<String> FLAGS =
      List.of(
          "-Xms256m",
          "-Xmx256m",
          "-Dsun.misc.unsafe.memory.access=allow",
          "--enable-native-access=ALL-UNNAMED");

  /** The class path of this JVM. */
  static final String CLASS_PATH = System.getProperty("java.class.path");

  private final Path output;
  private final NativePeers natives;
  private final @Nullable Path baseline;

  /**
   * Constructs a launcher.
   *
   * @param output for the processes' errors
   * @param natives the programs in other languages
   * @param baseline the jar of another build of Pawl, or null
   */
  Launcher(Path output, NativePeers natives, @Nullable Path baseline) {
    this.output = output;
    this.natives = natives;
    this.baseline = baseline;
  }

  /** The locks of other languages. */
  NativePeers natives() {
    return natives;
  }

  /** The implementation of the other build, if there is one. */
  List<String> baseline(String implementation) {
    return baseline == null ? List.of() : List.of(BASELINE + implementation);
  }

  /**
   * Starts a process for each implementation and waits until all are ready.
   *
   * @param implementations their names
   * @param task at which all of them work
   * @param flags of their JVMs, after {@link #FLAGS}
   */
  List<Match.Entry> entries(List<String> implementations, String task, List<String> flags)
      throws IOException, InterruptedException {
    List<Match.Entry> entries = new ArrayList<>();
    for (String name : implementations) {
      entries.add(new Match.Entry(name, start(name, flags), task));
    }
    for (Match.Entry entry : entries) {
      entry.player().awaitReady();
    }
    return entries;
  }

  /**
   * Starts a process that works at one implementation.
   *
   * @param implementation its name
   * @param flags of its JVM, after {@link #FLAGS}
   */
  ProcessPlayer start(String implementation, List<String> flags) throws IOException {
    Path program = natives.program(implementation);
    return ProcessPlayer.start(
        implementation,
        program == null ? java(Worker.class, implementation, flags) : List.of(program.toString()),
        output.resolve(ERRORS));
  }

  /** Starts a {@link Program}. */
  ProcessPlayer startProgram(String implementation, List<String> flags) throws IOException {
    return ProcessPlayer.start(
        implementation, java(Program.class, implementation, flags), output.resolve(ERRORS));
  }

  /**
   * Why an implementation in Java cannot do a task here; empty if it can.
   *
   * @param implementation its name
   * @param task as in a turn
   * @param flags of its JVM
   */
  String obstacle(String implementation, String task, List<String> flags)
      throws InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(implementation));
    arguments.addAll(List.of(task.split(" ", -1)));
    try {
      return StartPlayer.run(flags, Trial.class, arguments.toArray(String[]::new)).stream()
          .filter(line -> line.startsWith(Trial.OBSTACLE))
          .map(line -> line.substring(Trial.OBSTACLE.length()))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "its JVM failed";
    }
  }

  private List<String> java(Class<?> main, String implementation, List<String> flags) {
    List<String> all = new ArrayList<>(FLAGS);
    all.addAll(flags);
    boolean isBaseline = implementation.startsWith(BASELINE);
    return java(
        main,
        isBaseline ? implementation.substring(BASELINE.length()) : implementation,
        all,
        isBaseline);
  }

  private List<String> java(Class<?> main, String argument, List<String> flags, boolean old) {
    if (old && baseline == null) {
      throw new IllegalArgumentException("There is no other build for " + argument);
    }
    List<String> command = new ArrayList<>();
    command.add(executable());
    command.addAll(flags);
    command.add("-cp");
    command.add(old ? baseline + File.pathSeparator + CLASS_PATH : CLASS_PATH);
    command.add(main.getName());
    command.add(argument);
    return command;
  }

  /** The command {@code java} of this JVM. */
  static String executable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
