package io.pawl.benchmarks.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Keeps runs as files in JSON. */
public final class Json {
  /** The name of the file in the directory of a run. */
  public static final String FILE = "run.json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  private Json() {}

  /** Writes the file of a run into a directory that exists. */
  public static void write(Run run, Path directory) throws IOException {
    Files.writeString(directory.resolve(FILE), text(run));
  }

  /** Reads the file of a run in a directory, or that file itself. */
  public static Run read(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(FILE) : path;
    return run(Files.readString(file));
  }

  /** A run as text. */
  public static String text(Run run) {
    return MAPPER.writeValueAsString(run) + "\n";
  }

  /**
   * The run that a text holds.
   *
   * @throws JacksonException if it holds no run, or one of another schema
   */
  public static Run run(String text) {
    return MAPPER.readValue(text, Run.class);
  }
}
