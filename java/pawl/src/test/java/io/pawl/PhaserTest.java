package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.kit.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What a Phaser promises as long as nobody waits. */
@Limit(30)
class PhaserTest {

  private static final int MAX_PARTIES = 65535;

  private static void assertCounts(Phaser phaser, int phase, int parties, int arrived) {
    assertThat(phaser.getPhase()).isEqualTo(phase);
    assertThat(phaser.getRegisteredParties()).isEqualTo(parties);
    assertThat(phaser.getArrivedParties()).isEqualTo(arrived);
    assertThat(phaser.getUnarrivedParties()).isEqualTo(parties - arrived);
    assertThat(phaser.isTerminated()).isFalse();
    assertThat(phaser.toString())
        .endsWith("[phase = " + phase + " parties = " + parties + " arrived = " + arrived + "]");
  }

  private static void assertTerminated(Phaser phaser, int phase) {
    int present = phase + Integer.MIN_VALUE;
    assertThat(phaser.isTerminated()).isTrue();
    assertThat(phaser.getPhase()).isEqualTo(present);
    assertThat(phaser.register()).isEqualTo(present);
    assertThat(phaser.bulkRegister(2)).isEqualTo(present);
    assertThat(phaser.bulkRegister(0)).isEqualTo(present);
    assertThat(phaser.arrive()).isEqualTo(present);
    assertThat(phaser.arriveAndDeregister()).isEqualTo(present);
    assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(present);
    assertThat(phaser.awaitAdvance(phase)).isEqualTo(present);
    assertThat(phaser.awaitAdvance(present)).isEqualTo(present);
    assertThat(phaser.toString()).contains("[phase = " + present + " parties = ");
  }

  private static Phaser immortal(int parties) {
    return new Phaser(parties) {
      @Override
      protected boolean onAdvance(int phase, int registeredParties) {
        return false;
      }
    };
  }

  // ---- Construction

  @Test
  void newPhaserIsInPhaseZeroWithItsParties() {
    assertCounts(new Phaser(), 0, 0, 0);
    assertCounts(new Phaser(0), 0, 0, 0);
    assertCounts(new Phaser(3), 0, 3, 0);
    assertCounts(new Phaser(MAX_PARTIES), 0, MAX_PARTIES, 0);
    assertCounts(new Phaser(null), 0, 0, 0);
    assertCounts(new Phaser(null, 3), 0, 3, 0);
  }

  @Test
  void phaserWithoutParentIsItsOwnRoot() {
    Phaser phaser = new Phaser();
    assertThat(phaser.getParent()).isNull();
    assertThat(phaser.getRoot()).isSameAs(phaser);
  }

  @Test
  void impossibleNumberOfPartiesIsRefused() {
    for (int parties : new int[] {-1, MAX_PARTIES + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Phaser(parties))
          .withMessage("Illegal number of parties");
      Phaser parent = new Phaser();
      assertThatIllegalArgumentException().isThrownBy(() -> new Phaser(parent, parties));
      assertCounts(parent, 0, 0, 0);
    }
  }

  // ---- Registration

  @Test
  void registeringAddsPartiesThatHaveNotArrived() {
    Phaser phaser = new Phaser();
    assertThat(phaser.register()).isZero();
    assertCounts(phaser, 0, 1, 0);
    assertThat(phaser.bulkRegister(0)).isZero();
    assertCounts(phaser, 0, 1, 0);
    assertThat(phaser.bulkRegister(5)).isZero();
    assertCounts(phaser, 0, 6, 0);
    assertThat(phaser.arrive()).isZero();
    assertThat(phaser.register()).isZero();
    assertCounts(phaser, 0, 7, 1);
  }

  @Test
  void negativeNumberOfPartiesIsRefused() {
    Phaser phaser = new Phaser(1);
    assertThatIllegalArgumentException().isThrownBy(() -> phaser.bulkRegister(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> phaser.bulkRegister(Integer.MIN_VALUE));
    phaser.forceTermination();
    assertThatIllegalArgumentException().isThrownBy(() -> phaser.bulkRegister(-1));
  }

  @Test
  void partiesBeyondTheMaximumAreRefusedAndChangeNothing() {
    Phaser phaser = new Phaser(MAX_PARTIES);
    String message = "Attempt to register more than 65535 parties for " + phaser;
    assertThatIllegalStateException().isThrownBy(phaser::register).withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(() -> phaser.bulkRegister(MAX_PARTIES))
        .withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(() -> phaser.bulkRegister(Integer.MAX_VALUE))
        .withMessage(message);
    assertCounts(phaser, 0, MAX_PARTIES, 0);
    Phaser nearly = new Phaser(1);
    assertThatIllegalStateException().isThrownBy(() -> nearly.bulkRegister(MAX_PARTIES));
    assertThat(nearly.bulkRegister(MAX_PARTIES - 1)).isZero();
    assertCounts(nearly, 0, MAX_PARTIES, 0);
    Phaser empty = new Phaser();
    assertThatIllegalStateException().isThrownBy(() -> empty.bulkRegister(MAX_PARTIES + 1));
    assertThat(empty.bulkRegister(MAX_PARTIES)).isZero();
    assertCounts(empty, 0, MAX_PARTIES, 0);
  }

  @Test
  void allOfTheMaximumArriveAndBeginThePhase() {
    Phaser phaser = new Phaser(MAX_PARTIES);
    for (int i = 1; i < MAX_PARTIES; i++) {
      assertThat(phaser.arrive()).isZero();
    }
    assertCounts(phaser, 0, MAX_PARTIES, MAX_PARTIES - 1);
    assertThat(phaser.arrive()).isZero();
    assertCounts(phaser, 1, MAX_PARTIES, 0);
  }

  // ---- Arrival

  @Test
  void arrivalWithoutPartyIsRefused() {
    Phaser phaser = new Phaser();
    String message = "Attempted arrival of unregistered party for " + phaser;
    assertThatIllegalStateException().isThrownBy(phaser::arrive).withMessage(message);
    assertThatIllegalStateException().isThrownBy(phaser::arriveAndDeregister).withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(phaser::arriveAndAwaitAdvance)
        .withMessage(message);
    assertCounts(phaser, 0, 0, 0);
  }

  @Test
  void lastArrivalBeginsTheNextPhase() {
    Phaser phaser = new Phaser(3);
    for (int phase = 0; phase < 5; phase++) {
      assertThat(phaser.arrive()).isEqualTo(phase);
      assertCounts(phaser, phase, 3, 1);
      assertThat(phaser.arrive()).isEqualTo(phase);
      assertCounts(phaser, phase, 3, 2);
      assertThat(phaser.arrive()).isEqualTo(phase);
      assertCounts(phaser, phase + 1, 3, 0);
    }
  }

  @Test
  void lastArrivalDoesNotWait() {
    Phaser phaser = new Phaser(1);
    for (int phase = 0; phase < 5; phase++) {
      assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(phase + 1);
    }
    assertCounts(phaser, 5, 1, 0);
  }

  @Test
  void deregisteringCountsAsArrivalAndLeavesNoParty() {
    Phaser phaser = new Phaser(3);
    assertThat(phaser.arrive()).isZero();
    assertThat(phaser.arriveAndDeregister()).isZero();
    assertCounts(phaser, 0, 2, 1);
    assertThat(phaser.arriveAndDeregister()).isZero();
    assertCounts(phaser, 1, 1, 0);
  }

  // ---- Termination

  @Test
  void phaserThatLosesAllPartiesTerminates() {
    Phaser phaser = new Phaser(2);
    assertThat(phaser.arrive()).isZero();
    assertThat(phaser.arrive()).isZero();
    assertThat(phaser.arriveAndDeregister()).isEqualTo(1);
    assertThat(phaser.arriveAndDeregister()).isEqualTo(1);
    assertTerminated(phaser, 2);
    assertThat(phaser.getRegisteredParties()).isZero();
    assertThat(phaser.toString()).endsWith("[phase = -2147483646 parties = 0 arrived = 0]");
  }

  @Test
  void phaserThatLosesAllPartiesGoesOnIfOnAdvanceSaysSo() {
    Phaser phaser = immortal(1);
    assertThat(phaser.arriveAndDeregister()).isZero();
    assertCounts(phaser, 1, 0, 0);
    assertThatIllegalStateException().isThrownBy(phaser::arrive);
    assertThat(phaser.bulkRegister(2)).isEqualTo(1);
    assertCounts(phaser, 1, 2, 0);
  }

  @Test
  void forcedTerminationKeepsPhaseAndParties() {
    Phaser phaser = new Phaser(3);
    assertThat(phaser.arriveAndDeregister()).isZero();
    assertThat(phaser.arrive()).isZero();
    phaser.forceTermination();
    assertTerminated(phaser, 0);
    assertThat(phaser.getRegisteredParties()).isEqualTo(2);
    assertThat(phaser.toString()).endsWith("[phase = -2147483648 parties = 2 arrived = 1]");
    phaser.forceTermination();
    assertTerminated(phaser, 0);
  }

  @Test
  void terminatedPhaserWithoutPartiesRefusesNoArrival() {
    Phaser phaser = new Phaser();
    phaser.forceTermination();
    assertTerminated(phaser, 0);
  }

  @Test
  void registrationBeyondTheMaximumIsRefusedEvenWhenTerminated() {
    Phaser phaser = new Phaser(MAX_PARTIES);
    phaser.forceTermination();
    assertThatIllegalStateException().isThrownBy(phaser::register);
  }

  // ---- onAdvance

  @Test
  void onAdvanceIsToldPhaseAndPartiesAndSeesTheOldPhase() {
    List<String> calls = new ArrayList<>();
    Phaser phaser =
        new Phaser(2) {
          @Override
          protected boolean onAdvance(int phase, int registeredParties) {
            assertCounts(this, phase, registeredParties, registeredParties);
            calls.add(phase + "/" + registeredParties);
            return false;
          }
        };
    assertThat(phaser.arrive()).isZero();
    assertThat(calls).isEmpty();
    assertThat(phaser.arrive()).isZero();
    assertThat(phaser.arrive()).isEqualTo(1);
    assertThat(phaser.arriveAndDeregister()).isEqualTo(1);
    assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(3);
    assertThat(phaser.arriveAndDeregister()).isEqualTo(3);
    assertThat(calls).containsExactly("0/2", "1/1", "2/1", "3/0");
    assertCounts(phaser, 4, 0, 0);
  }

  @Test
  void onAdvanceTerminatesByReturningTrue() {
    Phaser phaser =
        new Phaser(2) {
          @Override
          protected boolean onAdvance(int phase, int registeredParties) {
            return phase == 1;
          }
        };
    assertThat(phaser.arrive()).isZero();
    assertThat(phaser.arrive()).isZero();
    assertThat(phaser.arrive()).isEqualTo(1);
    assertThat(phaser.arrive()).isEqualTo(1);
    assertTerminated(phaser, 2);
    assertThat(phaser.getRegisteredParties()).isEqualTo(2);
  }

  @Test
  void partyWhoseArrivalTerminatesIsToldThePhaseThatWouldHaveBegun() {
    Phaser phaser =
        new Phaser(1) {
          @Override
          protected boolean onAdvance(int phase, int registeredParties) {
            return true;
          }
        };
    assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(1);
    assertTerminated(phaser, 1);
  }

  @Test
  void exceptionOfOnAdvanceReachesThePartyAndThePhaseStays() {
    Phaser phaser =
        new Phaser(2) {
          @Override
          protected boolean onAdvance(int phase, int registeredParties) {
            throw new ArithmeticException("phase " + phase);
          }
        };
    assertThat(phaser.arrive()).isZero();
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(phaser::arrive)
        .withMessage("phase 0");
    assertCounts(phaser, 0, 2, 2);
    String message = "Attempted arrival of unregistered party for " + phaser;
    assertThatIllegalStateException().isThrownBy(phaser::arrive).withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(phaser::arriveAndAwaitAdvance)
        .withMessage(message);
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0, 1, TimeUnit.MILLISECONDS));
    phaser.forceTermination();
    assertTerminated(phaser, 0);
  }

  @Test
  void exceptionOfOnAdvanceReachesTheWaitingAndTheLeavingParty() {
    for (boolean leaves : new boolean[] {true, false}) {
      Phaser phaser =
          new Phaser(1) {
            @Override
            protected boolean onAdvance(int phase, int registeredParties) {
              throw new ArithmeticException();
            }
          };
      assertThatExceptionOfType(ArithmeticException.class)
          .isThrownBy(leaves ? phaser::arriveAndDeregister : phaser::arriveAndAwaitAdvance);
      assertCounts(phaser, 0, leaves ? 0 : 1, leaves ? 0 : 1);
      assertThatIllegalStateException().isThrownBy(phaser::arrive);
    }
  }

  @Test
  void terminationForcedByOnAdvanceKeepsTheOldPhase() {
    Phaser phaser =
        new Phaser(1) {
          @Override
          protected boolean onAdvance(int phase, int registeredParties) {
            forceTermination();
            return false;
          }
        };
    assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(Integer.MIN_VALUE);
    assertTerminated(phaser, 0);
  }

  // ---- Waits that need not wait

  @Test
  void phaseThatIsNotThePresentOneIsNotWaitedFor() throws Exception {
    Phaser phaser = new Phaser(1);
    assertThat(phaser.arrive()).isZero();
    for (int other : new int[] {0, 2, Integer.MAX_VALUE}) {
      assertThat(phaser.awaitAdvance(other)).isEqualTo(1);
      assertThat(phaser.awaitAdvanceInterruptibly(other)).isEqualTo(1);
      assertThat(phaser.awaitAdvanceInterruptibly(other, 0, TimeUnit.DAYS)).isEqualTo(1);
    }
    for (int negative : new int[] {-1, Integer.MIN_VALUE}) {
      assertThat(phaser.awaitAdvance(negative)).isEqualTo(negative);
      assertThat(phaser.awaitAdvanceInterruptibly(negative)).isEqualTo(negative);
      assertThat(phaser.awaitAdvanceInterruptibly(negative, 0, TimeUnit.DAYS)).isEqualTo(negative);
    }
  }

  @Test
  void phaseThatIsNotThePresentOneIsNotWaitedForEvenWhenInterrupted() throws Exception {
    Phaser phaser = new Phaser(1);
    Thread.currentThread().interrupt();
    assertThat(phaser.awaitAdvanceInterruptibly(1)).isZero();
    assertThat(phaser.awaitAdvanceInterruptibly(1, 1, TimeUnit.DAYS)).isZero();
    assertThat(phaser.awaitAdvanceInterruptibly(-1)).isEqualTo(-1);
    phaser.forceTermination();
    assertThat(phaser.awaitAdvanceInterruptibly(0)).isEqualTo(Integer.MIN_VALUE);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void unitIsNotNull() {
    Phaser phaser = new Phaser(1);
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0, 0, null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(-1, 0, null));
  }
}
