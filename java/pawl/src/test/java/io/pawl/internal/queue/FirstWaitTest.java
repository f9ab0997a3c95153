package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
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

  @Test
  void whatAWaitMayStartIsLoadedBeforeTheFirstOne() throws Exception {
    Set<String> loaded = new HashSet<>();
    URL[] urls = {CLASSES.toUri().toURL()};
    try (URLClassLoader loader =
        new URLClassLoader(urls, null) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            loaded.add(name);
            return super.findClass(name);
          }
        }) {
      loader.loadClass(FirstWait.class.getName()).getMethod("prepare").invoke(null);
    }
    assertThat(loaded)
        .contains(
            "io.pawl.internal.backend.ServiceThread",
            "io.pawl.internal.park.Backoff",
            "io.pawl.internal.park.WaitWatch$Watcher",
            "io.pawl.internal.park.Rescuer");
  }
}
