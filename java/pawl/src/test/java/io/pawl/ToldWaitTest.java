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
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
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

  private static final Map<String, Mode> MODES =
      Map.ofEntries(
          Map.entry("read lock", Mode.SHARED),
          Map.entry("read lock, fair", Mode.SHARED),
          Map.entry("RwLock, read", Mode.SHARED),
          Map.entry("StampedLock, read", Mode.SHARED),
          Map.entry("RwGuarded", Mode.SHARED),
          Map.entry("Condvar", Mode.CONDITION),
          Map.entry("condition of a reentrant write lock", Mode.CONDITION),
          Map.entry("GuardedCondition", Mode.CONDITION),
          Map.entry("Phaser, child", Mode.GATE),
          Map.entry("Once, running", Mode.GATE),
          Map.entry("condition of FairMutex", Mode.CONDITION),
          Map.entry("condition of ReentrantLock", Mode.CONDITION),
          Map.entry("condition of a write lock", Mode.CONDITION),
          Map.entry("Semaphore", Mode.PERMITS),
          Map.entry("Semaphore, fair", Mode.PERMITS),
          Map.entry("BoundedSemaphore", Mode.PERMITS),
          Map.entry("CountDownLatch", Mode.GATE),
          Map.entry("CyclicBarrier", Mode.GATE),
          Map.entry("Phaser", Mode.GATE),
          Map.entry("Exchanger", Mode.EXCHANGE),
          Map.entry("Once", Mode.GATE),
          Map.entry("OnceValue", Mode.GATE),
          Map.entry("OneShot", Mode.GATE),
          Map.entry("Channel, receive", Mode.CONDITION),
          Map.entry("Channel, send", Mode.CONDITION),
          Map.entry("Rcu", Mode.GATE),
          Map.entry("LockSupport", Mode.PARK));

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

  @ParameterizedTest
  @FieldSource("io.pawl.WaitScenes#ALL")
  void waitIsToldWithItsSubjectAndOutcome(WaitScenes.Scene scene) {
    WaitScenes.Wait made = scene.begin();
    Worker worker = crew.start(made::await);
    Wait wait = awaitWaitOf(worker);
    assertThat(wait.thread()).isSameAs(worker.thread());
    assertThat(wait.mode()).isEqualTo(MODES.getOrDefault(scene.name(), Mode.EXCLUSIVE));
    assertThat(wait.subject()).isSameAs(made.subject());
    made.end();
    worker.join();
    assertThat(told.ended()).containsOnlyOnce(wait);
    assertThat(wait.outcome())
        .isEqualTo(wait.mode().compareTo(Mode.PERMITS) <= 0 ? Outcome.ACQUIRED : Outcome.SIGNALLED);
  }

  @ParameterizedTest
  @FieldSource("io.pawl.WaitScenes#ALL")
  void interruptedWaitIsToldToHaveEnded(WaitScenes.Scene scene) {
    WaitScenes.Wait made = scene.begin();
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
