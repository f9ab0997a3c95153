package io.pawl.benchmarks;

/** What is kept beside the results to tell where they come from. */
final class Readme {
  private Readme() {}

  /**
   * The text in Markdown.
   *
   * @param session that has ended
   * @param machine lines that describe it
   */
  static String text(Session session, String machine) {
    return """
    # %s comparison

    Made by `compare`. What is measured and how stands in the README of the benchmarks.

    | file | holds |
    |---|---|
    | `report.md` | the tables |
    | `*.json` | JMH's raw data; `JAVA_HOME` and `OUTPUT` stand for directories |
    | `*-native.jsonl` | each sample of the programs in C and Rust |
    | `*.hgrm` | the distributions of P7, in microseconds, as HdrHistogram prints them |

    ## Machine

    %s
    JVM flags: `%s`
    """
        .formatted(
            session.full() ? "Full" : "Quick", machine.indent(4), String.join(" ", Jmh.FLAGS));
  }
}
