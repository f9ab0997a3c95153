package io.pawl.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a link of the documentation leads to is there; links to elsewhere are not followed. */
class LinksTest {

  private static List<Path> documents() throws IOException {
    return Document.all();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Path file) throws IOException {
    List<String> broken = new ArrayList<>();
    Document document = new Document(file);
    for (String link : document.links()) {
      if (!link.matches("[a-z]+:.*") && !leadsSomewhere(document, link)) {
        broken.add(link);
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Document from, String link) throws IOException {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path target = path.isEmpty() ? from.file() : from.file().resolveSibling(path).normalize();
    if (!target.startsWith(Document.ROOT) || !Files.exists(target)) {
      return false;
    }
    return hash < 0
        || !target.toString().endsWith(".md")
        || new Document(target).anchors().contains(link.substring(hash + 1));
  }

  @Test
  void eachPageIsReachedFromTheReadme() throws IOException {
    Set<Path> reached = new HashSet<>();
    follow(Document.ROOT.resolve("README.md"), reached);
    Path docs = Document.ROOT.resolve("docs");
    assertThat(reached)
        .containsAll(documents().stream().filter(page -> page.startsWith(docs)).toList());
  }

  private static void follow(Path file, Set<Path> reached) throws IOException {
    if (file.toString().endsWith(".md") && Files.exists(file) && reached.add(file)) {
      for (String link : new Document(file).links()) {
        if (!link.matches("[a-z]+:.*|#.*")) {
          follow(file.resolveSibling(link.replaceAll("#.*", "")).normalize(), reached);
        }
      }
    }
  }
}
