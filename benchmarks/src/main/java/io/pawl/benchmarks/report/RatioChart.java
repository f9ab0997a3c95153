package io.pawl.benchmarks.report;

import io.pawl.benchmarks.report.Comparison.Of;
import io.pawl.benchmarks.report.Comparison.Scenario;
import io.pawl.benchmarks.result.Better;
import io.pawl.benchmarks.result.Bound;
import io.pawl.benchmarks.result.Interval;
import io.pawl.benchmarks.result.Peer;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pawl / peer as bars from 1 on a logarithmic axis, with interval, target and bound; one lane for
 * each peer of each row, and one for what has been reached of the bound.
 */
final class RatioChart {
  private static final double WIDTH = 1110;
  private static final double LEFT = 290;
  private static final double RIGHT = 800;
  private static final double HEAD = 24;
  private static final double LANE = 21;
  private static final double BAR = 11;
  private static final double GAP = 8;
  private static final double TOP = 6;
  private static final double PAGE = 650;
  private static final int MOST_LETTERS = 44;

  private final Scenario scenario;
  private final List<Of<Row>> rows;
  private final Palette palette;
  private final Axis.Log axis;
  private final Markup svg = new Markup();

  private RatioChart(Scenario scenario, List<Of<Row>> rows, Palette palette, Axis.Log axis) {
    this.scenario = scenario;
    this.rows = rows;
    this.palette = palette;
    this.axis = axis;
  }

  /** Charts of rows of one quantity, on one axis, each of which fits on a page. */
  static List<Markup> of(Scenario scenario, List<Of<Row>> rows, Palette palette) {
    Axis.Log axis = axis(rows);
    double total = rows.stream().mapToDouble(row -> height(row, palette)).sum();
    double share = total / Math.ceil(total / PAGE);
    List<Markup> charts = new ArrayList<>();
    List<Of<Row>> page = new ArrayList<>();
    double height = 0;
    for (Of<Row> row : rows) {
      page.add(row);
      height += height(row, palette);
      if (height >= share * (charts.size() + 1) - HEAD) {
        charts.add(new RatioChart(scenario, page, palette, axis).drawn());
        page = new ArrayList<>();
      }
    }
    return charts;
  }

  private static double height(Of<Row> row, Palette palette) {
    return HEAD + lanes(row.what(), palette).size() * LANE + GAP;
  }

  /**
   * What is drawn beside each other.
   *
   * @param name of the peer or of the bound
   * @param value what it has done, and what a reader should know of it
   * @param series its colour; that of Pawl for the bound
   * @param reached the ratio; empty if there is only a difference or an absolute value to tell of
   * @param targets that are judged here
   * @param bound as a ratio to the peer
   */
  private record Lane(
      String name,
      String value,
      int series,
      Optional<Interval> reached,
      List<Target> targets,
      Optional<Double> bound) {
    /** Targets that have a place on the axis. */
    List<Target> drawn() {
      return targets.stream()
          .filter(
              target -> target.kind() == Target.Kind.RATIO || target.kind() == Target.Kind.OF_BOUND)
          .toList();
    }
  }

  private static List<Lane> lanes(Row row, Palette palette) {
    List<Lane> lanes = new ArrayList<>();
    Bound bound = row.bound();
    for (Peer peer : row.peers()) {
      List<Target> targets = new ArrayList<>(Summary.targets(row, Target.Kind.RATIO, peer.name()));
      targets.addAll(Summary.targets(row, Target.Kind.DIFFERENCE, peer.name()));
      lanes.add(
          new Lane(
              peer.name(),
              Numbers.with(row.unit(), peer.measured()),
              palette.of(peer.name(), false),
              Optional.of(peer.ratio()),
              targets,
              bound != null && bound.value() > 0 && peer.measured().median() > 0
                  ? Optional.of(bound.value() / peer.measured().median())
                  : Optional.empty()));
    }
    List<Target> ofBound = Summary.targets(row, Target.Kind.OF_BOUND, null);
    if (bound != null) {
      lanes.add(
          new Lane(
              "bound",
              Numbers.with(row.unit(), bound.value()) + ", " + bound.explanation(),
              0,
              ofBound.isEmpty() ? ofBound(row, bound) : Optional.of(ofBound.getFirst().reached()),
              ofBound,
              Optional.of(1.0)));
    }
    List<Target> absolute = Summary.targets(row, Target.Kind.ABSOLUTE, null);
    if (!absolute.isEmpty()) {
      lanes.add(new Lane("itself", "", 0, Optional.empty(), absolute, Optional.empty()));
    }
    return lanes;
  }

  private static Optional<Interval> ofBound(Row row, Bound bound) {
    return bound.value() > 0
        ? Optional.of(Interval.exact(row.pawl().median() / bound.value()))
        : Optional.empty();
  }

  private static Axis.Log axis(List<Of<Row>> rows) {
    double low = 1 / 1.5;
    double high = 1.5;
    Palette none = new Palette(new Comparison(List.of()));
    for (Of<Row> row : rows) {
      for (Lane lane : lanes(row.what(), none)) {
        List<Double> values = new ArrayList<>();
        lane.reached().ifPresent(reached -> values.addAll(List.of(reached.low(), reached.high())));
        lane.drawn().forEach(target -> values.add(target.limit()));
        lane.bound().ifPresent(values::add);
        for (double value : values) {
          if (value > 0) {
            low = Math.min(low, value / 1.1);
            high = Math.max(high, value * 1.1);
          }
        }
      }
    }
    return new Axis.Log(low, high, LEFT, RIGHT);
  }

  private Markup drawn() {
    double height = TOP;
    for (Of<Row> row : rows) {
      height += height(row, palette);
    }
    double bottom = height;
    svg.open(
        "svg",
        "viewBox",
        "0 0 " + Markup.number(WIDTH) + " " + Markup.number(bottom + 42),
        "role",
        "img",
        "class",
        "ratios");
    svg.element("title", "Ratios of " + scenario.id() + ", " + rows.getFirst().what().quantity());
    for (double tick : axis.ticks()) {
      line(axis.at(tick), TOP, axis.at(tick), bottom, tick == 1 ? "one" : "grid");
    }
    for (double tick : axis.named(axis.ticks(), Numbers::chosen)) {
      text(axis.at(tick), bottom + 15, Numbers.chosen(tick), "tick middle");
    }
    boolean isLess = rows.getFirst().what().better() == Better.LESS;
    text(LEFT, bottom + 34, isLess ? "\u2190 Pawl better" : "\u2190 Pawl worse", "hint");
    text(RIGHT, bottom + 34, isLess ? "Pawl worse \u2192" : "Pawl better \u2192", "hint end");
    text((LEFT + RIGHT) / 2, bottom + 34, "Pawl / peer", "hint middle");
    double y = TOP;
    for (Of<Row> row : rows) {
      y = row(row, y);
    }
    return svg.close();
  }

  private double row(Of<Row> of, double top) {
    Row row = of.what();
    String label = scenario.label(of);
    svg.open("text", "x", 0.0, "y", top + 16, "class", "head");
    if (!label.isEmpty()) {
      svg.element("tspan", label + "  ", "class", "cell");
    }
    svg.element(
        "tspan", row.pawl().name() + " " + Glyphs.signs(Numbers.with(row.unit(), row.pawl())));
    svg.close();
    double y = top + HEAD;
    for (Lane lane : lanes(row, palette)) {
      lane(row, lane, y);
      y += LANE;
    }
    return y + GAP;
  }

  private void lane(Row row, Lane lane, double top) {
    double middle = top + LANE / 2;
    String name = lane.name() + (lane.value().isEmpty() ? "" : "  " + Glyphs.signs(lane.value()));
    svg.open("text", "x", LEFT - 10, "y", middle + 4, "class", "name end");
    svg.element("title", name);
    svg.text(shortened(name)).close();
    lane.reached().ifPresent(reached -> bar(lane, reached, middle));
    lane.bound().ifPresent(bound -> bound(row, bound, middle));
    for (Target target : lane.drawn()) {
      double x = axis.at(target.limit());
      svg.open("path", "d", targetMark(x, middle), "class", "target");
      svg.element("title", "target " + Numbers.limit(target, row) + " of " + lane.name()).close();
    }
    verdicts(row, lane, middle);
  }

  private static String shortened(String name) {
    return name.length() <= MOST_LETTERS ? name : name.substring(0, MOST_LETTERS - 1) + "\u2026";
  }

  private void bar(Lane lane, Interval reached, double middle) {
    double one = axis.at(1);
    double median = axis.at(reached.median());
    svg.open("g", "class", Palette.colour(lane.series()));
    svg.element(
        "title",
        "%s of %s%s"
            .formatted(
                Numbers.interval(reached),
                lane.name(),
                reached.pairs() > 1 ? ", " + reached.pairs() + " pairs" : ""));
    svg.empty(
        "rect",
        "x",
        Math.min(one, median),
        "y",
        middle - BAR / 2,
        "width",
        Math.max(Math.abs(median - one), 0.8),
        "height",
        BAR,
        "class",
        "bar");
    double low = axis.at(reached.low());
    double high = axis.at(reached.high());
    if (reached.low() < reached.high()) {
      line(low, middle, high, middle, "whisker");
      line(low, middle - 3, low, middle + 3, "whisker");
      line(high, middle - 3, high, middle + 3, "whisker");
    }
    svg.close();
  }

  private void bound(Row row, double bound, double middle) {
    double x = axis.at(bound);
    svg.open(
        "path",
        "d",
        "M%s %sl4.5 4.5l-4.5 4.5l-4.5 -4.5z"
            .formatted(Markup.number(x), Markup.number(middle - 4.5)),
        "class",
        "bound");
    Bound why = row.bound();
    svg.element(
        "title",
        "bound: "
            + (why == null
                ? ""
                : Numbers.with(row.unit(), why.value()) + ", " + why.explanation()));
    svg.close();
  }

  /** A line across the lane below a triangle. */
  private static String targetMark(double x, double middle) {
    return "M%s %sl4 -6h-8z".formatted(Markup.number(x), Markup.number(middle - 3.5))
        + "M%s %sv12".formatted(Markup.number(x), Markup.number(middle - 3.5));
  }

  private void verdicts(Row row, Lane lane, double middle) {
    svg.open("text", "x", RIGHT + 14, "y", middle + 4, "class", "figure");
    lane.reached().ifPresent(reached -> svg.element("tspan", Numbers.interval(reached) + "  "));
    for (Target target : lane.targets()) {
      if (!lane.drawn().contains(target)) {
        svg.element("tspan", Glyphs.signs(Numbers.reached(target, row)) + "  ");
      }
      svg.element(
          "tspan",
          Glyphs.of(target.verdict()) + " " + Glyphs.signs(Numbers.limit(target, row)) + "  ",
          "class",
          Glyphs.style(target.verdict()));
    }
    svg.close();
  }

  private void line(double x1, double y1, double x2, double y2, String style) {
    svg.empty("line", "x1", x1, "y1", y1, "x2", x2, "y2", y2, "class", style);
  }

  private void text(double x, double y, String text, String style) {
    svg.element("text", text, "x", x, "y", y, "class", style);
  }
}
