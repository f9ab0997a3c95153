package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import org.junit.jupiter.api.Test;

/** Times as users write them. */
@Limit(30)
class DurationsTest {

  @Test
  void timesAreReadInEachUnit() {
    assertThat(Durations.nanos("7ns", -1)).isEqualTo(7);
    assertThat(Durations.nanos("7us", -1)).isEqualTo(7_000);
    assertThat(Durations.nanos("7ms", -1)).isEqualTo(7_000_000);
    assertThat(Durations.nanos("7s", -1)).isEqualTo(7_000_000_000L);
    assertThat(Durations.nanos("0", -1)).isZero();
  }

  @Test
  void whatIsNoTimeIsNone() {
    for (String text : new String[] {"", "7", "s", "-7s", "7 s", "7m", "9999999999s", "1e3s"}) {
      assertThat(Durations.nanos(text, -1)).as(text).isEqualTo(-1);
    }
    assertThat(Durations.nanos(null, -1)).isEqualTo(-1);
  }

  @Test
  void timesAreWrittenAsTheyAreRead() {
    for (String text : new String[] {"0ns", "7ns", "1500us", "16ms", "20us", "90s", "1001ns"}) {
      assertThat(Durations.text(Durations.nanos(text, -1))).isEqualTo(text);
    }
    assertThat(Durations.text(16_000_000)).isEqualTo("16ms");
    assertThat(Durations.text(2_000)).isEqualTo("2us");
  }
}
