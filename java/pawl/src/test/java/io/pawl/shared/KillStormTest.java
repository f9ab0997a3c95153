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
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Four processes that do random things to all that is in a region, all in C, or one of them in
 * Java, and are killed by SIGKILL at random moments and replaced. This process lives, and does the
 * same once the others have gone on without its help. How often somebody is killed says the
 * property {@code pawl.storm.kills}.
 */
@Limit(1100)
@Tag("storm")
@EnabledOnOs(OS.LINUX)
class KillStormTest {
  private static final int KILLS = Integer.getInteger("pawl.storm.kills", 50);
  private static final int PROCESSES = 4;
  private static final int SURVIVORS = 2;

  /**
   * Of whom it is not asked whether they go on, until they have begun: a JVM takes long to start.
   */
  private static final int NOT_BEGUN = 0;

  /** The place of the process in Java, if there is one. */
  private static final int JAVA = 0;

  private static final int KILLS_FOR_ONE_OF_JAVA = 20;
  private static final int SECOND_DEATH_AT_ONCE = 4;
  private static final int LONGEST_PAUSE_NANOS = 500_000;

  /** The status of a process that SIGKILL has ended. */
  private static final int KILLED = 128 + 9;

  @TempDir private Path directory;
  private final Regions regions = new Regions();
  private final SharedRegion region = regions.open();
  private final Deeds deeds = new Deeds(region);
  private final MemorySegment progress = region.data("progress", 8 * PROCESSES);
  private final SplittableRandom random = new SplittableRandom();
  private final @Nullable Process[] processes = new @Nullable Process[PROCESSES];
  private final Semaphore turns = new Semaphore(0);
  private final AtomicLong survived = new AtomicLong();
  private volatile boolean over;
  private boolean hasJava;
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
        hasJava && place == JAVA
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

  /** Kills a process, which has not ended by itself before. */
  private void kill(int place) throws IOException, InterruptedException {
    Process process = Objects.requireNonNull(processes[place]);
    processes[place] = null;
    int status = process.destroyForcibly().waitFor();
    if (status != KILLED) {
      throw new AssertionError(
          "process %d has ended by itself with %d: %s"
              .formatted(place, status, Files.readString(errors)));
    }
  }

  /** Waits until all that are there have done something, without this process and then with it. */
  private void awaitProgress(boolean all) throws IOException {
    long[] before = new long[PROCESSES];
    Arrays.setAll(before, place -> progress.get(JAVA_LONG, 8L * place));
    for (int place = 0; place < PROCESSES; place++) {
      Process process = processes[place];
      if (process != null) {
        boolean asked = all || before[place] != NOT_BEGUN || !hasJava || place != JAVA;
        awaitProgress(place, process, asked ? before[place] : -1);
      }
    }
    long target = survived.get() + SURVIVORS;
    turns.release(SURVIVORS);
    Await.until("the survivors go on", () -> survived.get() == target || over);
  }

  private void awaitProgress(int place, Process process, long before) throws IOException {
    Await.until(
        "process " + place + " goes on",
        () -> progress.get(JAVA_LONG, 8L * place) != before || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError(Files.readString(errors));
    }
  }

  private void survive() throws InterruptedException {
    SplittableRandom own = new SplittableRandom();
    try {
      while (true) {
        turns.acquire();
        if (over) {
          return;
        }
        deeds.one(own);
        long _ = survived.incrementAndGet();
      }
    } finally {
      over = true;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void processesGoOnAndFindTheirDataWholeWhoeverOfThemIsKilled(boolean java) throws Exception {
    hasJava = java;
    Crew crew = new Crew(ThreadKind.MIXED);
    crew.start(SURVIVORS, this::survive);
    try {
      for (int place = 0; place < PROCESSES; place++) {
        start(place);
      }
      awaitProgress(true);
      for (int killed = 0; killed < KILLS / 2 && !over; killed++) {
        LockSupport.parkNanos(random.nextInt(LONGEST_PAUSE_NANOS));
        int place = next();
        kill(place);
        // Half of the time while its slot is free, half of the time once another has it.
        if (random.nextBoolean()) {
          awaitProgress(false);
        }
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
      turns.release(SURVIVORS);
    }
    crew.join();
    assertThat(Files.readString(errors)).doesNotContain("broken", "Exception");
    deeds.checkAtRest();
    assertThat(region.attached()).hasSize(1);
    assertThat(region.region().getInt(Layout.HEADER_DEATHS)).isPositive();
  }

  /** The other end of its input is closed when this process is killed. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void processEndsWithWhoStartedIt(boolean java) throws Exception {
    hasJava = java;
    start(JAVA);
    Process process = Objects.requireNonNull(processes[JAVA]);
    awaitProgress(JAVA, process, 0);
    process.getOutputStream().close();
    assertThat(process.waitFor()).as(Files.readString(errors)).isNotEqualTo(KILLED);
  }

  /** Who is killed next. */
  private int next() {
    if (!hasJava) {
      return random.nextInt(PROCESSES);
    }
    return random.nextInt(KILLS_FOR_ONE_OF_JAVA) == 0 ? JAVA : 1 + random.nextInt(PROCESSES - 1);
  }
}
