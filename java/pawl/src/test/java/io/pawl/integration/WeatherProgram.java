package io.pawl.integration;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file of lines {@code station;temperature} and tells what is in it. */
final class WeatherProgram {

  private static final int CHUNKS = 16;
  private static final long EXAMPLE_BYTES = 1 << 26;

  private WeatherProgram() {}

  /**
   * Runs the program.
   *
   * @param arguments the file; if there is none, one is made up and deleted
   */
  public static void main(String... arguments) throws IOException {
    if (arguments.length > 0) {
      print(Path.of(arguments[0]), System.out);
      return;
    }
    Path example = Files.createTempFile("weather", ".txt");
    try {
      WeatherFile.write(example, EXAMPLE_BYTES, "");
      print(example, System.out);
    } finally {
      Files.delete(example);
    }
  }

  /** Prints what a file says, and what memory that took. */
  static void print(Path file, PrintStream out) throws IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    WeatherPipeline pipeline =
        new WeatherPipeline(
            new WeatherPipeline.Settings(
                processors,
                processors,
                CHUNKS + processors,
                Thread.ofPlatform().name("parser-", 0).factory(),
                Thread.ofVirtual().name("consumer-", 0).factory()));
    pipeline.run(file).lines().forEach(out::println);
    out.println(pipeline.statistics());
  }
}
