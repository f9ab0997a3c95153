package io.pawl.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import io.pawl.shared.Steps.Step;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A process that kills itself after a step leaves nothing that its peers can't go on with. */
@Limit(240)
@DisabledOnOs(OS.WINDOWS)
class KillStepTest {
  private static final int KILLS = Integer.getInteger("pawl.test.kills", 1000);
  private static final int KILLED = 128 + 9;

  private static final String CLASSES =
      ChildJvm.path(ChildJvm.classesOf(SharedRegion.class), ChildJvm.classesOf(Child.class));

  private final Regions regions = new Regions();

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  /** The child: does random things until it has made the step. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      Killer.arm(EnumSet.of(Step.valueOf(arguments[1])), 1, Killer::killProcess);
      Deeds deeds =
          new Deeds(SharedRegion.create(Path.of(arguments[0]), Regions.BYTES, Regions.OPTIONS));
      SplittableRandom random = new SplittableRandom();
      while (true) {
        deeds.one(random);
      }
    }
  }

  private void killChildAfter(Step step) throws Exception {
    ChildJvm.Result result =
        ChildJvm.java()
            .with("-XX:TieredStopAtLevel=1", "-Dpawl.test.steps=true")
            .with("--enable-native-access=ALL-UNNAMED")
            .with("-cp", CLASSES)
            .with(Child.class.getName(), regions.file().toString(), step.name())
            .run();
    assertThat(result.exit()).as("%s", result.err()).isEqualTo(KILLED);
  }

  /** Steps of a process that is alone take other tests: nobody dies before it, or makes it wait. */
  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {
        "SLOT_CLAIMED",
        "SIZED",
        "HEADER_WRITTEN",
        "ENTRY_WRITTEN",
        "HEAP_MOVED",
        "OWNER_RECOVERED",
        "PERMITS_LOGGED",
        "PERMITS_LOST"
      })
  void processesGoOnBesideOneThatIsKilled(Step step) throws Exception {
    SharedRegion region = regions.open();
    Deeds deeds = new Deeds(region);
    AtomicBoolean over = new AtomicBoolean();
    Crew crew = new Crew(ThreadKind.MIXED);
    crew.start(
        2,
        () -> {
          SplittableRandom random = new SplittableRandom();
          while (!over.get()) {
            deeds.one(random);
          }
        });
    try {
      killChildAfter(step);
    } finally {
      over.set(true);
    }
    crew.join();
    deeds.checkAtRest();
    assertThat(region.attached()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"SLOT_CLAIMED", "SIZED", "HEADER_WRITTEN", "ENTRY_WRITTEN", "HEAP_MOVED"})
  void regionWhoseCreatorIsKilledIsFinishedByTheNext(Step step) throws Exception {
    killChildAfter(step);
    SharedRegion region = regions.open();
    new Deeds(region).checkAtRest();
    assertThat(region.attached()).hasSize(1);
  }

  /** Handles of one process are to each other as processes, and cheaper to kill. */
  @Test
  void handlesThatDieAnywhereLeaveNothingStuckAndNoDataUnprotected() throws Exception {
    Deeds survivor = new Deeds(regions.open());
    AtomicBoolean over = new AtomicBoolean();
    Crew survivors = new Crew(ThreadKind.MIXED);
    survivors.start(
        2,
        () -> {
          SplittableRandom random = new SplittableRandom();
          while (!over.get()) {
            survivor.one(random);
          }
        });
    Crew victims = new Crew(ThreadKind.PLATFORM);
    victims.start(3, () -> dieAgainAndAgain(KILLS / 3));
    try {
      victims.join();
    } finally {
      over.set(true);
    }
    survivors.join();
    survivor.checkAtRest();
  }

  private void dieAgainAndAgain(int times) throws Exception {
    Set<Step> all = EnumSet.allOf(Step.class);
    SplittableRandom random = new SplittableRandom();
    for (int i = 0; i < times; i++) {
      SharedRegion region = SharedRegion.create(regions.file(), Regions.BYTES, Regions.OPTIONS);
      Killer.arm(all, 1 + random.nextInt(60), region::die);
      try {
        Deeds deeds = new Deeds(region);
        while (true) {
          deeds.one(random);
        }
      } catch (Killer.Killed | RuntimeException e) {
        // What the end of its handle makes of the thread; a process would just be gone.
        if (!region.region().isClosed()) {
          throw e;
        }
      } finally {
        Killer.disarm();
      }
    }
  }
}
