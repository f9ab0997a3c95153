package io.pawl.shared;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four processes that do random things to all that is in a region, three in C and one in Java, and
 * are killed by SIGKILL at random moments and replaced; this process does the same and lives. How
 * often they are killed says the property {@code pawl.storm.kills}.
 */
@Limit(1100)
@Tag("storm")
@EnabledOnOs(OS.LINUX)
class KillStormTest {
  private static final int KILLS = Integer.getInteger("pawl.storm.kills", 50);
  private static final int PROCESSES = 4;

  /** The place of the process in Java, which takes long to start: one in so many kills is its. */
  private static final int JAVA = 0;

  private static final int KILLS_FOR_ONE_OF_JAVA = 20;
  private static final int SECOND_DEATH_AT_ONCE = 4;
  private static final int LONGEST_PAUSE_NANOS = 500_000;

  @TempDir private Path directory;
  private final Regions regions = new Regions();
  private final SharedRegion region = regions.open();
  private final Deeds deeds = new Deeds(region);
  private final MemorySegment progress = region.data("progress", 8 * PROCESSES);
  private final SplittableRandom random = new SplittableRandom();
  private final Process[] processes = new Process[PROCESSES];
  private final AtomicLong survivors = new AtomicLong();
  private volatile boolean over;
  private Path program = Path.of("");
  private Path errors = Path.of("");

  @BeforeEach
  void compile() throws Exception {
    program = Programs.c("native/test/shared/storm.c", directory);
    errors = directory.resolve("errors");
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : processes) {
      if (process != null) {
        int _ = process.destroyForcibly().waitFor();
      }
    }
    regions.close();
  }

  /** Does random things until it is killed, or who started it is. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      Thread orphan = new Thread(Child::endWithParent);
      orphan.setDaemon(true);
      orphan.start();
      SharedRegion region = SharedRegion.open(Path.of(arguments[0]), Regions.OPTIONS);
      Deeds deeds = new Deeds(region);
      MemorySegment progress = region.data("progress", 8 * PROCESSES);
      SplittableRandom random = new SplittableRandom();
      for (long done = 1; ; done++) {
        deeds.one(random);
        progress.set(JAVA_LONG, 8 * JAVA, done);
      }
    }

    private static void endWithParent() {
      try {
        int _ = System.in.read();
      } catch (IOException _) {
        // As good as the end of the input.
      }
      Runtime.getRuntime().halt(0);
    }
  }

  private void start(int place) throws IOException {
    progress.set(JAVA_LONG, 8L * place, 0);
    String file = regions.file().toString();
    List<String> command =
        place == JAVA
            ? Programs.java(Child.class, List.of(), file)
            : List.of(
                program.toString(),
                file,
                Integer.toString(place),
                Long.toUnsignedString(random.nextLong()),
                Long.toString(Regions.OPTIONS.sliceNanos() / 1_000_000));
    ProcessBuilder.Redirect toErrors = ProcessBuilder.Redirect.appendTo(errors.toFile());
    processes[place] =
        new ProcessBuilder(command).redirectOutput(toErrors).redirectError(toErrors).start();
  }

  private void kill(int place) throws InterruptedException {
    int _ = processes[place].destroyForcibly().waitFor();
  }

  /** Waits until everybody has done something since now; of a JVM that starts it is not asked. */
  private void awaitProgress(boolean also) throws IOException {
    long[] before = new long[PROCESSES];
    Arrays.setAll(before, place -> progress.get(JAVA_LONG, 8L * place));
    long survived = survivors.get();
    for (int place = 0; place < PROCESSES; place++) {
      Process process = processes[place];
      long since = before[place];
      long at = 8L * place;
      if (place != JAVA || since != 0 || also) {
        Await.until(
            "process " + place + " goes on",
            () -> progress.get(JAVA_LONG, at) != since || !process.isAlive());
      }
      if (!process.isAlive()) {
        throw new AssertionError(Files.readString(errors));
      }
    }
    Await.until("the survivors go on", () -> survivors.get() != survived || over);
  }

  private void survive() throws InterruptedException {
    SplittableRandom own = new SplittableRandom();
    try {
      while (!over) {
        deeds.one(own);
        long _ = survivors.incrementAndGet();
      }
    } finally {
      over = true;
    }
  }

  @Test
  void processesGoOnAndFindTheirDataWholeWhoeverOfThemIsKilled() throws Exception {
    Crew crew = new Crew(ThreadKind.MIXED);
    crew.start(2, this::survive);
    try {
      for (int place = 0; place < PROCESSES; place++) {
        start(place);
      }
      awaitProgress(true);
      for (int killed = 0; killed < KILLS && !over; killed++) {
        int place =
            random.nextInt(KILLS_FOR_ONE_OF_JAVA) == 0 ? JAVA : 1 + random.nextInt(PROCESSES - 1);
        LockSupport.parkNanos(random.nextInt(LONGEST_PAUSE_NANOS));
        kill(place);
        start(place);
        if (random.nextInt(SECOND_DEATH_AT_ONCE) != 0) {
          awaitProgress(false);
        }
      }
      awaitProgress(true);
      for (int place = 0; place < PROCESSES; place++) {
        kill(place);
      }
    } finally {
      over = true;
    }
    crew.join();
    deeds.checkAtRest();
    assertThat(region.attached()).hasSize(1);
    assertThat(region.region().getInt(Layout.HEADER_DEATHS)).isPositive();
  }
}
