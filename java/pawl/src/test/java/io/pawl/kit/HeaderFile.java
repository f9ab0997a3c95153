package io.pawl.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The functions and constants of {@code native/include/pawl.h}. */
public final class HeaderFile {
  private static final Pattern FUNCTION =
      Pattern.compile("PAWL_API\\s+(\\w+)\\s+(pawl_\\w+)\\s*\\(([^)]*)\\)\\s*;");
  private static final Pattern CONSTANT =
      Pattern.compile("(?m)^#define\\s+(PAWL_\\w+)\\s+\\(?(-?\\d+|INT64_MAX)\\)?");

  private final String text;

  private HeaderFile(String text) {
    this.text = text;
  }

  /**
   * Reads the header.
   *
   * @return its content, without comments
   */
  public static HeaderFile read() {
    Path file = Path.of(System.getProperty("pawl.root", "."), "native", "include", "pawl.h");
    try {
      return new HeaderFile(Files.readString(file).replaceAll("(?s)/\\*.*?\\*/", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the functions.
   *
   * @return their types by their names
   */
  public Map<String, MethodType> functions() {
    Map<String, MethodType> functions = new TreeMap<>();
    Matcher matcher = FUNCTION.matcher(text);
    while (matcher.find()) {
      functions.put(matcher.group(2), type(matcher.group(1), matcher.group(3)));
    }
    return functions;
  }

  /**
   * Returns the integer constants.
   *
   * @return their values by their names
   */
  public Map<String, Long> constants() {
    Map<String, Long> constants = new TreeMap<>();
    Matcher matcher = CONSTANT.matcher(text);
    while (matcher.find()) {
      String value = matcher.group(2);
      constants.put(
          matcher.group(1), value.equals("INT64_MAX") ? Long.MAX_VALUE : Long.parseLong(value));
    }
    return constants;
  }

  private static MethodType type(String result, String parameters) {
    MethodType type = MethodType.methodType(javaType(result));
    if (parameters.strip().equals("void")) {
      return type;
    }
    for (String parameter : parameters.split(",", -1)) {
      type = type.appendParameterTypes(javaType(parameter.strip().split("\\s+", 2)[0]));
    }
    return type;
  }

  private static Class<?> javaType(String name) {
    return switch (name) {
      case "int32_t" -> int.class;
      case "int64_t" -> long.class;
      default -> throw new AssertionError("no binding knows the type " + name);
    };
  }
}
