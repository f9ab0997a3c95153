package io.pawl.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the jcstress tests, and the controls that must not pass. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class JcstressTest {

  /** The tests in which nothing blocks, short enough to be run under each pair of compilers. */
  private static final String LITMUS =
      "io\\.pawl\\.stress\\.(ReleaseLooksIntoTheQueue|WakeOrSee|CancelPassesTheWakeOn)";

  @Test
  void noForbiddenOutcomeShows() throws Exception {
    assertPasses(
        JcstressRun.of(
            "all", "io\\.pawl\\.stress\\.[A-Z].*", "-sc", "false", "-iters", "2", "-time", "300"));
  }

  @Test
  void noForbiddenOutcomeShowsUnderAnyCompiler() throws Exception {
    assertPasses(JcstressRun.of("litmus", LITMUS, "-sc", "true", "-iters", "1", "-time", "200"));
  }

  @Test
  void aReleaseWithoutItsFenceMissesTheWaiter() throws Exception {
    JcstressRun run = control("UnfencedRelease", "-sc", "true", "-iters", "1", "-time", "200");
    assertThat(run.output()).contains("Observed forbidden state: false, false");
  }

  @Test
  void aReleaseThatLooksTooEarlyLosesAWakeUp() throws Exception {
    JcstressRun run =
        control(
            "LookBeforeRelease",
            "-sc",
            "false",
            "-iters",
            "2",
            "-time",
            "500",
            "-strideSize",
            "10",
            "-strideCount",
            "5");
    assertThat(run.output()).contains("(A wake-up was lost.)");
  }

  @Test
  void aReadThatIsNotValidatedIsTorn() throws Exception {
    JcstressRun run = control("UnvalidatedRead", "-sc", "false", "-iters", "2", "-time", "300");
    assertThat(run.output()).contains("Observed forbidden state: 1, 0");
  }

  private static void assertPasses(JcstressRun run) {
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.planned()).as(run.output()).isPositive();
    assertThat(run.passed()).as(run.output()).isEqualTo(run.planned());
  }

  private static JcstressRun control(String test, String... options) throws Exception {
    JcstressRun run = JcstressRun.of(test, "io\\.pawl\\.stress\\.control\\." + test, options);
    assertThat(run.exit()).as(run.output()).isNotZero();
    return run;
  }
}
