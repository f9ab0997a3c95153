package io.pawl.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the user asked for.
 *
 * @param include the names of the classes to rewrite; empty for all
 * @param exclude the names of the classes to leave alone
 * @param log what to write
 */
record Options(List<Pattern> include, List<Pattern> exclude, Verbosity log) {

  enum Verbosity {
    OFF,
    SKIPPED,
    ALL
  }

  static Options parse(String text) {
    List<Pattern> include = new ArrayList<>();
    List<Pattern> exclude = new ArrayList<>();
    Verbosity log = Verbosity.SKIPPED;
    for (String option : text.split(",", -1)) {
      String trimmed = option.strip();
      String value = trimmed.substring(trimmed.indexOf('=') + 1);
      switch (trimmed.substring(0, trimmed.length() - value.length())) {
        case "include=" -> addPatterns(include, value, trimmed);
        case "exclude=" -> addPatterns(exclude, value, trimmed);
        case "log=" -> log = verbosity(value, trimmed);
        default -> refuseUnless(text.isEmpty(), trimmed);
      }
    }
    return new Options(List.copyOf(include), List.copyOf(exclude), log);
  }

  /** Tells whether a class is one that the user wants rewritten, by its internal name. */
  boolean wants(String internalName) {
    String name = internalName.replace('/', '.');
    return (include.isEmpty() || anyMatches(include, name)) && !anyMatches(exclude, name);
  }

  private static boolean anyMatches(List<Pattern> patterns, String name) {
    for (Pattern pattern : patterns) {
      if (pattern.matcher(name).matches()) {
        return true;
      }
    }
    return false;
  }

  private static void addPatterns(List<Pattern> patterns, String value, String option) {
    for (String glob : value.split(";", -1)) {
      refuseUnless(glob.strip().matches("[\\w$.*]+"), option);
      String regex = glob.strip().replace(".", "\\.").replace("$", "\\$").replace("*", ".*");
      patterns.add(Pattern.compile(regex + "(\\$.*)?"));
    }
  }

  private static Verbosity verbosity(String value, String option) {
    for (Verbosity verbosity : Verbosity.values()) {
      if (verbosity.name().equalsIgnoreCase(value)) {
        return verbosity;
      }
    }
    refuseUnless(false, option);
    return Verbosity.SKIPPED;
  }

  private static void refuseUnless(boolean understood, String option) {
    if (!understood) {
      throw new IllegalArgumentException(
          "pawl-agent: the option '"
              + option
              + "' is not understood; there are include=PATTERN[;PATTERN...],"
              + " exclude=PATTERN[;PATTERN...] and log=off|skipped|all, separated by commas");
    }
  }
}
