package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.backend.Backend;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A wait for which there is no watcher, in a JVM of its own. */
@Limit(60)
class LimitTest {

  @Test
  void waitThatNobodyWatchesGoesOnWhereToolsSeeIt() throws Exception {
    assertThat(run("16ms")).isEqualTo("1, by itself\n");
  }

  /** The limit is later than the end of each part of a wait that does not rely on a rescuer. */
  @Test
  void waitInPartsGoesOnWhereToolsSeeIt() throws Exception {
    assertThat(run("100ms", "alone")).isEqualTo("1, by itself\n");
  }

  private static String run(String limit, String... args) throws Exception {
    Assumptions.assumeTrue(Backend.settled() != null, "native waits");
    Path classes = ChildJvm.classesOf(LongWaits.class);
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED", "-Dpawl.native.wait=" + limit)
        .with("-cp", ChildJvm.path(classes, classes.resolveSibling("test-classes")))
        .with(LimitProbe.class.getName())
        .with(args)
        .run()
        .quietOut();
  }
}
