package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What phasers with parents promise. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class PhaserTierTest extends Kit {

  private static final int MAX_PARTIES = 65535;

  private final Phaser root = new Phaser();

  PhaserTierTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startWaiter(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private static void assertCounts(Phaser phaser, int phase, int parties, int arrived) {
    assertThat(phaser.toString())
        .endsWith("[phase = " + phase + " parties = " + parties + " arrived = " + arrived + "]");
    assertThat(phaser.getPhase()).isEqualTo(phase);
    assertThat(phaser.getRegisteredParties()).isEqualTo(parties);
    assertThat(phaser.getArrivedParties()).isEqualTo(arrived);
    assertThat(phaser.getUnarrivedParties()).isEqualTo(parties - arrived);
  }

  // ---- Membership

  @Test
  void childKnowsParentAndRoot() {
    Phaser child = new Phaser(root);
    Phaser grandchild = new Phaser(child, 1);
    assertThat(child.getParent()).isSameAs(root);
    assertThat(child.getRoot()).isSameAs(root);
    assertThat(grandchild.getParent()).isSameAs(child);
    assertThat(grandchild.getRoot()).isSameAs(root);
  }

  @Test
  void childIsAPartyOfItsParentWhileItHasParties() {
    Phaser child = new Phaser(root);
    assertCounts(root, 0, 0, 0);
    Phaser staffed = new Phaser(root, 3);
    assertCounts(root, 0, 1, 0);
    assertThat(child.bulkRegister(2)).isZero();
    assertCounts(root, 0, 2, 0);
    assertThat(child.register()).isZero();
    assertCounts(root, 0, 2, 0);
    assertCounts(child, 0, 3, 0);
    for (int i = 0; i < 3; i++) {
      assertCounts(root, 0, 2, 0);
      assertThat(child.arriveAndDeregister()).isZero();
    }
    assertCounts(root, 0, 1, 0);
    assertCounts(child, 0, 0, 0);
    assertCounts(staffed, 0, 3, 0);
    assertThat(child.register()).isZero();
    assertCounts(root, 0, 2, 0);
    assertCounts(child, 0, 1, 0);
  }

  @Test
  void firstAndLastPartyReachTheRootThroughEmptyTiers() {
    Phaser middle = new Phaser(root);
    Phaser leaf = new Phaser(middle);
    assertThat(leaf.register()).isZero();
    assertCounts(middle, 0, 1, 0);
    assertCounts(root, 0, 1, 0);
    assertThat(leaf.arriveAndDeregister()).isZero();
    assertThat(root.isTerminated()).isTrue();
    assertThat(leaf.isTerminated()).isTrue();
    assertThat(middle.getRegisteredParties()).isZero();
  }

  @Test
  void emptyChildRefusesArrivalsThoughItsParentHasParties() {
    assertThat(root.register()).isZero();
    Phaser child = new Phaser(root);
    String message = "Attempted arrival of unregistered party for " + child;
    assertThatIllegalStateException().isThrownBy(child::arrive).withMessage(message);
    assertCounts(root, 0, 1, 0);
  }

  @Test
  void childOfAFullParentIsRefused() {
    assertThat(root.bulkRegister(MAX_PARTIES)).isZero();
    String message = "Attempt to register more than 65535 parties for " + root;
    assertThatIllegalStateException().isThrownBy(() -> new Phaser(root, 1)).withMessage(message);
    Phaser child = new Phaser(root);
    assertThatIllegalStateException().isThrownBy(child::register).withMessage(message);
    assertCounts(child, 0, 0, 0);
    assertThat(root.arriveAndDeregister()).isZero();
    assertThat(child.register()).isZero();
    assertCounts(child, 0, 1, 0);
  }

  // ---- Phases

  @Test
  void childArrivesAtItsParentWithItsLastParty() {
    assertThat(root.register()).isZero();
    Phaser child = new Phaser(root, 2);
    assertThat(child.arrive()).isZero();
    assertCounts(root, 0, 2, 0);
    assertThat(child.arrive()).isZero();
    assertCounts(root, 0, 2, 1);
    assertCounts(child, 0, 2, 2);
    assertThatIllegalStateException().isThrownBy(child::arrive);
    assertThat(root.arrive()).isZero();
    assertCounts(root, 1, 2, 0);
    assertCounts(child, 1, 2, 0);
  }

  @Test
  void lastPartyOfALeafBeginsThePhaseOfAll() {
    Phaser left = new Phaser(root, 1);
    Phaser right = new Phaser(root);
    Phaser leaf = new Phaser(right, 1);
    for (int phase = 0; phase < 3; phase++) {
      assertThat(left.arrive()).isEqualTo(phase);
      assertThat(leaf.arriveAndAwaitAdvance()).isEqualTo(phase + 1);
      assertCounts(root, phase + 1, 2, 0);
      assertCounts(left, phase + 1, 1, 0);
      assertCounts(right, phase + 1, 1, 0);
      assertCounts(leaf, phase + 1, 1, 0);
    }
  }

  @Test
  void emptyChildFollowsThePhaseAndJoinsInIt() {
    assertThat(root.register()).isZero();
    Phaser child = new Phaser(root);
    assertThat(root.arrive()).isZero();
    assertThat(root.arrive()).isEqualTo(1);
    assertCounts(child, 2, 0, 0);
    assertThat(child.register()).isEqualTo(2);
    assertCounts(child, 2, 1, 0);
    assertCounts(root, 2, 2, 0);
    Phaser late = new Phaser(root, 1);
    assertCounts(late, 2, 1, 0);
  }

  @Test
  void onlyOnAdvanceOfTheRootIsCalled() {
    Phaser child =
        new Phaser(root, 1) {
          @Override
          protected boolean onAdvance(int phase, int registeredParties) {
            throw new AssertionError();
          }
        };
    assertThat(child.arrive()).isZero();
    assertCounts(child, 1, 1, 0);
    assertThat(child.arriveAndDeregister()).isEqualTo(1);
    assertThat(child.isTerminated()).isTrue();
  }

  // ---- Waiting

  @Test
  void waitersOfAllTiersGoOnTogether() {
    Phaser left = new Phaser(root, 2);
    Phaser right = new Phaser(root, 1);
    Worker _ = startWaiter(() -> assertThat(root.awaitAdvance(0)).isEqualTo(1));
    Worker _ = startWaiter(() -> assertThat(left.arriveAndAwaitAdvance()).isEqualTo(1));
    Worker _ = startWaiter(() -> assertThat(left.arriveAndAwaitAdvance()).isEqualTo(1));
    Worker _ = startWaiter(() -> assertThat(right.awaitAdvanceInterruptibly(0)).isEqualTo(1));
    assertCounts(root, 0, 2, 1);
    assertThat(right.arrive()).isZero();
    crew.join();
  }

  @Test
  void registrationAtAChildThatHasArrivedWaitsForTheNextPhase() {
    assertThat(root.register()).isZero();
    Phaser child = new Phaser(root, 1);
    assertThat(child.arrive()).isZero();
    Worker registering = startWaiter(() -> assertThat(child.register()).isEqualTo(1));
    Phaser grandchild = new Phaser(child);
    Worker joining = startWaiter(() -> assertThat(grandchild.register()).isEqualTo(1));
    Phaser sibling = new Phaser(root);
    assertThat(sibling.register()).isZero();
    assertThat(sibling.arrive()).isZero();
    assertCounts(child, 0, 1, 1);
    assertCounts(grandchild, 0, 0, 0);
    assertThat(root.arrive()).isZero();
    registering.join();
    joining.join();
    assertCounts(child, 1, 3, 0);
    assertCounts(grandchild, 1, 1, 0);
    assertCounts(root, 1, 3, 0);
  }

  // ---- Termination

  @Test
  void terminationOfAChildIsThatOfTheTree() {
    Phaser left = new Phaser(root, 2);
    Phaser right = new Phaser(root, 1);
    Worker _ = startWaiter(() -> assertThat(right.awaitAdvance(0)).isNegative());
    Worker _ = startWaiter(() -> assertThat(left.arriveAndAwaitAdvance()).isNegative());
    left.forceTermination();
    crew.join();
    for (Phaser phaser : new Phaser[] {root, left, right}) {
      assertThat(phaser.isTerminated()).isTrue();
      assertThat(phaser.getPhase()).isEqualTo(Integer.MIN_VALUE);
      assertThat(phaser.arrive()).isNegative();
      assertThat(phaser.register()).isNegative();
    }
    assertThat(root.getRegisteredParties()).isEqualTo(2);
    assertThat(left.getRegisteredParties()).isEqualTo(2);
    assertThat(left.toString()).endsWith("[phase = -2147483648 parties = 2 arrived = 1]");
    assertThat(right.getRegisteredParties()).isEqualTo(1);
  }

  @Test
  void childOfATerminatedParentIsTerminated() {
    root.forceTermination();
    assertThat(new Phaser(root).isTerminated()).isTrue();
    assertThat(new Phaser(root, 3).arriveAndAwaitAdvance()).isNegative();
    assertThat(new Phaser(root).register()).isNegative();
    assertThat(root.getRegisteredParties()).isZero();
  }
}
