package io.pawl.docs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text in Markdown, as GitHub shows it. */
public final class Document {

  /** The top of the repository. */
  public static final Path ROOT =
      Path.of(System.getProperty("pawl.root")).toAbsolutePath().normalize();

  private static final Set<String> NOT_OURS = Set.of("target", "build", "shared");

  private static final Pattern FENCE = Pattern.compile("```(.*)");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*)");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern LINK = Pattern.compile("]\\(([^()\\s]+)\\)");

  private final Path file;
  private final List<String> links = new ArrayList<>();
  private final Set<String> anchors = new HashSet<>();
  private final Map<String, List<String>> blocks = new HashMap<>();

  /** Reads a file. */
  public Document(Path file) throws IOException {
    this.file = file;
    String info = null;
    List<String> block = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      Matcher fence = FENCE.matcher(line);
      if (fence.matches()) {
        if (info != null) {
          blocks.put(info, List.copyOf(block));
          block.clear();
        }
        info = info == null ? fence.group(1) : null;
      } else if (info != null) {
        block.add(line);
      } else if (!line.startsWith("    ")) {
        text(line);
      }
    }
  }

  private void text(String line) {
    Matcher heading = HEADING.matcher(line);
    if (heading.matches()) {
      String anchor = anchor(heading.group(1));
      String unique = anchor;
      for (int i = 1; !anchors.add(unique); i++) {
        unique = anchor + "-" + i;
      }
    }
    // The text of a link may be code, its target is not.
    Matcher link = LINK.matcher(CODE.matcher(line).replaceAll("code"));
    while (link.find()) {
      links.add(link.group(1));
    }
  }

  /** Letters, digits, hyphens and underscores remain, in lower case; spaces become hyphens. */
  private static String anchor(String heading) {
    return heading
        .toLowerCase(Locale.ROOT)
        .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .strip()
        .replace(' ', '-');
  }

  /** All files in Markdown of the repository. */
  public static List<Path> all() throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.getFileName().toString();
            boolean ours =
                directory.equals(ROOT) || (!name.startsWith(".") && !NOT_OURS.contains(name));
            return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return found;
  }

  /** Where it lies. */
  public Path file() {
    return file;
  }

  /** The targets of its links, in order. */
  public List<String> links() {
    return links;
  }

  /** What can stand behind the # of a link to it. */
  public Set<String> anchors() {
    return anchors;
  }

  /** The lines of its fenced blocks, by what stands behind the opening fence. */
  public Map<String, List<String>> blocks() {
    return blocks;
  }
}
