package io.pawl.benchmarks.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;

/** Builds well-formed HTML and SVG: closes what was opened and escapes what is not markup. */
final class Markup {
  /** Where the end of a line would be a blank in the text. */
  private static final Set<String> INLINE = Set.of("a", "b", "span", "svg", "title", "tspan");

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param name of the element
   * @param attributes names and values in turn; numbers are rounded to tenths
   */
  Markup open(String name, Object... attributes) {
    tag(name, attributes);
    out.append('>');
    open.push(name);
    return this;
  }

  /** An element without content. */
  Markup empty(String name, Object... attributes) {
    tag(name, attributes);
    out.append("/>\n");
    return this;
  }

  /** An element that holds nothing but text. */
  Markup element(String name, String text, Object... attributes) {
    return open(name, attributes).text(text).close();
  }

  Markup text(String text) {
    out.append(escaped(text));
    return this;
  }

  /** Closes the element that was opened last. */
  Markup close() {
    String name = open.pop();
    out.append("</").append(name).append(INLINE.contains(name) ? ">" : ">\n");
    return this;
  }

  /** What was built elsewhere. */
  Markup add(Markup markup) {
    out.append(markup);
    return this;
  }

  /** Text in which nothing is escaped, as a style sheet. */
  Markup raw(String text) {
    out.append(text);
    return this;
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException(open + " is still open");
    }
    return out.toString();
  }

  private void tag(String name, Object... attributes) {
    out.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escaped(value(attributes[i + 1]))).append('"');
    }
  }

  private static String value(Object value) {
    return value instanceof Double number ? number(number) : String.valueOf(value);
  }

  /** A coordinate. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
