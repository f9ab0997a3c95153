package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pawl in another's jar, its classes moved to another package. */
class RelocationTest {
  @TempDir private static Path classes;

  @BeforeAll
  static void relocate() throws Exception {
    LoadedShim.require();
    Relocated.copy(Children.classes(), classes);
    Relocated.copy(ChildJvm.classesOf(ContendedProbe.class), classes);
  }

  @Test
  void panamaIsTakenAndJniRefusedWithItsReason() throws Exception {
    assertThat(contend())
        .startsWith("Pawl " + Pawl.version() + "\n")
        .contains("backend: panama\n", "shim: ", "(bundled, ")
        .endsWith("locked\n");
    assertThat(contend("-Dpawl.backend=jni"))
        .contains("backend: none: -Dpawl.backend=jni cannot be met: ")
        .contains("JNI knows", "have been relocated to aa.pawl.internal.backend")
        .endsWith("refused\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"panama", "java"})
  void demandedBackendIsTaken(String name) throws Exception {
    assertThat(contend("-Dpawl.backend=" + name))
        .contains("backend: " + name + "\n")
        .endsWith("locked\n");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void syscallIsTakenOnDemandAndTheFileInMemoryIsFound() throws Exception {
    assertThat(contend("-Dpawl.backend=syscall"))
        .contains("backend: syscall\n")
        .endsWith("locked\n");
    assertThat(contend("-Djava.io.tmpdir=/proc"))
        .contains("backend: panama\n", "loaded from memory")
        .endsWith("locked\n");
  }

  private static String contend(String... options) throws Exception {
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED")
        .with(options)
        .with("-cp", classes.toString(), ContendedProbe.class.getName().replace("io.", "aa."))
        .run()
        .quietOut();
  }
}
