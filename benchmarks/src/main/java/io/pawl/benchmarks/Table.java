package io.pawl.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** A table that prints as aligned text or as Markdown. */
final class Table {
  private final String title;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String title, String... columns) {
    this.title = title;
    rows.add(List.of(columns));
  }

  void add(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(rows.getFirst().size() + " cells needed");
    }
    rows.add(List.of(cells));
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  /** Columns aligned with blanks, for the terminal. */
  String text() {
    int[] widths = widths();
    StringBuilder out = new StringBuilder(title).append('\n');
    for (int r = 0; r < rows.size(); r++) {
      out.append(line(rows.get(r), widths, "  ").stripTrailing()).append('\n');
      if (r == 0) {
        out.append(line(rules(widths), widths, "  ").stripTrailing()).append('\n');
      }
    }
    return out.toString();
  }

  /** A heading and a table in Markdown. */
  String markdown() {
    int[] widths = widths();
    StringBuilder out = new StringBuilder("## ").append(title).append("\n\n");
    for (int r = 0; r < rows.size(); r++) {
      out.append("| ").append(line(rows.get(r), widths, " | ")).append(" |\n");
      if (r == 0) {
        out.append("| ").append(line(rules(widths), widths, " | ")).append(" |\n");
      }
    }
    return out.toString();
  }

  private static List<String> rules(int[] widths) {
    List<String> cells = new ArrayList<>();
    for (int width : widths) {
      cells.add("-".repeat(width));
    }
    return cells;
  }

  private static String line(List<String> cells, int[] widths, String separator) {
    List<String> padded = new ArrayList<>();
    for (int c = 0; c < widths.length; c++) {
      String cell = cells.get(c);
      padded.add(cell + " ".repeat(widths[c] - cell.length()));
    }
    return String.join(separator, padded);
  }

  private int[] widths() {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(Math.max(widths[c], row.get(c).length()), 3);
      }
    }
    return widths;
  }
}
