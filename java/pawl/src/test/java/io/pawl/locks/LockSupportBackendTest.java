package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parking while the backend changes or is not to be had, each time in a JVM of its own. */
class LockSupportBackendTest {

  private static String runProbe(String question, String... options) throws Exception {
    Path classes = ChildJvm.classesOf(LockSupport.class);
    return ChildJvm.java()
        .with(options)
        .with("-cp", ChildJvm.path(classes, classes.resolveSibling("test-classes")))
        .with(ParkProbe.class.getName(), question)
        .run()
        .quietOut();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmixed", "-Xint", "-XX:TieredStopAtLevel=1"})
  void noPermitIsLostWhenNativeWaitsBecomeAvailable(String mode) throws Exception {
    assertThat(runProbe("switch", "--enable-native-access=ALL-UNNAMED", mode)).isNotBlank();
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_24)
  void threadsParkWhereNativeAccessIsDenied() throws Exception {
    assertThat(runProbe("switch", "--illegal-native-access=deny")).isEqualTo("none\n");
  }

  @Test
  void parkIsRefusedWhereTheBackendCannotBeHad() throws Exception {
    assertThat(runProbe("refused", "--enable-native-access=ALL-UNNAMED", "-Dpawl.backend=futex"))
        .isEqualTo("refused, blocker null\nrefused, blocker null\npermit taken\n");
  }
}
