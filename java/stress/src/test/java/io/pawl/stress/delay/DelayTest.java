package io.pawl.stress.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pawl.kit.Limit;
import io.pawl.kit.Patience;
import io.pawl.stress.ChildJvm;
import io.pawl.stress.FenceMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Delays between the release and the look for waiters, and around the heavy fence, lose no wake-up;
 * and the watchdog that says so finds those that a broken unlock loses. For a moment in each build;
 * for longer with the property {@code pawl.stress.delay}.
 */
class DelayTest {

  private static final Duration DURATION =
      Duration.parse(System.getProperty("pawl.stress.delay", "PT12S"));

  /** How long a broken lock has to show that it is. */
  private static final Duration PATIENCE = Patience.ofSeconds(40);

  private static final String LOST = "A waiter sleeps although its lock is free";

  @ParameterizedTest
  @EnumSource
  void delaysLoseNoWakeUp(FenceMode mode) throws Exception {
    assumeThat(mode.isAvailable()).isTrue();
    ChildJvm run =
        run(Patch.DELAYED, mode, DURATION, Patience.ofSeconds(10).toString(), "PPP", "VVV", "PVP");
    System.out.println("Delayed " + mode + ": " + run.output().strip());
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.output()).containsPattern("[1-9]\\d* rounds, [1-9]\\d* delays");
  }

  @ParameterizedTest
  @EnumSource
  @Limit(120)
  void anEarlyLookLosesAWakeUp(FenceMode mode) throws Exception {
    assumeThat(mode.isAvailable()).isTrue();
    ChildJvm run = run(Patch.EARLY_LOOK, mode, PATIENCE, Patience.ofSeconds(2).toString(), "PPP");
    assertThat(run.exit()).as(run.output()).isOne();
    assertThat(run.output()).contains(LOST);
  }

  @ParameterizedTest
  @EnumSource
  void whoCanBeSeenInAFairQueueHasItsPlace(FenceMode mode) throws Exception {
    assumeThat(mode.isAvailable()).isTrue();
    ChildJvm run = run(Patch.SLOW_ARRIVAL, mode, ArrivalOrder.class, DURATION, "1000");
    System.out.println("Slow arrival " + mode + ": " + run.output().strip());
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.output()).containsPattern("[1-9]\\d* delays");
  }

  private static ChildJvm run(
      Patch patch, FenceMode mode, Duration duration, String limit, String... crews)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(duration.toString(), limit));
    words.addAll(List.of(crews));
    return run(patch, mode, DelayedLocks.class, duration, words.toArray(String[]::new));
  }

  private static ChildJvm run(
      Patch patch, FenceMode mode, Class<?> program, Duration duration, String... words)
      throws IOException, InterruptedException {
    Path classes = patch.write();
    return ChildJvm.run(
        classes,
        mode.arguments(),
        program,
        duration.plus(Patience.ofSeconds(60)),
        classes.resolveSibling(patch + "-" + mode + ".log"),
        List.of(words));
  }
}
