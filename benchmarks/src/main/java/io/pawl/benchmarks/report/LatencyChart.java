package io.pawl.benchmarks.report;

import io.pawl.benchmarks.result.Curve;
import io.pawl.benchmarks.result.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Latency against percentile, both logarithmic, as HdrHistogram plots it. */
final class LatencyChart {
  private static final double MOST_NINES = 6;
  private static final double NANOS = 1e3;
  private static final int TICKS_PER_HALF = 8;

  private LatencyChart() {}

  /**
   * The chart.
   *
   * @param latency whose curves
   * @param beside those whose range the axis of latencies covers too, to be compared by eye
   */
  static Markup of(Latency latency, List<Latency> beside, Palette palette) {
    double low = Double.MAX_VALUE;
    double high = 0.02;
    double nines = 1;
    for (Curve curve :
        Stream.concat(Stream.of(latency), beside.stream())
            .flatMap(one -> one.curves().stream())
            .toList()) {
      Histogram histogram = curve.decoded();
      low = Math.min(low, Math.max(histogram.getValueAtPercentile(5) / NANOS, 0.01));
      high = Math.max(high, curve.max());
      nines = Math.max(nines, Math.log10((double) Math.max(histogram.getTotalCount(), 10)));
    }
    Axis x = new Axis.Percentile(Math.min(nines, MOST_NINES), LineChart.LEFT, LineChart.RIGHT);
    Axis y = new Axis.Log(Math.min(low, high / 2), high, LineChart.BOTTOM, LineChart.TOP);
    LineChart chart =
        new LineChart(x, y, "Latency against percentile, " + Summary.cell(latency))
            .axes(
                x.ticks(),
                percent -> percent == 0 ? "" : Numbers.percent(percent),
                micros -> Glyphs.signs(Numbers.micros(micros)),
                "percentile of the latency");
    // Pawl's first: it is the widest, and would hide the others where they run along it.
    for (int i = 0; i < latency.curves().size(); i++) {
      Curve curve = latency.curves().get(i);
      chart.add(
          new LineChart.Line(curve.name(), palette.of(curve.name(), i == 0), false, places(curve)));
    }
    return chart.drawn();
  }

  private static List<LineChart.Place> places(Curve curve) {
    Histogram histogram = curve.decoded();
    List<LineChart.Place> places = new ArrayList<>();
    double last = 100 - 100 / (double) Math.max(histogram.getTotalCount(), 2);
    for (HistogramIterationValue value : histogram.percentiles(TICKS_PER_HALF)) {
      double percent = Math.min(value.getPercentileLevelIteratedTo(), last);
      places.add(new LineChart.Place(percent, value.getValueIteratedTo() / NANOS));
    }
    if (places.isEmpty()) {
      places.add(new LineChart.Place(0, 0));
    }
    return places;
  }
}
