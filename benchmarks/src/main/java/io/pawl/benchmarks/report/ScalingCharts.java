package io.pawl.benchmarks.report;

import io.pawl.benchmarks.result.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A quantity and the CPUs used against the number of threads. */
final class ScalingCharts {
  private ScalingCharts() {}

  static List<Markup> of(Scaling scaling, Palette palette) {
    List<Markup> charts = new ArrayList<>();
    List<LineChart.Line> values = lines(scaling, palette, Scaling.Point::value);
    if (!scaling.bound().isEmpty()) {
      values.add(line("bound", -1, scaling.bound(), Scaling.Point::value));
    }
    chart(scaling, values, unit(scaling.unit())).ifPresent(charts::add);
    List<LineChart.Line> cpus = lines(scaling, palette, Scaling.Point::cpusUsed);
    chart(scaling, cpus, "CPUs used").ifPresent(charts::add);
    return charts;
  }

  private static String unit(String unit) {
    return unit.equals("/ms") ? "operations per ms" : unit;
  }

  private static List<LineChart.Line> lines(
      Scaling scaling, Palette palette, Function<Scaling.Point, @Nullable Double> value) {
    List<LineChart.Line> lines = new ArrayList<>();
    for (Scaling.Line line : scaling.lines()) {
      int series = palette.of(line.name(), lines.isEmpty());
      lines.add(line(line.name(), series, line.points(), value));
    }
    return lines;
  }

  private static LineChart.Line line(
      String name,
      int series,
      List<Scaling.Point> points,
      Function<Scaling.Point, @Nullable Double> value) {
    List<LineChart.Place> places = new ArrayList<>();
    for (Scaling.Point point : points) {
      Double measured = value.apply(point);
      if (measured != null) {
        places.add(new LineChart.Place(point.threads(), measured));
      }
    }
    return new LineChart.Line(name, series, series >= 0, places);
  }

  private static Optional<Markup> chart(Scaling scaling, List<LineChart.Line> lines, String what) {
    List<LineChart.Line> drawn = lines.stream().filter(line -> !line.places().isEmpty()).toList();
    List<LineChart.Place> places = drawn.stream().flatMap(line -> line.places().stream()).toList();
    if (places.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> threads = Summary.threads(scaling);
    double most = places.stream().mapToDouble(LineChart.Place::y).max().orElse(1);
    double few = threads.getFirst();
    double many = Math.max(threads.getLast(), few * 2);
    Axis x = new Axis.Log(few, many, LineChart.LEFT + 8, LineChart.RIGHT - 4);
    Axis y = new Axis.Linear(most > 0 ? most * 1.06 : 1, LineChart.BOTTOM, LineChart.TOP);
    LineChart chart =
        new LineChart(x, y, what + " against threads")
            .axes(
                threads.stream().map(Integer::doubleValue).toList(),
                Numbers::chosen,
                Numbers::chosen,
                Glyphs.signs(what) + ", by threads");
    drawn.forEach(chart::add);
    return Optional.of(chart.drawn());
  }
}
