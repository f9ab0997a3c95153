package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stack ends at each step of what is done for owed wakes, in a JVM of its own. */
@Limit(120)
class OwedWakesDeepStackTest {

  /** Interpreted frames take most for the list, compiled ones let the JDK do half of a wake. */
  @ParameterizedTest
  @CsvSource({"add, -Xint", "pay, -XX:TieredStopAtLevel=1"})
  void nothingIsLeftHalfDone(String what, String option) throws Exception {
    Path classes = ChildJvm.classesOf(OwedWakes.class);
    String out =
        ChildJvm.java()
            .with(option)
            .with("-cp", ChildJvm.path(classes, classes.resolveSibling("test-classes")))
            .with(OwedWakesProbe.class.getName(), what)
            .run()
            .quietOut();
    assertThat(out).isEqualTo("0 wrong\n");
  }
}
