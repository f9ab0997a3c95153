package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PawlTest {

  @Test
  void describeNamesWhatMatters() {
    assertThat(Pawl.describe())
        .startsWith("Pawl " + Pawl.version() + "\n")
        .contains("os: " + System.getProperty("os.name"))
        .contains("cpu: " + System.getProperty("os.arch"))
        .contains(", " + Runtime.getRuntime().availableProcessors() + " processors\n")
        .contains(System.getProperty("java.vm.version"))
        .contains(
            "backend: ", "  not ", "shim: ", "fences: ", "spinning: ", "slow waits: not logged\n")
        .endsWith("\n");
  }

  @Test
  void versionIsKnownWithoutAJarOfItsOwn() {
    assertThat(Pawl.version()).matches("\\d+\\.\\d+.*");
  }

  @Test
  void modulePathRunIsQuiet() throws Exception {
    Path classes = ChildJvm.classesOf(Pawl.class);

    String out =
        ChildJvm.java()
            .with("--enable-native-access=io.pawl", "-p", classes.toString())
            .with("-m", "io.pawl/io.pawl.Pawl")
            .run()
            .quietOut();

    assertThat(out).startsWith("Pawl ");
  }

  @Test
  void classPathRunIsQuiet() throws Exception {
    Path classes = ChildJvm.classesOf(Pawl.class);

    String out =
        ChildJvm.java()
            .with("--enable-native-access=ALL-UNNAMED", "-cp", classes.toString())
            .with(Pawl.class.getName())
            .run()
            .quietOut();

    assertThat(out).startsWith("Pawl ");
  }

  @Test
  void spinningCanBeForbidden() throws Exception {
    String out =
        ChildJvm.java()
            .with("-Dpawl.spin=off", "--enable-native-access=ALL-UNNAMED", "-cp")
            .with(ChildJvm.classesOf(Pawl.class).toString(), Pawl.class.getName())
            .run()
            .quietOut();

    assertThat(out).containsPattern("spinning: off, (-Dpawl.spin=off|with a single)");
  }

  @Test
  void refusedDemandIsDescribedRatherThanThrown() throws Exception {
    Path classes = ChildJvm.classesOf(Pawl.class);

    String out =
        ChildJvm.java()
            .with("-Dpawl.backend=futex", "-cp", classes.toString(), Pawl.class.getName())
            .run()
            .quietOut();

    assertThat(out).contains("backend: none: -Dpawl.backend=futex names no backend");
  }
}
