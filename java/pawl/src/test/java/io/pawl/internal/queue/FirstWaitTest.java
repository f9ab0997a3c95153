package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first waits of a process come when there is no memory, each time in a JVM of its own. */
class FirstWaitTest {

  private static final Path CLASSES = ChildJvm.classesOf(FirstWait.class);
  private static final Path TESTS = CLASSES.resolveSibling("test-classes");

  @ParameterizedTest
  @CsvSource({
    "MUTEX, 1024",
    "MUTEX, 16384",
    "NAMED_MUTEX, 1024",
    "NAMED_MUTEX, 16384",
    "FAIR_MUTEX, 1024",
    "FAIR_MUTEX, 16384",
    "REENTRANT_LOCK, 1024",
    "READ_WRITE_LOCK, 1024",
    "STAMPED_LOCK, 1024",
    "STAMPED_LOCK, 16384",
    "SEMAPHORE, 1024",
  })
  void aFirstWaitWithAFullHeapIsAWait(String kind, String least) throws Exception {
    String out =
        ChildJvm.java()
            .with("--enable-native-access=ALL-UNNAMED", "-Xmx12m", "-XX:+UseSerialGC")
            .with("-cp", ChildJvm.path(CLASSES, TESTS), FullHeapProbe.class.getName(), kind, least)
            .run()
            .normalOut();
    assertThat(out).isEqualTo("locked, and again\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Dpawl.backend=java", "-Dpawl.fence=symmetric"})
  void noClassIsLostThatCannotBeLoadedAtOnce(String option) throws Exception {
    String out =
        ChildJvm.java()
            .with("--enable-native-access=ALL-UNNAMED", option)
            .with("-cp", TESTS.toString(), FirstWaitProbe.class.getName())
            .with(CLASSES.toString(), TESTS.toString())
            .run()
            .quietOut();
    assertThat(out).isEqualTo("survived many\n");
  }
}
