package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The stack ends at each step of what sleepers and wakers do for a rescuer, in a JVM of its own.
 */
@Limit(120)
class RescuerDeepStackTest {

  /** Interpreted frames take most for the list; compiled ones do half of a wake, and count. */
  @ParameterizedTest
  @CsvSource({"add, -Xint", "pay, -XX:TieredStopAtLevel=1", "enter, -XX:TieredStopAtLevel=1"})
  void nothingIsLeftHalfDone(String what, String option) throws Exception {
    Path classes = ChildJvm.classesOf(Rescuer.class);
    String out =
        ChildJvm.java()
            .with(option)
            .with("-cp", ChildJvm.path(classes, classes.resolveSibling("test-classes")))
            .with(RescuerProbe.class.getName(), what)
            .run()
            .quietOut();
    assertThat(out).isEqualTo("0 wrong\n");
  }
}
