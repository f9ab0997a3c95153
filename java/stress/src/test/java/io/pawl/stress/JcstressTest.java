package io.pawl.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pawl.kit.Limit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the jcstress tests, and the controls that must not pass. */
@Limit(300)
class JcstressTest {

  /** The tests in which nothing blocks, short enough to be run under each pair of compilers. */
  private static final String LITMUS =
      "io\\.pawl\\.stress\\."
          + "(LightMeetsHeavy|LightMeetsProcessWide|FencelessMeetsProcessWide|ReleaseLooksIntoTheQueue"
          + "|WakeOrSee|CancelPassesTheWakeOn)";

  /** The tests of what unlocks by a plain store and looks for waiters after it. */
  private static final String LOCKS =
      "io\\.pawl\\.stress\\.(MutexExcludes|MutexKeepsItsWakes|WritersExclude|WriterWaitsForReaders"
          + "|GrantMeetsALeaver|StampedWritersExclude|SignalHandsOver|ConditionPingPong|DowngradeWakesReaders"
          + "|UpgradeLetsNoWriterIn|UpgraderGivesUp|KeyThatVanishesExcludes)";

  /** A short stride, at whose start the actors wait for each other, makes them meet more often. */
  private static final String STRIDE = "10";

  /** Iterations of the last search for an outcome that has to show. */
  private static final int LONGEST = 16;

  @Test
  void noForbiddenOutcomeShows() throws Exception {
    assertPasses(
        JcstressRun.of(
            "all",
            Effort.of(LITMUS + "|" + LOCKS, "io\\.pawl\\.stress\\.[A-Z].*"),
            strongest().arguments(),
            "-sc",
            "false",
            "-iters",
            Effort.of("1", "2"),
            "-time",
            Effort.of("100", "300")));
  }

  @Test
  @Tag(Effort.GATE)
  void noForbiddenOutcomeShowsWithSymmetricFences() throws Exception {
    assertPasses(
        JcstressRun.of(
            "locks",
            LOCKS,
            FenceMode.SYMMETRIC.arguments(),
            "-sc",
            "false",
            "-iters",
            "1",
            "-time",
            "300"));
  }

  /** With so short a time the watcher hardly rests: threads are told to leave all the time. */
  @Test
  @Tag(Effort.GATE)
  void noForbiddenOutcomeShowsWhereThreadsLeaveTheirNativeWaitsAtOnce() throws Exception {
    List<String> arguments = new ArrayList<>(strongest().arguments());
    arguments.add("-Dpawl.native.wait=20us");
    assertPasses(
        JcstressRun.of(
            "leaving",
            "io\\.pawl\\.stress\\.(ParkSeesUnpark|MutexKeepsItsWakes|SignalHandsOver|GrantMeetsALeaver)",
            arguments,
            "-sc",
            "false",
            "-iters",
            "1",
            "-time",
            "1000"));
  }

  @Test
  @Tag(Effort.GATE)
  void noForbiddenOutcomeShowsUnderAnyTwoCompilers() throws Exception {
    assertPasses(
        JcstressRun.of(
            "pairs",
            "io\\.pawl\\.stress\\.(LightMeetsHeavy|ReleaseLooksIntoTheQueue)",
            strongest().arguments(),
            "-sc",
            "true",
            "-iters",
            "1",
            "-time",
            "200"));
  }

  @ParameterizedTest
  @EnumSource
  @Tag(Effort.GATE)
  void noForbiddenOutcomeShowsWithOneCompilerAlone(Machine machine) throws Exception {
    assertPasses(
        JcstressRun.of(
            "alone-" + machine,
            LITMUS + "|io\\.pawl\\.stress\\.(MutexKeepsItsWakes|WritersExclude)",
            machine.arguments(strongest()),
            "-sc",
            "false",
            "-iters",
            "1",
            "-time",
            "300"));
  }

  @ParameterizedTest
  @EnumSource
  @Tag(Effort.GATE)
  void anOrdinaryFenceDoesNotReplaceTheHeavyOne(Machine machine) throws Exception {
    assumeThat(FenceMode.ASYMMETRIC.isAvailable()).isTrue();
    control(
        machine.control,
        "Observed forbidden state: 0, 0",
        machine.arguments(FenceMode.ASYMMETRIC),
        "-sc",
        "false",
        "-time",
        "500",
        "-strideCount",
        "500");
  }

  @Test
  @Tag(Effort.GATE)
  void aSleeperWithoutTheHeavyFenceIsMissed() throws Exception {
    assumeThat(FenceMode.ASYMMETRIC.isAvailable()).isTrue();
    control(
        "SleeperWithoutTheHeavyFence",
        "Observed forbidden state: false, false",
        FenceMode.ASYMMETRIC.arguments(),
        "-sc",
        "false",
        "-time",
        "500",
        "-strideCount",
        "500");
  }

  @Test
  @Tag(Effort.GATE)
  void aReleaseWithoutItsFenceMissesTheWaiter() throws Exception {
    control(
        "UnfencedRelease",
        "Observed forbidden state: false, false",
        FenceMode.SYMMETRIC.arguments(),
        "-sc",
        "true",
        "-time",
        "100",
        "-strideCount",
        "500");
  }

  @Test
  void aReleaseThatLooksTooEarlyLosesAWakeUp() throws Exception {
    control(
        "LookBeforeRelease",
        "(A wake-up was lost.)",
        strongest().arguments(),
        "-sc",
        "false",
        "-time",
        "500",
        "-strideCount",
        "5");
  }

  @Test
  @Tag(Effort.GATE)
  void aReadThatIsNotValidatedIsTorn() throws Exception {
    control(
        "UnvalidatedRead",
        "Observed forbidden state: 1, 0",
        FenceMode.SYMMETRIC.arguments(),
        "-sc",
        "false",
        "-time",
        "300",
        "-strideCount",
        "500");
  }

  @Test
  @Tag(Effort.GATE)
  void ownersThatAreNotCountedAtomicallyDoNotCloseOnce() throws Exception {
    control(
        "CountInTwoSteps",
        "Observed forbidden state: 0, 0",
        FenceMode.SYMMETRIC.arguments(),
        "-sc",
        "false",
        "-time",
        "100",
        "-strideCount",
        "500");
  }

  private static FenceMode strongest() {
    return FenceMode.ASYMMETRIC.isAvailable() ? FenceMode.ASYMMETRIC : FenceMode.SYMMETRIC;
  }

  private static void assertPasses(JcstressRun run) {
    assertThat(run.exit()).as(run.failures()).isZero();
    assertThat(run.planned()).as(run.failures()).isPositive();
    assertThat(run.passed()).as(run.failures()).isEqualTo(run.planned());
  }

  /**
   * Searches for one example of what a control has to show, each time twice as long as before. How
   * often it shows is up to the machine and what else runs there, so that a search without a find
   * says little, while one example is a proof. So this is not the retry of a check that has failed:
   * a test that must not show an outcome is run once. A search without a find has to be clean
   * otherwise, and after the longest one the control counts as broken.
   */
  private static void control(String test, String found, List<String> machine, String... options)
      throws Exception {
    for (int iterations = 2; iterations <= LONGEST; iterations *= 2) {
      List<String> all = new ArrayList<>(List.of(options));
      all.addAll(List.of("-strideSize", STRIDE, "-iters", Integer.toString(iterations)));
      JcstressRun run =
          JcstressRun.of(
              test, "io\\.pawl\\.stress\\.control\\." + test, machine, all.toArray(String[]::new));
      if (run.output().contains(found)) {
        assertThat(run.exit()).as(run.failures()).isNotZero();
        return;
      }
      assertPasses(run);
    }
    fail("%s did not show \"%s\" in %d iterations", test, found, LONGEST);
  }

  /** How a JVM executes bytecode. */
  enum Machine {
    C1("LightMeetsOrdinary", "-XX:TieredStopAtLevel=1"),

    C2("LightMeetsOrdinary", "-XX:-TieredCompilation"),

    /**
     * The light fence is a call of a native method here, which takes longer than a store needs to
     * become visible: only without it does a control fail. The second option takes out the full
     * fence with which such a call ends.
     */
    INTERPRETER("NothingMeetsOrdinary", "-Xint -XX:+UseSystemMemoryBarrier");

    private final String control;
    private final String options;

    Machine(String control, String options) {
      this.control = control;
      this.options = options;
    }

    List<String> arguments(FenceMode mode) throws IOException {
      List<String> arguments = new ArrayList<>(mode.arguments());
      arguments.addAll(List.of(options.split(" ", -1)));
      return arguments;
    }
  }
}
