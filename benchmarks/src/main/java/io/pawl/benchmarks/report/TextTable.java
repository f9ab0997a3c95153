package io.pawl.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table in Markdown whose columns are aligned, so that it can be read as it is too. What would be
 * wider than a terminal goes on in the first column of the next line.
 */
final class TextTable {
  /** The widest line. */
  static final int WIDTH = 100;

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... columns) {
    rows.add(escaped(List.of(columns)));
  }

  /** Adds a row; cells at its end may be left out. */
  void add(String... cells) {
    List<String> row = new ArrayList<>(Arrays.asList(cells));
    while (row.size() < rows.getFirst().size()) {
      row.add("");
    }
    if (row.size() > rows.getFirst().size()) {
      throw new IllegalArgumentException(rows.getFirst().size() + " columns");
    }
    rows.add(escaped(row));
  }

  private static List<String> escaped(List<String> cells) {
    return cells.stream().map(cell -> cell.replace("|", "\\|")).toList();
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  @Override
  public String toString() {
    int[] widths = widths();
    StringBuilder out = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      List<String> row = rows.get(r);
      List<String> lines = wrapped(row.getFirst(), widths[0]);
      line(out, lines.getFirst(), row.subList(1, row.size()), widths);
      for (String more : lines.subList(1, lines.size())) {
        line(out, more, List.of(), widths);
      }
      if (r == 0) {
        List<String> rules = Arrays.stream(widths).mapToObj("-"::repeat).toList();
        line(out, rules.getFirst(), rules.subList(1, rules.size()), widths);
      }
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String first, List<String> others, int[] widths) {
    cell(out.append("| "), first, widths[0]);
    for (int c = 1; c < widths.length; c++) {
      cell(out.append(" | "), c <= others.size() ? others.get(c - 1) : "", widths[c]);
    }
    out.append(" |\n");
  }

  private static void cell(StringBuilder out, String text, int width) {
    out.append(text).append(" ".repeat(width - text.length()));
  }

  /** The first column gets what the others leave. */
  private int[] widths() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(Math.max(widths[c], row.get(c).length()), 3);
      }
    }
    int others = Arrays.stream(widths).skip(1).sum() + 3 * columns + 1;
    widths[0] = Math.clamp(widths[0], 3, Math.max(12, WIDTH - others));
    return widths;
  }

  /** Lines of a text, broken between words where that can be. */
  static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int blank = rest.lastIndexOf(' ', width);
      int end = blank > 0 ? blank : width;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end).strip();
    }
    lines.add(rest);
    return lines;
  }
}
