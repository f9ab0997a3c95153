package io.pawl.examples;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a program reads and prints in a test. */
public final class Output {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  /** What takes the place of standard output. */
  public PrintStream stream() {
    return stream;
  }

  /** The lines printed so far. */
  public List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** What takes the place of standard input. */
  public static BufferedReader input(String... lines) {
    return new BufferedReader(new StringReader(String.join("\n", lines)));
  }
}
