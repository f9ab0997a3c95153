package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.observe.Contention;
import io.pawl.observe.Wait;
import io.pawl.observe.Wait.Mode;
import io.pawl.observe.Wait.Outcome;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.ToldWaits;
import io.pawl.testing.Worker;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever a thread waits for, listeners are told. */
@ParameterizedClass
@EnumSource(
    value = ThreadKind.class,
    names = {"PLATFORM", "VIRTUAL"})
class ToldWaitTest extends Kit {

  private final ToldWaits told = new ToldWaits();

  ToldWaitTest(ThreadKind kind) {
    super(kind);
  }

  @BeforeEach
  void listen() {
    Contention.addListener(told);
  }

  @AfterEach
  void listenNoLonger() {
    assertThat(Contention.removeListener(told)).isTrue();
  }

  private Wait awaitWaitOf(Worker worker) {
    Await.until(worker.thread() + " waits", () -> told.firstOf(worker.thread()) != null);
    return Objects.requireNonNull(told.firstOf(worker.thread()));
  }

  private WaitScenes.Wait begun(WaitScenes.Scene scene) {
    Assumptions.assumeTrue(scene.isFor(kind), "it is not for these threads");
    try {
      return scene.begin();
    } catch (UnsupportedOperationException e) {
      return Assumptions.abort(e.toString());
    }
  }

  @ParameterizedTest
  @FieldSource({"io.pawl.WaitScenes#ALL", "io.pawl.MoreScenes#ALL"})
  void waitIsToldWithItsSubjectAndOutcome(WaitScenes.Scene scene) {
    WaitScenes.Wait made = begun(scene);
    Worker worker = crew.start(made::await);
    Wait wait = awaitWaitOf(worker);
    assertThat(wait.thread()).isSameAs(worker.thread());
    assertThat(wait.mode()).isEqualTo(scene.mode());
    assertThat(wait.subject()).isSameAs(made.subject());
    made.end();
    worker.join();
    assertThat(told.ended()).containsOnlyOnce(wait);
    assertThat(wait.outcome())
        .isEqualTo(wait.mode().compareTo(Mode.PERMITS) <= 0 ? Outcome.ACQUIRED : Outcome.SIGNALLED);
  }

  @ParameterizedTest
  @FieldSource({"io.pawl.WaitScenes#ALL", "io.pawl.MoreScenes#ALL"})
  void interruptedWaitIsToldToHaveEnded(WaitScenes.Scene scene) {
    Assumptions.assumeTrue(scene.isInterruptible(), "it has no waits that can be interrupted");
    WaitScenes.Wait made = begun(scene);
    Worker worker = crew.start(made::awaitTimed);
    Wait wait = awaitWaitOf(worker);
    worker.interrupt();
    Await.until("it is given up", () -> told.ended().contains(wait));
    assertThat(wait.outcome()).isEqualTo(Outcome.INTERRUPTED);
    if (wait.mode() == Mode.PARK) {
      made.end(); // an interrupt does not
    }
  }
}
