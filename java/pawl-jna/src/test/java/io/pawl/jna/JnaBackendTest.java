package io.pawl.jna;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The backend as the selection finds it, each time in a JVM of its own. */
class JnaBackendTest {
  private static final String PATH =
      ChildJvm.path(
          ChildJvm.classesOf(Pawl.class),
          ChildJvm.classesOf(JnaProvider.class),
          ChildJvm.classesOf(Native.class));

  @BeforeAll
  static void needTheShim() {
    Path shim = HostShim.require();
    assertThat(shim).exists();
  }

  @Test
  void demandIsMetOnTheClassPath() throws Exception {
    assertThat(onClassPath().run().quietOut()).contains("backend: jna\n");
  }

  @Test
  void demandIsMetOnTheModulePath() throws Exception {
    String out =
        ChildJvm.java()
            .with("--enable-native-access=io.pawl,io.pawl.jna,com.sun.jna")
            .with("-Dpawl.backend=jna", "-p", PATH, "--add-modules", "io.pawl.jna")
            .with("-m", "io.pawl/io.pawl.Pawl")
            .run()
            .quietOut();

    assertThat(out).contains("backend: jna\n");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void shimInMemoryIsOpenedAgain() throws Exception {
    String home = System.getProperty("user.home", "/");

    String out =
        ChildJvm.java()
            .with("-Djava.io.tmpdir=/proc", "-Djna.tmpdir=" + home)
            .with("--enable-native-access=ALL-UNNAMED", "-Dpawl.backend=jna", "-cp", PATH)
            .with(Pawl.class.getName())
            .run()
            .quietOut();

    assertThat(out).contains("backend: jna\n", "loaded from memory");
  }

  private static ChildJvm onClassPath() {
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED", "-Dpawl.backend=jna", "-cp", PATH)
        .with(Pawl.class.getName());
  }
}
