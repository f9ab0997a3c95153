package io.pawl.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/**
 * The locks of C and Rust: programs that do the work of the benchmarks, compiled into a temporary
 * directory where there is a compiler.
 */
final class NativePeers implements AutoCloseable {
  /** The name of pthread in the tables. */
  static final String C = "C pthread";

  /** The name of Rust's standard library in the tables. */
  static final String RUST = "Rust std";

  private static final Pattern FIELD = Pattern.compile("\"(value|slowest|fastest)\":([0-9.]+)");

  private final Path output;
  private final Effort effort;
  private final Path directory;
  private final Map<String, Path> programs = new LinkedHashMap<>();
  private final Map<String, String> obstacles = new LinkedHashMap<>();

  private NativePeers(Path output, Effort effort, Path directory) {
    this.output = output;
    this.effort = effort;
    this.directory = directory;
  }

  /**
   * Compiles the programs.
   *
   * @param output where the raw data goes
   * @param effort how long to measure
   */
  static NativePeers compile(Path output, Effort effort) throws IOException, InterruptedException {
    NativePeers peers = new NativePeers(output, effort, Files.createTempDirectory("pawl-peers"));
    peers.compile(C, "peers.c", "cc", "-std=c11", "-O2", "-pthread");
    peers.compile(RUST, "peers.rs", "rustc", "--edition=2021", "-C", "opt-level=3");
    return peers;
  }

  private void compile(String name, String source, String... compiler)
      throws IOException, InterruptedException {
    Path file = directory.resolve(source);
    try (InputStream in = NativePeers.class.getResourceAsStream("/native/" + source)) {
      if (in == null) {
        throw new IllegalStateException(source + " is not in the jar");
      }
      long _ = Files.copy(in, file);
    }
    Path program = directory.resolve(source.replace('.', '-') + ".exe");
    List<String> command = new ArrayList<>(List.of(compiler));
    command.addAll(List.of("-o", program.toString(), file.toString()));
    Path log = output.resolve(source + ".log");
    try {
      if (execute(command, log, log) == 0) {
        programs.put(name, program);
        Files.delete(log);
      } else {
        obstacles.put(name, compiler[0] + " failed, see " + log.getFileName());
      }
    } catch (IOException e) {
      obstacles.put(name, "no " + compiler[0]);
    }
  }

  /** The names of those that can be measured. */
  List<String> names() {
    return List.copyOf(programs.keySet());
  }

  /** Why a peer cannot be measured; empty if it can. */
  String obstacle(String name) {
    return obstacles.getOrDefault(name, "");
  }

  /**
   * Measures.
   *
   * @param id the name for the file of raw data
   * @param divisor what the unit of the result is in the unit of the program
   * @param arguments of the programs: the case and what it needs
   */
  Measured run(String id, double divisor, String... arguments)
      throws IOException, InterruptedException {
    Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
    Path raw = output.resolve(id + "-native.jsonl");
    Files.deleteIfExists(raw);
    for (Map.Entry<String, Path> program : programs.entrySet()) {
      List<String> command = new ArrayList<>();
      command.add(program.getValue().toString());
      for (int number : new int[] {effort.warmups(), samples(), effort.millis()}) {
        command.add(Integer.toString(number));
      }
      command.addAll(List.of(arguments));
      Path log = output.resolve(id + "-native.log");
      Path lines = directory.resolve("lines");
      if (execute(command, lines, log) != 0) {
        throw new IllegalStateException(command + " failed, see " + log);
      }
      Files.delete(log);
      List<String> samples = Files.readAllLines(lines);
      Files.write(raw, samples, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      medians.put(program.getKey(), medians(samples, divisor));
    }
    return new Measured(medians);
  }

  private int samples() {
    return effort.iterations() * effort.forks();
  }

  private static Map<String, Double> medians(List<String> samples, double divisor) {
    Map<String, DoubleStream.Builder> values = new LinkedHashMap<>();
    for (String sample : samples) {
      Matcher field = FIELD.matcher(sample);
      while (field.find()) {
        values
            .computeIfAbsent(field.group(1), _ -> DoubleStream.builder())
            .add(Double.parseDouble(field.group(2)) / divisor);
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    values.forEach((name, builder) -> medians.put(name, median(builder.build().toArray())));
    return medians;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }

  private static int execute(List<String> command, Path out, Path err)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
    Process process =
        (out.equals(err) ? builder.redirectErrorStream(true) : builder.redirectError(err.toFile()))
            .start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  /**
   * What the programs measured.
   *
   * @param medians of each field, by the peer's name
   */
  record Measured(Map<String, Map<String, Double>> medians) {
    /** Nothing. */
    static final Measured NONE = new Measured(Map.of());

    boolean has(String name) {
      return medians.containsKey(name);
    }

    double of(String name, String field) {
      Double median = medians.getOrDefault(name, Map.of()).get(field);
      if (median == null) {
        throw new IllegalArgumentException("No " + field + " of " + name);
      }
      return median;
    }

    List<String> names() {
      return List.copyOf(medians.keySet());
    }
  }
}
