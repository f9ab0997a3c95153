package io.pawl.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A heap that is full while names are given harms none of those that there are. */
@Limit(120)
class FullHeapNamesTest {

  @Test
  void namesAreKeptWhileOthersCannotBeGiven() throws Exception {
    Path classes = ChildJvm.classesOf(Pawl.class);
    String path = classes + ":" + classes.resolveSibling("test-classes");
    String out =
        ChildJvm.java()
            .with("--enable-native-access=ALL-UNNAMED", "-Xmx16m", "-XX:+UseSerialGC")
            .with("-cp", path, FullHeapNamesProbe.class.getName())
            .run()
            .quietOut();
    assertThat(out).isEqualTo("full, all kept, and again\n");
  }
}
