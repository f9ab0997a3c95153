package io.pawl.internal.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which fences are in force, each time in a JVM of its own. */
class FencesTest {

  @ParameterizedTest
  @ValueSource(strings = {"panama", "jni", "syscall"})
  @EnabledOnOs(OS.LINUX)
  void everyBackendOfLinuxMakesThemAsymmetric(String backend) throws Exception {
    assertThat(describe("-Dpawl.backend=" + backend)).startsWith("asymmetric (");
  }

  @Test
  void theyStaySymmetricOnDemand() throws Exception {
    assertThat(describe("-Dpawl.fence=symmetric"))
        .isEqualTo("symmetric, a full fence on both sides (-Dpawl.fence=symmetric)");
  }

  @Test
  void aWordThatMeansNothingIsTheSafeSideAndIsNamed() throws Exception {
    assertThat(describe("-Dpawl.fence=none"))
        .isEqualTo(
            "symmetric, a full fence on both sides"
                + " (-Dpawl.fence=none is unknown; use symmetric)");
  }

  @Test
  void withoutNativeCallsTheyAreSymmetric() throws Exception {
    assertThat(describe("-Dpawl.backend=java"))
        .isEqualTo("symmetric, a full fence on both sides (there are no native calls)");
  }

  @Test
  void anInterfaceForOtherCompilersKeepsThemSymmetric() throws Exception {
    String jvmci = "-XX:+EnableJVMCI";
    ChildJvm.Result trial =
        ChildJvm.java().with("-XX:+UnlockExperimentalVMOptions", jvmci, "-version").run();
    assumeTrue(trial.exit() == 0, "a virtual machine without the interface");

    assertThat(describe("-XX:+UnlockExperimentalVMOptions", jvmci))
        .startsWith("symmetric, ")
        .contains("other compilers than C1 and C2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"refused", "unregistered"})
  void aBarrierThatIsNotToBeHadIsNotUsed(String how) throws Exception {
    assertThat(probe(how).run().quietOut())
        .isEqualTo(
            "symmetric, a full fence on both sides"
                + " (the system has no process-wide barrier: error -38)\n");
  }

  @Test
  void aBarrierThatFailsLaterIsGivenUp() throws Exception {
    assertThat(probe("failing").run().quietOut())
        .isEqualTo(
            "true\nfalse\nsymmetric, a full fence on both sides"
                + " (the process-wide barrier has failed with error -1)\n");
  }

  @Test
  void aBarrierThatFailsWhileItIsPutInForceLeavesNoLightFenceBehind() throws Exception {
    assertThat(probe("racing").run().quietOut()).isEqualTo("0 of 3\n");
  }

  @Test
  void anOverflowInTheHeavyFenceOfTheHeirWakesTheNext() throws Exception {
    assertThat(probe("overflowing").run().quietOut()).isEqualTo("overflow\nwoken\n");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theFirstLockMakesThemAsymmetricThoughNobodyWaits() throws Exception {
    assertThat(probe("uncontended").run().quietOut()).isEqualTo("asymmetric\n");
  }

  /** The line of {@link Pawl#describe()} about fences. */
  private static String describe(String... options) throws Exception {
    String text = child().with(options).with(Pawl.class.getName()).run().quietOut();
    return text.lines()
        .filter(line -> line.startsWith("fences: "))
        .findFirst()
        .orElseThrow()
        .substring("fences: ".length());
  }

  private static ChildJvm probe(String action) {
    List<String> arguments = new ArrayList<>();
    if (!action.equals("uncontended")) {
      arguments.add("-Dpawl.backend=java");
    }
    arguments.add(FencesProbe.class.getName());
    arguments.add(action);
    return child().with(arguments.toArray(String[]::new));
  }

  private static ChildJvm child() {
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED", "-cp")
        .with(
            ChildJvm.path(ChildJvm.classesOf(Fences.class), ChildJvm.classesOf(FencesProbe.class)));
  }
}
