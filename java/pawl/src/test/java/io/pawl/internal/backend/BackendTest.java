package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The selection, each time in a JVM of its own. */
class BackendTest {

  @BeforeAll
  static void loadTheShim() {
    LoadedShim.require();
  }

  @Test
  void firstCallFindsNoneOrPanamaAndSettlesOnPanama() throws Exception {
    assertThat(Children.probe("first").run().quietOut()).containsAnyOf("none", "PanamaWait");
    assertThat(Children.probe("settled").run().quietOut())
        .isEqualTo("settled: PanamaWait\ncurrent: PanamaWait\n");
  }

  @ParameterizedTest
  @CsvSource({"panama, PanamaWait", "jni, JniWait", "java, none"})
  void demandedBackendIsTaken(String name, String type) throws Exception {
    assertThat(Children.probe("settled", "-Dpawl.backend=" + name).run().quietOut())
        .isEqualTo("settled: " + type + "\ncurrent: " + type + "\n");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void syscallIsTakenOnDemandWithoutAnyFile() throws Exception {
    String out =
        Children.probe("settled", "-Dpawl.backend=syscall", "-Djava.io.tmpdir=/proc")
            .run()
            .quietOut();

    assertThat(out).isEqualTo("settled: SyscallWait\ncurrent: SyscallWait\n");
  }

  /** Nothing is left to be linked by a call of an unlock, which then fails if the heap is full. */
  @ParameterizedTest
  @ValueSource(strings = {"panama", "jni"})
  void noCallLinksAnythingLater(String name) throws Exception {
    String most = Children.probe("calls", "-Xint", "-Dpawl.backend=" + name).run().quietOut();
    assertThat(Integer.parseInt(most.strip())).isLessThan(8_000);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void noSystemCallLinksAnythingLater() throws Exception {
    noCallLinksAnythingLater("syscall");
  }

  @Test
  void unknownBackendIsRefusedFromTheFirstCallOn() throws Exception {
    assertThat(Children.probe("first", "-Dpawl.backend=futex").run().quietOut())
        .isEqualTo(
            "current: refused: -Dpawl.backend=futex names no backend;"
                + " there are panama jni syscall java\n");
  }

  @ParameterizedTest
  @CsvSource({
    "-Dpawl.backend=futex, -Dpawl.native.wait=0",
    "-Dpawl.backend=java, -Dpawl.native.wait=soon",
    "-Dpawl.fence=symmetric, -Dpawl.native.wait=20"
  })
  void demandThatCannotBeMetIsRefusedWhateverElseIsDemanded(String one, String other)
      throws Exception {
    assertThat(contended(one, other)).endsWith("refused\n");
  }

  @Test
  void waitsThatAreNeverNativeEnd() throws Exception {
    assertThat(contended("-Dpawl.native.wait=0"))
        .contains("waiting: in java.util.concurrent.locks.LockSupport, -Dpawl.native.wait=0\n")
        .endsWith("locked\n");
    assertThat(contended("-Dpawl.native.wait=1500us"))
        .contains("waiting: native for up to 1500us, then visible to tools\n")
        .endsWith("locked\n");
    assertThat(contended()).contains("waiting: native for up to 16ms,").endsWith("locked\n");
  }

  /** What {@link ContendedProbe} prints. */
  private static String contended(String... options) throws Exception {
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED")
        .with(options)
        .with("-cp", Children.probePath(), ContendedProbe.class.getName())
        .run()
        .quietOut();
  }

  @Test
  void absentJnaIsRefusedWithTheRemedy() throws Exception {
    assertThat(Children.probe("settled", "-Dpawl.backend=jna").run().quietOut())
        .containsSubsequence("settled: refused", "put pawl-jna on", "current: refused");
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_24)
  void deniedAccessOnTheClassPathLeavesJavaAndTellsTheOption() throws Exception {
    String out =
        ChildJvm.java()
            .with("--illegal-native-access=deny", "-cp", Children.classes().toString())
            .with(Pawl.class.getName())
            .run()
            .quietOut();

    assertThat(out)
        .contains("backend: java\n")
        .contains("native access is denied; start java with --enable-native-access=ALL-UNNAMED")
        .doesNotContain("\tat ");
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_24)
  void deniedAccessOnTheModulePathNamesTheModule() throws Exception {
    String out =
        ChildJvm.java()
            .with("--illegal-native-access=deny", "-p", Children.classes().toString())
            .with("-m", "io.pawl/io.pawl.Pawl")
            .run()
            .quietOut();

    assertThat(out).contains("backend: java\n").contains("--enable-native-access=io.pawl");
  }

  @ParameterizedTest
  @CsvSource({"panama", "jni", "syscall"})
  @EnabledForJreRange(min = JRE.JAVA_24)
  void demandIsRefusedWhereAccessIsDenied(String name) throws Exception {
    boolean elsewhere = name.equals("syscall") && !Platform.current().isLinux();
    String reason = elsewhere ? "made for Linux" : "native access is denied";
    String out =
        ChildJvm.java()
            .with("--illegal-native-access=deny", "-Dpawl.backend=" + name)
            .with("-cp", Children.probePath(), Probe.class.getName(), "settled")
            .run()
            .quietOut();

    assertThat(out)
        .containsSubsequence(
            "settled: refused: -Dpawl.backend=" + name + " cannot be met: " + reason,
            "current: refused: ");
  }

  @Test
  void interruptedThreadGetsABackendAndStaysInterrupted() throws Exception {
    assertThat(Children.probe("interrupted").run().quietOut())
        .matches("(none|PanamaWait) PanamaWait true\n");
  }

  @Test
  void firstCallsOfManyThreadsDoNotBlockEachOther() throws Exception {
    assertThat(Children.probe("rush").run().quietOut()).endsWith("settled: PanamaWait\n");
    assertThat(
            Children.probe("rush", "-Djdk.virtualThreadScheduler.parallelism=1").run().quietOut())
        .endsWith("settled: PanamaWait\n");
  }

  @Test
  void waitsDoNotLeaveTheLinkingToTheBackgroundOnceItHasBegunOrIfADemandIsToBeChecked()
      throws Exception {
    assertThat(Children.probe("pending").run().quietOut()).endsWith(" false\n");
    assertThat(Children.probe("pending", "-Dpawl.backend=jni").run().quietOut())
        .isEqualTo("false false\n");
  }

  @Test
  void unknownProcessorLeavesJavaAndSaysWhy() throws Exception {
    String out = describe("-Dos.arch=pdp11");

    assertThat(out)
        .contains("backend: java\n", "no shim is bundled for", "-pdp11;")
        .contains("not syscall: made for Linux on x86_64 and aarch64, not for");
  }

  @Test
  void unknownSystemLeavesJavaAndSaysWhy() throws Exception {
    assertThat(describe("-Dos.name=Plan 9"))
        .contains("backend: java\n", "no shim is bundled for Plan 9-");
  }

  @Test
  void unknownProcessorRefusesADemandForPanama() throws Exception {
    String out =
        Children.probe("first", "-Dos.arch=pdp11", "-Dpawl.backend=panama").run().quietOut();

    assertThat(out).contains("refused: -Dpawl.backend=panama cannot be met: no shim is bundled");
  }

  private static String describe(String... options) throws Exception {
    Path classes = Children.classes();
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED")
        .with(options)
        .with("-cp", classes.toString(), Pawl.class.getName())
        .run()
        .quietOut();
  }
}
