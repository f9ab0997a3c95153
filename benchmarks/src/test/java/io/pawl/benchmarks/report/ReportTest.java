package io.pawl.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pawl.benchmarks.result.Json;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Run;
import io.pawl.benchmarks.result.Samples;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ReportTest {
  private final Run run = Samples.run("here");
  private final Report report = new Report(List.of(run));

  private static Document parsed(Report report)
      throws ParserConfigurationException, IOException, SAXException {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(report.html())));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<Element> ofClass(Document document, String name, String style) {
    return elements(document, name).stream()
        .filter(element -> List.of(element.getAttribute("class").split(" ")).contains(style))
        .toList();
  }

  @Test
  void thePageIsWellFormedAndNeedsNothingElse() throws Exception {
    Document page = parsed(report);
    assertThat(elements(page, "script")).isEmpty();
    assertThat(elements(page, "link")).isEmpty();
    assertThat(elements(page, "img")).isEmpty();
    assertThat(elements(page, "a")).allMatch(a -> a.getAttribute("href").startsWith("#"));
    assertThat(elements(page, "style").getFirst().getTextContent())
        .contains("prefers-color-scheme: dark", "@media print")
        .doesNotContain("url(", "@import");
  }

  @Test
  void everyRowIsOnThePageAndInTheText() throws Exception {
    String page = parsed(report).getDocumentElement().getTextContent();
    for (Row row : run.rows()) {
      String value = Numbers.with(row.unit(), row.pawl());
      assertThat(page)
          .contains(row.title(), row.cell(), row.pawl().name() + " " + Glyphs.signs(value));
      assertThat(report.text()).contains("## " + row.id() + " " + row.title(), row.cell(), value);
      row.peers().forEach(peer -> assertThat(page).contains(peer.name()));
      row.peers().forEach(peer -> assertThat(report.text()).contains("- " + peer.name()));
    }
  }

  @Test
  void everyTargetIsJudgedOnThePageAndInTheText() throws Exception {
    long targets = run.rows().stream().mapToLong(row -> row.targets().size()).sum();
    Document page = parsed(report);
    long judged =
        List.of("met", "notmet", "undecided").stream()
            .mapToLong(style -> ofClass(page, "tspan", style).size())
            .sum();
    assertThat(judged).isEqualTo(targets);
    assertThat(
            report
                .text()
                .lines()
                .filter(line -> line.matches(".* [<>]= .*\\| (met|NOT met|undecided) +\\|")))
        .hasSize((int) targets);
  }

  @Test
  void barWhiskerTargetAndBoundLieWhereTheirRatiosAre() throws Exception {
    Run one = with(List.of(Samples.uncontended(0.5, 0.52, 0.54)));
    Document page = parsed(new Report(List.of(one)));
    // The axis goes from the bound, 0.41 and a tenth, to 1.5, over 510 units from 290 on.
    Axis axis = new Axis.Log(0.41 / 1.1, 1.5, 290, 800);
    Element bar = ofClass(page, "rect", "bar").getFirst();
    assertThat(number(bar, "x")).isCloseTo(axis.at(0.52), within(0.06));
    assertThat(number(bar, "x") + number(bar, "width")).isCloseTo(axis.at(1), within(0.11));
    Element whisker = ofClass(page, "line", "whisker").getFirst();
    assertThat(number(whisker, "x1")).isCloseTo(axis.at(0.5), within(0.06));
    assertThat(number(whisker, "x2")).isCloseTo(axis.at(0.54), within(0.06));
    assertThat(ofClass(page, "line", "one")).hasSize(1);
    assertThat(number(ofClass(page, "line", "one").getFirst(), "x1"))
        .isCloseTo(axis.at(1), within(0.06));
    List<String> marks =
        elements(page, "path").stream().map(path -> path.getAttribute("d")).toList();
    assertThat(marks)
        .anyMatch(mark -> mark.startsWith("M" + Markup.number(axis.at(0.55)) + " "))
        .anyMatch(mark -> mark.startsWith("M" + Markup.number(axis.at(0.41)) + " "));
  }

  @Test
  void manyRowsAreSharedOutOverChartsOnOneAxis() throws Exception {
    List<Row> rows = new ArrayList<>(Collections.nCopies(40, Samples.uncontended(0.5, 0.52, 0.54)));
    rows.add(Samples.uncontended(3, 4, 5));
    Document page = parsed(new Report(List.of(with(rows))));
    assertThat(ofClass(page, "svg", "ratios").size()).isBetween(4, 6);
    assertThat(ofClass(page, "rect", "bar")).hasSize(2 * rows.size());
    assertThat(ofClass(page, "line", "one").stream().map(line -> line.getAttribute("x1")))
        .containsOnly(ofClass(page, "line", "one").getFirst().getAttribute("x1"));
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  private Run with(List<Row> rows) {
    return new Run(
        Run.SCHEMA, Run.Kind.QUICK, run.host(), rows, List.of(), List.of(), List.of(), List.of());
  }

  @Test
  void theSummaryComesFirstAndP7BeforeTheOthers() {
    assertThat(report.text())
        .startsWith(
            """
            # Pawl compared

            Rows with a target: 4, of which met: 1, not met: 2, undecided: 1.
            """);
    assertThat(report.text()).contains(report.summary());
    assertThat(report.text().indexOf("## P7")).isLessThan(report.text().indexOf("## P5"));
    assertThat(report.text().indexOf("## P5")).isLessThan(report.text().indexOf("## P1 "));
  }

  @Test
  void scenariosStandInTheSameOrderInWhateverPartsTheyWereMeasured() {
    Run reversed =
        new Run(
            run.schema(),
            run.kind(),
            run.host(),
            run.rows().reversed(),
            run.latencies(),
            run.scalings(),
            run.leftOut(),
            run.notes());
    assertThat(headings(new Report(List.of(reversed)))).isEqualTo(headings(report)).hasSize(5);
  }

  private static List<String> headings(Report report) {
    return report.text().lines().filter(line -> line.startsWith("## P")).toList();
  }

  @Test
  void noLineIsWiderThanTheTerminal() {
    assertThat(
            new Report(List.of(run, Samples.run("a machine with quite a long name")))
                .text()
                .lines())
        .allMatch(line -> line.length() <= TextTable.WIDTH);
  }

  @Test
  void whatIsLeftOutAndNotedIsTold() throws Exception {
    String page = parsed(report).getDocumentElement().getTextContent();
    assertThat(page).contains("10,000 virtual threads: all", "No second CPU to hand off to.");
    assertThat(report.text()).contains("10,000 virtual threads: all", "No second CPU");
  }

  @Test
  void curvesOfAllImplementationsAreNamed() throws Exception {
    assertThat(
            ofClass(parsed(report), "text", "label").stream()
                .map(text -> text.getLastChild().getTextContent()))
        .contains("Mutex", "ReentrantLock", "bound");
  }

  @Test
  void twoMachinesStandSideBySide(@TempDir Path directory) throws Exception {
    Path first = Files.createDirectories(directory.resolve("first"));
    Path second = Files.createDirectories(directory.resolve("second"));
    Json.write(Samples.run("here"), first);
    Json.write(Samples.run("there"), second);
    Report merged = Merge.merge(List.of(first, second), directory.resolve("both"));
    assertThat(directory.resolve("both/report.html")).hasContent(merged.html());
    assertThat(directory.resolve("both/report.md")).hasContent(merged.text());
    List<String> heads =
        ofClass(parsed(merged), "tspan", "cell").stream()
            .map(element -> element.getTextContent().strip())
            .toList();
    int here = heads.indexOf("4 : 50 : 0, here");
    assertThat(here).isNotNegative();
    assertThat(heads.get(here + 1)).isEqualTo("4 : 50 : 0, there");
    assertThat(merged.text())
        .contains(
            "here: Rows with a target: 4,",
            "there: Rows with a target: 4,",
            "## Machine: here",
            "## Machine: there");
  }

  @Test
  void machinesOfOneNameAreToldApart() {
    assertThat(new Report(List.of(run, run)).text())
        .contains("## Machine: here\n", "## Machine: here (2)\n");
  }

  @Test
  void aRunThatMeasuredNothingSaysSo() throws Exception {
    Report empty = new Report(List.of(Samples.empty("here")));
    assertThat(empty.text()).contains("Nothing was measured.", "## Machine: here");
    assertThat(parsed(empty).getDocumentElement().getTextContent())
        .contains("Nothing was measured.");
  }
}
