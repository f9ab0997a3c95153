package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadlinesTest {

  @Test
  void deadlineTooFarAheadNeverComes() {
    assertThat(Deadlines.after(Long.MAX_VALUE)).isEqualTo(Deadlines.FOREVER);
    assertThat(Deadlines.passed(Deadlines.FOREVER)).isFalse();
    assertThat(Deadlines.remaining(Deadlines.FOREVER)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void deadlineOfNoTimeHasPassed() {
    for (long nanos : new long[] {0, -1, Long.MIN_VALUE}) {
      long deadline = Deadlines.after(nanos);
      assertThat(Deadlines.passed(deadline)).isTrue();
      assertThat(Deadlines.remaining(deadline)).isLessThanOrEqualTo(0);
    }
  }

  @Test
  void deadlineAheadHasNotPassed() {
    long deadline = Deadlines.after(3_600_000_000_000L);
    assertThat(Deadlines.passed(deadline)).isFalse();
    assertThat(Deadlines.remaining(deadline)).isBetween(1L, 3_600_000_000_000L);
  }
}
