package io.pawl.internal.backend;

import io.pawl.kit.ChildJvm;
import java.nio.file.Path;

/** Children that run Pawl from the class path, with native access. */
final class Children {
  private Children() {}

  /** A child that runs {@link Probe}. */
  static ChildJvm probe(String question, String... options) {
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED")
        .with(options)
        .with("-cp", probePath(), Probe.class.getName(), question);
  }

  /** The compiled main sources. */
  static Path classes() {
    return ChildJvm.classesOf(Backend.class);
  }

  /** A class path with the main and the test classes. */
  static String probePath() {
    return ChildJvm.path(classes(), classes().resolveSibling("test-classes"));
  }
}
