package io.pawl.integration;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Writes files of measurements, a line each: {@code station;temperature}. */
final class WeatherFile {

  private static final int STATIONS = 400;
  private static final int LONGEST_NAME = 80;
  private static final int TENTHS = 1000;

  private WeatherFile() {}

  /**
   * Writes a file, the same each time but for one line.
   *
   * @param bytes how many at least, with whole lines
   * @param middle what stands in the middle of the file; empty for nothing
   */
  static void write(Path file, long bytes, String middle) throws IOException {
    SplittableRandom random = new SplittableRandom(42);
    byte[][] stations = stations(random);
    byte[][] temperatures = temperatures();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      writeLines(out, random, bytes / 2, stations, temperatures);
      out.write(middle.getBytes(StandardCharsets.US_ASCII));
      writeLines(out, random, bytes - bytes / 2, stations, temperatures);
    }
  }

  private static void writeLines(
      OutputStream out,
      SplittableRandom random,
      long bytes,
      byte[][] stations,
      byte[][] temperatures)
      throws IOException {
    for (long written = 0; written < bytes; ) {
      byte[] station = stations[random.nextInt(STATIONS)];
      byte[] temperature = temperatures[random.nextInt(temperatures.length)];
      out.write(station);
      out.write(temperature);
      written += station.length + temperature.length;
    }
  }

  /** Names of many lengths, each with its semicolon. */
  private static byte[][] stations(SplittableRandom random) {
    byte[][] names = new byte[STATIONS][];
    for (int i = 0; i < STATIONS; i++) {
      StringBuilder name = new StringBuilder("S" + i);
      for (int more = random.nextInt(LONGEST_NAME - name.length()); more > 0; more--) {
        name.append((char) ('a' + random.nextInt(26)));
      }
      names[i] = name.append(';').toString().getBytes(StandardCharsets.US_ASCII);
    }
    return names;
  }

  /** From -99.9 to 99.9, each with the end of its line. */
  private static byte[][] temperatures() {
    byte[][] texts = new byte[2 * TENTHS - 1][];
    for (int i = 0; i < texts.length; i++) {
      int tenths = i - (TENTHS - 1);
      String sign = tenths < 0 ? "-" : "";
      String text = sign + Math.abs(tenths) / 10 + "." + Math.abs(tenths) % 10 + "\n";
      texts[i] = text.getBytes(StandardCharsets.US_ASCII);
    }
    return texts;
  }
}
