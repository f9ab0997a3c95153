package io.pawl.stress.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pawl.kit.Limit;
import io.pawl.stress.FenceMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How many locked instructions an uncontended pair is compiled to. The collector is one whose
 * barriers have none of their own.
 */
@Limit(60)
class MachineCodeTest {

  private static final String COLLECTOR = "-XX:+UseSerialGC";

  @ParameterizedTest
  @ValueSource(strings = {"mutex", "reentrantLock", "stampedLock", "writeLock"})
  void aPairHasOneLockedInstruction(String pair) throws Exception {
    assumeThat(MachineCode.isAvailable()).isTrue();
    assumeThat(FenceMode.ASYMMETRIC.isAvailable()).isTrue();
    MachineCode code = MachineCode.of(pair, FenceMode.ASYMMETRIC, COLLECTOR);
    assertThat(code.locked()).as(code.text()).isEqualTo(1);
  }

  /** Shows that the count counts, and that nothing of the pair is left to a call. */
  @ParameterizedTest
  @ValueSource(strings = {"mutex", "reentrantLock", "stampedLock", "writeLock"})
  void aPairHasASecondOneWithSymmetricFences(String pair) throws Exception {
    assumeThat(MachineCode.isAvailable()).isTrue();
    MachineCode code = MachineCode.of(pair, FenceMode.SYMMETRIC, COLLECTOR);
    assertThat(code.locked()).as(code.text()).isEqualTo(2);
  }

  @Test
  void aReadPairInASlotHasNoLockedInstruction() throws Exception {
    assumeThat(MachineCode.isAvailable()).isTrue();
    assumeThat(FenceMode.ASYMMETRIC.isAvailable()).isTrue();
    MachineCode code = MachineCode.of("readLock", FenceMode.ASYMMETRIC, COLLECTOR);
    assertThat(code.locked()).as(code.text()).isZero();
  }

  @Test
  void aReadPairInASlotHasTwoWithSymmetricFences() throws Exception {
    assumeThat(MachineCode.isAvailable()).isTrue();
    MachineCode code = MachineCode.of("readLock", FenceMode.SYMMETRIC, COLLECTOR);
    assertThat(code.locked()).as(code.text()).isEqualTo(2);
  }
}
