package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.backend.Preparation;
import io.pawl.kit.ChildJvm;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the first lock of a program has to wait for, and what is left to another thread. */
@Timeout(60)
class FirstLockTest {

  private static final Pattern LOADED = Pattern.compile("\\[(\\d+)] (io\\.pawl\\.[\\w.$]+) source");
  private static final Pattern INITIALIZED =
      Pattern.compile("Initializing '(io/pawl/internal/queue/[\\w/$]+)'.* by thread \"(.*)\"");
  private static final String PROBE = FirstLockProbe.class.getName();

  private static String run(String log, String what) throws Exception {
    Path classes = ChildJvm.classesOf(Mutex.class);
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED", "-Xlog:disable", log)
        .with("-cp", ChildJvm.path(classes, classes.resolveSibling("test-classes")))
        .with(PROBE, what)
        .run()
        .normalOut();
  }

  @ParameterizedTest
  @CsvSource({"uncontended, Mutex", "reentrant, ReentrantLock"})
  void firstLockLoadsNoClassForThreadsThatWait(String what, String type) throws Exception {
    Set<String> loaded = new TreeSet<>();
    String[] main = {""};
    LOADED
        .matcher(run("-Xlog:class+load:stdout:tid", what))
        .results()
        .forEach(line -> {
          if (line.group(2).equals(PROBE)) {
            main[0] = line.group(1);
          } else if (line.group(1).equals(main[0]) && !line.group(2).startsWith(PROBE)) {
            loaded.add(line.group(2));
          }
        });
    assertThat(loaded)
        .containsExactlyInAnyOrder(
            "io.pawl.locks.Lock",
            "io.pawl.locks.Condition",
            "io.pawl.locks.LockState",
            "io.pawl.locks.OwnedLock",
            "io.pawl.locks." + type,
            "io.pawl.locks.LockPreparation",
            "io.pawl.internal.fence.Fences");
  }

  /** That thread has all of its stack; the one that waits may be at the end of its own. */
  @Test
  void threadThatPreparesInitializesWhatTheFirstWaitNeeds() throws Exception {
    Set<String> byOthers = new TreeSet<>();
    Set<String> prepared = new TreeSet<>();
    INITIALIZED
        .matcher(run("-Xlog:class+init:stdout", "contended"))
        .results()
        .forEach(line ->
            (line.group(2).equals(Preparation.THREAD_NAME) ? prepared : byOthers)
                .add(line.group(1)));
    assertThat(prepared)
        .contains("io/pawl/internal/queue/AcquireQueue", "io/pawl/internal/queue/Spin");
    assertThat(byOthers)
        .doesNotContain("io/pawl/internal/queue/AcquireQueue", "io/pawl/internal/queue/Spin");
  }

  @Test
  void slotsOpenOnlyWhenItIsKnownForWhichFences() throws Exception {
    assertThat(run("-Xlog:disable", "reads").strip()).isEqualTo("false true");
  }
}
