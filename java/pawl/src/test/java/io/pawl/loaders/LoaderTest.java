package io.pawl.loaders;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A class loader from which Pawl was loaded can go, although the threads that waited live on. */
@Limit(120)
class LoaderTest {

  @ParameterizedTest
  @CsvSource({
    "panama, platform",
    "panama, virtual",
    "jni, platform",
    "syscall, platform",
    "java, platform",
  })
  void threadsKeepNoLoader(String backend, String kind) throws Exception {
    checkLoaders("-Dpawl.backend=" + backend, kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"platform", "virtual"})
  void theOrderOfLocksKeepsNoLoader(String kind) throws Exception {
    checkLoaders("-Dpawl.order=warn", kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"platform", "virtual"})
  void theFlightRecorderKeepsNoLoader(String kind) throws Exception {
    checkLoaders("-XX:StartFlightRecording", kind);
  }

  private static void checkLoaders(String option, String kind) throws Exception {
    Path classes = ChildJvm.classesOf(Pawl.class);
    Path tests = classes.resolveSibling("test-classes");
    String out =
        ChildJvm.java()
            .with("--enable-native-access=ALL-UNNAMED", "-Xmx256m", "-Xlog:jfr*=off", option)
            .with("-cp", tests.toString(), Loaders.class.getName(), kind)
            .with(classes.toString(), tests.toString())
            .run()
            .quietOut();
    assertThat(out).isEqualTo("0 alive of " + Loaders.ROUNDS + "\n");
  }
}
