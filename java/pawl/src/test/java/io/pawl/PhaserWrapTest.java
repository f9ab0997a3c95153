package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The greatest phase is followed by 0. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class PhaserWrapTest extends Kit {

  private static final VarHandle STATE = stateHandle();

  PhaserWrapTest(ThreadKind kind) {
    super(kind);
  }

  private static VarHandle stateHandle() {
    try {
      return MethodHandles.privateLookupIn(Phaser.class, MethodHandles.lookup())
          .findVarHandle(Phaser.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static void setPhase(Phaser root, int phase) {
    STATE.setVolatile(root, PhaserState.begin(phase, root.getRegisteredParties()));
  }

  @Test
  void waitersOfTheGreatestPhaseGoOnInPhaseZero() {
    Phaser root = new Phaser(2);
    Phaser empty = new Phaser(root);
    setPhase(root, Integer.MAX_VALUE);
    Phaser child = new Phaser(root, 1);
    assertThat(child.getPhase()).isEqualTo(Integer.MAX_VALUE);
    Worker waiter = crew.start(() -> assertThat(child.arriveAndAwaitAdvance()).isZero());
    waiter.awaitBlocked();
    assertThat(root.arrive()).isEqualTo(Integer.MAX_VALUE);
    assertThat(root.arriveAndAwaitAdvance()).isZero();
    waiter.join();
    assertThat(root.toString()).endsWith("[phase = 0 parties = 3 arrived = 0]");
    assertThat(child.toString()).endsWith("[phase = 0 parties = 1 arrived = 0]");
    assertThat(empty.toString()).endsWith("[phase = 0 parties = 0 arrived = 0]");
    assertThat(child.awaitAdvance(Integer.MAX_VALUE)).isZero();
  }

  @Test
  void terminationAfterTheGreatestPhaseIsInPhaseZero() {
    Phaser phaser = new Phaser(1);
    setPhase(phaser, Integer.MAX_VALUE);
    assertThat(phaser.arriveAndDeregister()).isEqualTo(Integer.MAX_VALUE);
    assertThat(phaser.getPhase()).isEqualTo(Integer.MIN_VALUE);
    assertThat(phaser.isTerminated()).isTrue();
  }

  @Test
  void terminationInTheGreatestPhaseKeepsIt() {
    Phaser phaser = new Phaser(1);
    setPhase(phaser, Integer.MAX_VALUE);
    phaser.forceTermination();
    assertThat(phaser.getPhase()).isEqualTo(-1);
    assertThat(phaser.arrive()).isEqualTo(-1);
  }
}
