package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A program that reads from its first millisecond on. */
@Limit(60)
class EarlyReadsTest {

  @Test
  void slotsOpenOnlyWhenItIsKnownForWhichFences() throws Exception {
    Path classes = ChildJvm.classesOf(RwLock.class);
    String out =
        ChildJvm.java()
            .with("--enable-native-access=ALL-UNNAMED", "-cp")
            .with(ChildJvm.path(classes, classes.resolveSibling("test-classes")))
            .with(EarlyReadsProbe.class.getName())
            .run()
            .normalOut();
    assertThat(out.strip()).isEqualTo("false true");
  }
}
