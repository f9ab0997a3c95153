package io.pawl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a thread allocates in a loop once it is warm. When that is so depends on the compiler, so
 * the rounds are cut into stretches, of which one has to allocate nothing.
 */
public final class Allocation {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Rounds in a stretch. */
  private static final int STRETCH = 500;

  /** Less than a byte a round: what the measuring itself and a deoptimization may take. */
  private static final long NOTHING = STRETCH - 1;

  private long before;
  private long least = Long.MAX_VALUE;

  /** Called by the thread at the beginning of each round, numbered from 0. */
  public void round(int number) {
    if (number % STRETCH == 0) {
      long now = THREADS.getCurrentThreadAllocatedBytes();
      if (number > 0) {
        least = Math.min(least, now - before);
      }
      before = now;
    }
  }

  /** Fails unless in some stretch nothing was allocated. */
  public void assertNone() {
    assertAtMost(0);
  }

  /** Fails unless in some stretch no more than so many bytes a round were allocated. */
  public void assertAtMost(int bytes) {
    assertThat(least).isLessThanOrEqualTo(NOTHING + (long) bytes * STRETCH);
  }
}
