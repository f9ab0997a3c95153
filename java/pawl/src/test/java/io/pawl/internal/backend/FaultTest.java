package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors in the midst of linking, each time in a JVM of its own. */
class FaultTest {

  @BeforeAll
  static void loadTheShim() {
    LoadedShim.require();
  }

  @ParameterizedTest
  @CsvSource({
    "java.lang.OutOfMemoryError, true",
    "java.lang.StackOverflowError, true",
    "java.lang.InternalError, true",
    "java.lang.NoClassDefFoundError, false",
    "java.lang.ExceptionInInitializerError, false"
  })
  void locksWorkWhicheverStepThrowsAndWhatMayPassIsTriedAgain(String error, String recovers)
      throws Exception {
    assertThat(faults(error, recovers)).isEqualTo("survived many\n");
  }

  @ParameterizedTest
  @CsvSource({"panama", "jni", "syscall"})
  @EnabledOnOs(OS.LINUX)
  void aDemandThatAnErrorHasKeptFromBeingMetIsMetLater(String backend) throws Exception {
    assertThat(faults("java.lang.OutOfMemoryError", "true", "-Dpawl.backend=" + backend))
        .isEqualTo("survived many\n");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDemandThatLacksDescriptorsSaysSoAndIsMetLater() throws Exception {
    assertThat(Children.probe("descriptors", "-Dpawl.backend=panama").run().quietOut())
        .startsWith("settled: refused: -Dpawl.backend=panama cannot be met: ")
        .contains("Too many open files")
        .endsWith("later: PanamaWait\n");
  }

  @Test
  void aLoaderThatIsClosedMeanwhileEndsTheThreadQuietly() throws Exception {
    assertThat(Children.probe("closed").with(Children.classes().toString()).run().quietOut())
        .isEqualTo("ended\n");
  }

  private static String faults(String error, String recovers, String... options)
      throws IOException, InterruptedException {
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED")
        .with(options)
        .with("-cp", Children.probePath(), FaultProbe.class.getName(), error, recovers)
        .with(Children.classes().toString())
        .with(Children.classes().resolveSibling("test-classes").toString())
        .run()
        .quietOut();
  }
}
