package io.pawl.kit;

import java.time.Duration;

/**
 * How long tests wait for what ought to come soon, in multiples of the usual: the property {@code
 * pawl.test.patience}, 1 by default. Emulators and crowded machines need more. A test that passes
 * takes no longer for it.
 */
public final class Patience {
  static final String PROPERTY = "pawl.test.patience";

  private Patience() {}

  /**
   * Stretches a limit.
   *
   * @param seconds the usual one
   * @return as many times as long as the property says
   */
  public static Duration ofSeconds(long seconds) {
    return Duration.ofSeconds(seconds).multipliedBy(Integer.getInteger(PROPERTY, 1));
  }
}
