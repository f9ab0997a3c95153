package io.pawl.benchmarks.report;

import io.pawl.benchmarks.report.Comparison.Of;
import io.pawl.benchmarks.report.Comparison.Scenario;
import io.pawl.benchmarks.result.Curve;
import io.pawl.benchmarks.result.Host;
import io.pawl.benchmarks.result.Latency;
import io.pawl.benchmarks.result.LeftOut;
import io.pawl.benchmarks.result.Measured;
import io.pawl.benchmarks.result.Note;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Run;
import io.pawl.benchmarks.result.Scaling;
import io.pawl.benchmarks.result.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The report as one page that needs nothing else: its charts are inline SVG, and it has no script.
 */
final class HtmlReport {
  private final Comparison comparison;
  private final Palette palette;
  private final Markup page = new Markup();

  private HtmlReport(Comparison comparison) {
    this.comparison = comparison;
    this.palette = new Palette(comparison);
  }

  /** The page, which is well-formed XML too. */
  static String of(Comparison comparison) {
    HtmlReport report = new HtmlReport(comparison);
    report.write();
    return report.page.toString();
  }

  private void write() {
    page.raw("<!DOCTYPE html>\n")
        .open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en");
    page.open("head").empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", "Pawl compared");
    page.open("style").raw(style()).close().close();
    page.open("body").open("main");
    header();
    summary();
    key();
    comparison.scenarios().forEach(this::scenario);
    leftOut();
    notes();
    machines();
    page.close().close().close();
  }

  private static String style() {
    try (InputStream in =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream("style.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void header() {
    page.open("header").element("h1", "Pawl compared");
    for (Of<Run> run : comparison.runs()) {
      Host host = run.what().host();
      page.element(
          "p",
          "%s: %s, %d of %d CPUs, %s, %s. %s run of %s."
              .formatted(
                  run.machine(),
                  host.cpu(),
                  host.cpusUsed(),
                  host.cpusAvailable(),
                  host.kernel(),
                  host.jdk(),
                  run.what().kind() == Run.Kind.FULL ? "Full" : "Quick",
                  host.date().atOffset(ZoneOffset.UTC).toLocalDate()),
          "class",
          "where");
    }
    page.close();
  }

  private void summary() {
    List<Of<Row>> rows = comparison.rows();
    page.open("section", "class", "summary");
    page.open("div", "class", "counts");
    for (Verdict verdict : Verdict.values()) {
      page.open("div", "class", "count " + Glyphs.style(verdict));
      page.element("b", Long.toString(Comparison.count(rows, verdict)));
      page.element(
          "span", Glyphs.of(verdict) + " " + Summary.word(verdict).toLowerCase(Locale.ROOT));
      page.close();
    }
    page.close();
    Summary.lines(comparison).forEach(line -> page.element("p", line));
    if (!rows.isEmpty()) {
      page.open("div", "class", "wide").open("table", "class", "overview");
      heads("scenario", "", "met", "not met", "undecided", "");
      for (Scenario scenario : comparison.scenarios()) {
        overview(scenario);
      }
      page.close().close();
    }
    page.close();
  }

  private void overview(Scenario scenario) {
    List<Of<Row>> rows = scenario.rows();
    page.open("tr").open("td", "class", "id");
    page.element("a", scenario.id(), "href", "#" + scenario.id()).close();
    page.element("td", scenario.title());
    for (Verdict verdict : Verdict.values()) {
      page.element("td", Summary.count(rows, verdict), "class", "number");
    }
    page.open("td").add(share(rows)).close().close();
  }

  /** How the verdicts are shared out, as one bar. */
  private static Markup share(List<Of<Row>> rows) {
    Markup svg = new Markup();
    double width = 160;
    svg.open("svg", "viewBox", "0 0 160 12", "class", "share", "role", "img");
    long judged = rows.stream().filter(row -> row.what().verdict().isPresent()).count();
    double x = 0;
    for (Verdict verdict : Verdict.values()) {
      long count = Comparison.count(rows, verdict);
      if (count > 0) {
        double own = width * count / judged;
        svg.open(
            "rect",
            "x",
            x,
            "y",
            1.0,
            "width",
            Math.max(own - 1.5, 1),
            "height",
            10.0,
            "class",
            Glyphs.style(verdict));
        svg.element("title", count + " " + Summary.word(verdict)).close();
        x += own;
      }
    }
    return svg.close();
  }

  private void key() {
    page.open("section", "class", "key");
    page.open("p");
    page.text("A bar is the median of Pawl / peer over pairs of neighbouring turns, from 1 on a ");
    page.text("logarithmic axis; the whisker is its 95 % interval. ");
    page.add(sign("target", "M7 6l4 -6h-8zM7 6v8")).text(" is the target, ");
    page.add(sign("bound", "M7 2.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z"));
    page.text(" the bound that no implementation can pass. ");
    page.text("A target is met (\u2713) or not (\u2717) if the whole interval is on one side of ");
    page.text("it, else undecided (?).");
    page.close().close();
  }

  private static Markup sign(String style, String path) {
    Markup svg = new Markup();
    svg.open("svg", "viewBox", "0 0 14 14", "class", "sign", "aria-hidden", "true");
    return svg.empty("path", "d", path, "class", style).close();
  }

  private void scenario(Scenario scenario) {
    page.open("section", "id", scenario.id());
    page.open("h2").element("span", scenario.id(), "class", "id");
    page.text(" " + scenario.title()).close();
    for (Of<Note> note : scenario.notes()) {
      page.element("p", "Note: " + from(note.machine(), note.what().text()), "class", "note");
    }
    latencies(scenario);
    for (List<Of<Row>> rows : scenario.quantities().values()) {
      Row first = rows.getFirst().what();
      if (!first.quantity().isEmpty()) {
        page.element("h3", capital(first.quantity()) + ", Pawl / peer");
      }
      for (Markup chart : RatioChart.of(scenario, rows, palette)) {
        page.open("figure").add(chart).close();
      }
    }
    scalings(scenario);
    costs(scenario);
    page.close();
  }

  private void latencies(Scenario scenario) {
    List<Of<Latency>> all =
        scenario.latencies().stream().filter(of -> !of.what().curves().isEmpty()).toList();
    Map<String, List<Of<Latency>>> cells = new LinkedHashMap<>();
    for (Of<Latency> of : all) {
      cells.computeIfAbsent(Summary.cell(of.what()), _ -> new ArrayList<>()).add(of);
    }
    if (cells.isEmpty()) {
      return;
    }
    if (cells.size() == all.size()) { // one chart each: all of them beside each other
      page.element("h3", "Latency from the due time").open("div", "class", "grid");
      for (Of<Latency> of : all) {
        latency(scenario, of, List.of(of.what()), Summary.cell(of.what()) + ", ");
      }
      page.close();
      return;
    }
    cells.forEach((cell, beside) -> {
      List<Latency> range = beside.stream().map(Of::what).toList();
      page.element("h3", "Latency from the due time, " + cell).open("div", "class", "grid");
      beside.forEach(of -> latency(scenario, of, range, ""));
      page.close();
    });
  }

  private void latency(Scenario scenario, Of<Latency> of, List<Latency> beside, String cell) {
    Latency latency = of.what();
    String label = scenario.label(of.machine(), "", latency.collector());
    page.open("figure");
    page.element(
        "figcaption",
        String.format(
            Locale.ROOT,
            "%s%.0f %% of capacity, %,.0f requests a second%s",
            cell,
            latency.percentOfCapacity(),
            latency.rate(),
            label.isEmpty() ? "" : "; " + label));
    page.add(LatencyChart.of(latency, beside, palette));
    page.open("table");
    heads("", "p50", "p99", "p99.9", "max", "CPUs");
    for (Curve curve : latency.curves()) {
      page.open("tr").element("td", curve.name());
      for (double value : new double[] {curve.p50(), curve.p99(), curve.p999(), curve.max()}) {
        page.element("td", Glyphs.signs(Numbers.micros(value)), "class", "number");
      }
      number(curve.cpusUsed(), "");
      page.close();
    }
    page.close().close();
  }

  private void scalings(Scenario scenario) {
    for (Of<Scaling> of : scenario.scalings()) {
      Scaling scaling = of.what();
      String label = scenario.label(of.machine(), scaling.cell(), scaling.collector());
      page.element("h3", "Against threads" + (label.isEmpty() ? "" : ", " + label));
      page.open("div", "class", "grid");
      for (Markup chart : ScalingCharts.of(scaling, palette)) {
        page.open("figure").add(chart).close();
      }
      page.close();
    }
  }

  private void costs(Scenario scenario) {
    Markup body = new Markup();
    for (Of<Row> row : scenario.rows()) {
      List<Measured> all = new ArrayList<>(List.of(row.what().pawl()));
      row.what().peers().forEach(peer -> all.add(peer.measured()));
      for (Measured measured : all) {
        body.open("tr");
        body.element("td", scenario.label(row)).element("td", measured.name());
        body.element(
            "td",
            Glyphs.signs(Numbers.with(row.what().unit(), measured)) + quantity(row.what()),
            "class",
            "number");
        body.element("td", Integer.toString(measured.samples().size()), "class", "number");
        body.element("td", orNothing(measured.cpusUsed(), ""), "class", "number");
        body.element("td", orNothing(measured.cpuNanos(), "ns"), "class", "number");
        body.element("td", orNothing(measured.fairness(), ""), "class", "number");
        body.close();
      }
    }
    if (!scenario.rows().isEmpty()) {
      page.open("details").element("summary", "All figures").open("div", "class", "wide");
      page.open("table");
      heads("cell", "", "median", "turns", "CPUs used", "CPU time each", "slowest / fastest");
      page.add(body).close().close().close();
    }
  }

  private static String quantity(Row row) {
    return row.quantity().isEmpty() ? "" : " (" + row.quantity() + ")";
  }

  private void leftOut() {
    if (!comparison.leftOut().isEmpty()) {
      page.open("section").element("h2", "Left to --full").open("ul");
      for (Of<LeftOut> of : comparison.leftOut()) {
        String text = of.what().id() + " " + of.what().title() + ": " + of.what().cells();
        page.element("li", from(of.machine(), text));
      }
      page.close().close();
    }
  }

  private void notes() {
    List<String> known = comparison.scenarios().stream().map(Scenario::id).toList();
    List<String> lines =
        comparison.notes().stream()
            .filter(note -> !known.contains(note.what().id()))
            .map(of -> from(of.machine(), (of.what().id() + " " + of.what().text()).strip()))
            .toList();
    if (!lines.isEmpty()) {
      page.open("section").element("h2", "Notes").open("ul");
      lines.forEach(line -> page.element("li", line));
      page.close().close();
    }
  }

  private void machines() {
    for (Of<Run> run : comparison.runs()) {
      page.open("section").element("h2", "Machine: " + run.machine());
      page.open("table", "class", "facts");
      for (List<String> fact : Facts.of(run.what().kind(), run.what().host())) {
        page.open("tr").element("th", fact.getFirst()).element("td", fact.getLast()).close();
      }
      page.close();
      page.element("pre", run.what().host().pawl().strip()).close();
    }
  }

  private String from(String machine, String text) {
    return comparison.hasSeveralMachines() ? machine + ": " + text : text;
  }

  private void heads(String... names) {
    page.open("tr");
    for (String name : names) {
      page.element("th", name);
    }
    page.close();
  }

  private void number(@Nullable Double value, String unit) {
    page.element("td", orNothing(value, unit), "class", "number");
  }

  private static String orNothing(@Nullable Double value, String unit) {
    return value == null ? "" : Numbers.with(unit, value);
  }

  /** With a capital letter, if it begins with a word and not as p99 does. */
  private static String capital(String text) {
    return text.length() < 2 || !Character.isLetter(text.charAt(1))
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
