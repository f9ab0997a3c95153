package io.pawl.stress.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All drop-ins, and Once, under random operations, interrupts and timeouts: nothing is lost and no
 * thread is stuck. For a moment in each build; for as long as the property says with the profile
 * {@code soak}.
 */
@Tag("soak")
class SoakTest {

  private static final Duration DURATION = Duration.parse(System.getProperty("pawl.soak", "PT5S"));

  @Test
  void nothingIsLostAndNoThreadIsStuck() {
    assertThat(Pawl.describe()).isNotEmpty();
    long operations = new Soak().run(DURATION);
    System.out.println("Soak of " + DURATION + ": " + operations + " operations");
    assertThat(operations).isPositive();
  }
}
