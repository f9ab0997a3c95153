package io.pawl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs benchmarks, each combination of parameters in a JVM of its own, and keeps the raw data. */
final class Jmh {
  /**
   * The flags of every JVM that measures, but for the start-up. The property keeps the JDK from
   * warning of JMH's own use of Unsafe.
   */
  static final List<String> FLAGS =
      List.of(
          "-Xms256m",
          "-Xmx256m",
          "-XX:+UseG1GC",
          "-Dsun.misc.unsafe.memory.access=allow",
          "--enable-native-access=ALL-UNNAMED");

  private final Path directory;

  /**
   * Constructs a runner.
   *
   * @param directory where the raw data is kept
   */
  Jmh(Path directory) {
    this.directory = directory;
  }

  /**
   * Runs one benchmark class.
   *
   * @param name the name for the files of raw data
   * @param benchmark the class
   * @param methods a regular expression for the methods
   * @param parameters the values of parameters that are not to be all of the class's own
   */
  Results run(
      String name,
      Class<?> benchmark,
      String methods,
      Effort effort,
      Map<String, List<String>> parameters)
      throws RunnerException {
    return run(name, benchmark, methods, effort, parameters, List.of());
  }

  /**
   * Runs one benchmark class with further flags.
   *
   * @param name the name for the files of raw data
   * @param benchmark the class
   * @param methods a regular expression for the methods
   * @param parameters the values of parameters that are not to be all of the class's own
   * @param flags of the JVMs, after {@link #FLAGS}
   */
  Results run(
      String name,
      Class<?> benchmark,
      String methods,
      Effort effort,
      Map<String, List<String>> parameters,
      List<String> flags)
      throws RunnerException {
    Path json = directory.resolve(name + ".json");
    TimeValue time = TimeValue.milliseconds(effort.millis());
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(benchmark.getName()) + "\\.(" + methods + ")$")
            .forks(effort.forks())
            .warmupIterations(effort.warmups())
            .warmupTime(time)
            .measurementIterations(effort.iterations())
            .measurementTime(time)
            .jvmArgs(FLAGS.toArray(String[]::new))
            .jvmArgsAppend(flags.toArray(String[]::new))
            .shouldFailOnError(true)
            .timeout(TimeValue.minutes(2))
            .output(directory.resolve(name + ".log").toString())
            .result(json.toString())
            .resultFormat(ResultFormatType.JSON);
    parameters.forEach(
        (parameter, values) -> options.param(parameter, values.toArray(String[]::new)));
    if (benchmark == P12Construction.class) {
      options.addProfiler(GCProfiler.class);
    }
    Results results = new Results(new Runner(options.build()).run());
    hidePaths(json);
    return results;
  }

  /** Takes this machine's directories out of what may be published. */
  private void hidePaths(Path json) throws RunnerException {
    try {
      String text =
          Files.readString(json)
              .replace(System.getProperty("java.home"), "JAVA_HOME")
              .replace(directory.toString(), "OUTPUT");
      Files.writeString(json, text);
    } catch (IOException e) {
      throw new RunnerException(e);
    }
  }
}
