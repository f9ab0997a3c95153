package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import io.pawl.shared.RegionOptions;
import io.pawl.shared.SharedRegion;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The examples that share a region. */
@Limit(60)
@EnabledOnOs(OS.LINUX)
class SharedExamplesTest {
  private static final int JOBS = 500;

  @TempDir private Path directory;

  private Process startWorker(Path file) throws IOException {
    String path = ChildJvm.path(ChildJvm.classesOf(Pawl.class), ChildJvm.classesOf(JobQueue.class));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            path,
            JobQueue.class.getName(),
            file.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void jobsSurviveAWorkerThatIsKilledAgainAndAgain() throws Exception {
    Path file = directory.resolve("jobs");
    List<Long> sums = new ArrayList<>();
    AtomicBoolean killed = new AtomicBoolean();
    Crew crew = new Crew(ThreadKind.PLATFORM);
    crew.start(
        1,
        () ->
            sums.add(
                JobQueue.run(
                    file,
                    job -> {
                      Await.until("all have been killed", killed::get);
                      return job + 1;
                    })));
    Await.until("the region is there", () -> Files.exists(file));
    for (int i = 0; i < 4; i++) {
      Process worker = startWorker(file);
      int attached = attached(file);
      Await.until("the worker works", () -> attached(file) > 1 || !worker.isAlive());
      assertThat(attached).isPositive();
      int _ = worker.destroyForcibly().waitFor();
    }
    killed.set(true);
    crew.join();
    assertThat(sums).containsExactly((long) JOBS * (JOBS + 1) / 2);
  }

  private static int attached(Path file) {
    try (SharedRegion region = SharedRegion.open(file)) {
      return region.attached().size() - 1;
    } catch (IOException _) {
      return 1; // it is being created
    }
  }

  @Test
  void eachLeaderHasAHigherNumber() throws Exception {
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (SharedRegion region =
          SharedRegion.create(directory.resolve("leader"), 65_536, RegionOptions.defaults())) {
        LeaderElection.lead(region, numbers::add);
      }
    }
    assertThat(numbers).containsExactly(1L, 2L, 3L);
  }

  @Test
  void everyOrderIsCounted() throws Exception {
    Path file = directory.resolve("shop");
    Crew crew = new Crew(ThreadKind.MIXED);
    crew.start(3, () -> assertThat(SharedCounters.run(file, 5_000)).isPositive());
    crew.join();
    assertThat(SharedCounters.run(file, 0)).isEqualTo(15_000);
  }
}
