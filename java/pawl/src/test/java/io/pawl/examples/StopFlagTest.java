package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** With pauses so long that only a wake ends them. */
@Limit(30)
class StopFlagTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicInteger pieces = new AtomicInteger();

  @Test
  void commandsAreAnsweredUntilStop() throws Exception {
    Output output = new Output();
    StopFlag.run(Output.input("help", "dance", "stop", "help"), output.stream(), LONG);
    assertThat(output.lines())
        .hasSize(3)
        .startsWith("commands: help, status, stop", "unknown command: dance")
        .last()
        .asString()
        .matches("stopped, pieces of work: [01]");
  }

  @Test
  void endOfInputStopsToo() throws Exception {
    Output output = new Output();
    StopFlag.run(Output.input("status"), output.stream(), LONG);
    assertThat(output.lines()).hasSize(2);
    assertThat(output.lines().getFirst()).matches("pieces of work so far: [01]");
    assertThat(output.lines().getLast()).startsWith("stopped, ");
  }

  @Test
  void stopEndsAPause() throws Exception {
    StopFlag background = new StopFlag(pieces::incrementAndGet, LONG);
    Await.until("the first piece", () -> pieces.get() == 1);
    background.stop();
    assertThat(pieces.get()).isEqualTo(1);
  }

  @Test
  void stopAtAnyMomentIsNotLost() throws Exception {
    for (int round = 0; round < 200; round++) {
      StopFlag background = new StopFlag(pieces::incrementAndGet, LONG);
      for (int i = 0; i < round * 25; i++) {
        Thread.onSpinWait();
      }
      background.stop();
      assertThat(pieces.get()).isBetween(0, round + 1);
    }
  }

  @Test
  void workGoesOnUntilItIsStopped() throws Exception {
    StopFlag background = new StopFlag(pieces::incrementAndGet, Duration.ofNanos(1));
    Await.until("some pieces", () -> pieces.get() > 10);
    background.stop();
    assertThat(pieces.get()).isGreaterThan(10);
  }
}
