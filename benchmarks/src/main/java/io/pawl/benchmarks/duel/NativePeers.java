package io.pawl.benchmarks.duel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The locks of C, C++ and Rust: programs that obey the same commands as the JVMs, compiled into a
 * temporary directory where there is a compiler.
 */
final class NativePeers implements AutoCloseable {
  /** The name of pthread in the tables. */
  static final String C = "C pthread";

  /** The name of pthread's robust mutex between processes in the tables. */
  static final String ROBUST = "C pthread robust";

  /** The name of the mutex of Boost.Interprocess in the tables. */
  static final String BOOST = "Boost.Interprocess";

  /** Those that are for processes. */
  private static final Set<String> SHARED = Set.of(ROBUST, BOOST);

  /** The name of pthread's mutex that lends priority in the tables. */
  static final String PI = "C pthread PI";

  /** The name of Rust's standard library in the tables. */
  static final String RUST = "Rust std";

  private final Path output;
  private final Path directory;
  private final Map<String, Path> programs = new LinkedHashMap<>();
  private final Map<String, String> obstacles = new LinkedHashMap<>();

  private NativePeers(Path output, Path directory) {
    this.output = output;
    this.directory = directory;
  }

  /**
   * Compiles the programs.
   *
   * @param output where the compilers' messages go
   */
  static NativePeers compile(Path output) throws IOException, InterruptedException {
    NativePeers peers = new NativePeers(output, Files.createTempDirectory("pawl-peers"));
    peers.compile(C, "peers.c", "cc", "-std=c11", "-O2", "-pthread");
    peers.compile(ROBUST, "peers.c", "cc", "-std=c11", "-O2", "-pthread", "-DROBUST");
    peers.compile(BOOST, "boost.cpp", "c++", "-std=c++17", "-O2", "-pthread");
    peers.compile(PI, "peers.c", "cc", "-std=c11", "-O2", "-pthread", "-DPI");
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
      long _ = Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    Path program = directory.resolve(name.replace(' ', '-') + ".exe");
    List<String> command = new ArrayList<>(List.of(compiler));
    command.addAll(List.of("-o", program.toString(), file.toString()));
    Path log = output.resolve(source + ".log");
    try {
      if (execute(command, log) == 0) {
        programs.put(name, program);
        Files.delete(log);
      } else {
        obstacles.put(name, compiler[0] + " failed, see " + log.getFileName());
      }
    } catch (IOException e) {
      obstacles.put(name, "no " + compiler[0]);
    }
  }

  private static int execute(List<String> command, Path log)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " does not end");
    }
    return process.exitValue();
  }

  /** The names of those that can be measured within a process. */
  List<String> names() {
    return programs.keySet().stream()
        .filter(name -> !SHARED.contains(name) && !name.equals(PI))
        .toList();
  }

  /** The names of those that can be measured between processes. */
  List<String> sharedNames() {
    return programs.keySet().stream().filter(SHARED::contains).toList();
  }

  /** The names of those that are the system's own. */
  List<String> platformNames() {
    return programs.keySet().stream().filter(name -> name.equals(C) || name.equals(PI)).toList();
  }

  /** Whether the program in C can wait by futex. */
  boolean hasFutex() {
    return programs.containsKey(C) && System.getProperty("os.name", "").equals("Linux");
  }

  /** Why a peer cannot be measured, by its name. */
  Map<String, String> obstacles() {
    return Map.copyOf(obstacles);
  }

  /** The program of that name; null if there is none. */
  @Nullable Path program(String name) {
    return programs.get(name);
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
}
