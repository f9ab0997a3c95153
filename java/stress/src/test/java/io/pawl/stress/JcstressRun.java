package io.pawl.stress;

import io.pawl.kit.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One run of the jcstress harness, in a process of its own.
 *
 * @param exit the exit code
 * @param planned how many tests, each in each configuration, there were to be run
 * @param passed how many of them showed acceptable outcomes only
 * @param output what it printed
 */
record JcstressRun(int exit, int planned, int passed, String output) {

  private static final Pattern RESULTS =
      Pattern.compile("\\(Results: (\\d+) planned; (\\d+) passed,");

  /** What is said of one test, up to what is said of the next one. */
  private static final Pattern VERDICT =
      Pattern.compile(
          "^\\.{3,} \\[(?!OK]).*?(?=^\\.{3,} \\[|\\z)", Pattern.MULTILINE | Pattern.DOTALL);

  private static final long LIMIT_SECONDS = Patience.ofSeconds(240).toSeconds();

  /**
   * Runs the tests whose names match.
   *
   * @param name of the directory for the reports
   * @param tests a regular expression
   * @param machine arguments of the JVMs in which the tests run
   * @param options further options of the harness
   * @return what came of it
   */
  static JcstressRun of(String name, String tests, List<String> machine, String... options)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectories(Path.of("target", "jcstress", name));
    Path log = directory.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.openjdk.jcstress.Main");
    command.addAll(List.of("-t", tests, "-r", "report", "-v", "-f", "1", "-af", "NONE"));
    machine.forEach(argument -> command.addAll(List.of("-jvmArgs", argument)));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("jcstress did not end; see " + log.toAbsolutePath());
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String output = Files.readString(log);
    MatchResult last =
        RESULTS.matcher(output).results().reduce((before, after) -> after).orElse(null);
    return new JcstressRun(
        process.exitValue(),
        last == null ? 0 : Integer.parseInt(last.group(1)),
        last == null ? 0 : Integer.parseInt(last.group(2)),
        output);
  }

  /** What it printed about the tests that did not pass, or all of it if there are none. */
  String failures() {
    String failures =
        VERDICT.matcher(output).results().map(MatchResult::group).collect(Collectors.joining());
    return failures.isEmpty() ? output : failures;
  }
}
