package io.pawl.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** Lines over two axes, each named at its end. */
final class LineChart {
  static final double WIDTH = 352;
  static final double HEIGHT = 270;
  static final double LEFT = 48;
  static final double RIGHT = 238;
  static final double TOP = 14;
  static final double BOTTOM = 224;

  private static final double LABEL = 13;
  private static final int MOST_LETTERS = 17;

  private final Axis x;
  private final Axis y;
  private final Markup svg = new Markup();
  private final List<Label> labels = new ArrayList<>();

  /**
   * A place on the chart, in values.
   *
   * @param x along
   * @param y up
   */
  record Place(double x, double y) {}

  /**
   * What has a line.
   *
   * @param name what is written at its end
   * @param series its colour; negative for the bound
   * @param hasMarkers whether each place is one that was measured
   * @param places in order
   */
  record Line(String name, int series, boolean hasMarkers, List<Place> places) {}

  private record Label(String text, String style, double x, double y) {}

  LineChart(Axis x, Axis y, String title) {
    this.x = x;
    this.y = y;
    svg.open(
        "svg",
        "viewBox",
        "0 0 " + Markup.number(WIDTH) + " " + Markup.number(HEIGHT),
        "role",
        "img",
        "class",
        "lines");
    svg.element("title", title);
  }

  /** Ticks with their text, and what the axes are. */
  LineChart axes(
      List<Double> xTicks,
      DoubleFunction<String> xText,
      DoubleFunction<String> yText,
      String xName) {
    for (double tick : y.ticks()) {
      line(LEFT, y.at(tick), RIGHT, y.at(tick), "grid");
      text(LEFT - 7, y.at(tick) + 4, yText.apply(tick), "tick end");
    }
    for (double tick : xTicks) {
      line(x.at(tick), TOP, x.at(tick), BOTTOM, "grid");
    }
    for (double tick : x.named(xTicks, xText)) {
      text(x.at(tick), BOTTOM + 16, xText.apply(tick), "tick middle");
    }
    line(LEFT, BOTTOM, RIGHT, BOTTOM, "base");
    text((LEFT + RIGHT) / 2, BOTTOM + 38, xName, "hint middle");
    return this;
  }

  LineChart add(Line line) {
    boolean isBound = line.series() < 0;
    String colour = isBound ? "ceiling" : Palette.colour(line.series());
    svg.open("g", "class", colour + (line.series() == 0 ? " own" : ""));
    svg.element("title", line.name());
    StringBuilder path = new StringBuilder();
    for (Place place : line.places()) {
      path.append(path.isEmpty() ? 'M' : 'L')
          .append(Markup.number(x.at(place.x())))
          .append(' ')
          .append(Markup.number(y.at(place.y())));
    }
    String dashes = isBound ? "5 4" : Palette.dashes(line.series());
    svg.empty("path", "d", path, "class", "line", "stroke-dasharray", dashes);
    if (line.hasMarkers()) {
      for (Place place : line.places()) {
        svg.open("path", "d", marker(line.series(), place), "class", "marker");
        svg.element(
            "title",
            String.format(
                Locale.ROOT, "%s: %s at %.0f", line.name(), Numbers.text(place.y()), place.x()));
        svg.close();
      }
    }
    svg.close();
    Place last = line.places().getLast();
    labels.add(new Label(line.name(), colour, x.at(last.x()), y.at(last.y())));
    return this;
  }

  /** The chart, with the names of the lines kept apart. */
  Markup drawn() {
    labels.sort(Comparator.comparingDouble(Label::y));
    double[] places = apart(labels.stream().mapToDouble(Label::y).toArray(), LABEL, TOP, BOTTOM);
    for (int i = 0; i < places.length; i++) {
      Label label = labels.get(i);
      line(label.x() + 4, label.y(), RIGHT + 10, places[i], "leader");
      svg.open("text", "x", RIGHT + 12, "y", places[i] + 4, "class", "label " + label.style())
          .element("title", label.text())
          .text(shortened(label.text()))
          .close();
    }
    return svg.close();
  }

  /** Rising places at least that far from each other, moved as little as in one sweep can be. */
  static double[] apart(double[] places, double distance, double low, double high) {
    double[] moved = places.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] = Math.max(moved[i], i == 0 ? low : moved[i - 1] + distance);
    }
    for (int i = moved.length - 1; i >= 0; i--) {
      moved[i] = Math.min(moved[i], i == moved.length - 1 ? high : moved[i + 1] - distance);
    }
    return moved;
  }

  private static String shortened(String name) {
    return name.length() <= MOST_LETTERS ? name : name.substring(0, MOST_LETTERS - 1) + "\u2026";
  }

  private String marker(int series, Place place) {
    String at = "M" + Markup.number(x.at(place.x())) + " " + Markup.number(y.at(place.y()));
    return at
        + switch (Math.max(series, 0) % 4) {
          case 0 -> "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z";
          case 1 -> "m-3.5 -3.5h7v7h-7z";
          case 2 -> "m0 -4.5l4.5 8h-9z";
          default -> "m0 -4.8l4.8 4.8l-4.8 4.8l-4.8 -4.8z";
        };
  }

  private void line(double x1, double y1, double x2, double y2, String style) {
    svg.empty("line", "x1", x1, "y1", y1, "x2", x2, "y2", y2, "class", style);
  }

  private void text(double x, double y, String text, String style) {
    svg.element("text", text, "x", x, "y", y, "class", style);
  }
}
