package io.pawl.benchmarks.report;

import io.pawl.benchmarks.result.Verdict;

/** Signs of the page that a terminal may lack. */
final class Glyphs {
  private Glyphs() {}

  /** Tells the verdict where its colour does not. */
  static String of(Verdict verdict) {
    return switch (verdict) {
      case MET -> "\u2713";
      case NOT_MET -> "\u2717";
      case UNDECIDED -> "?";
    };
  }

  /** The class in the style sheet. */
  static String style(Verdict verdict) {
    return switch (verdict) {
      case MET -> "met";
      case NOT_MET -> "notmet";
      case UNDECIDED -> "undecided";
    };
  }

  static String signs(String text) {
    return text.replace("<=", "\u2264").replace(">=", "\u2265").replaceAll(" us\\b", " \u00b5s");
  }
}
