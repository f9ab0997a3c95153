package io.pawl.rcu;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.backend.Backend;
import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A reader that has filled the store buffer of its processor enters, and is inside for a while
 * before anybody else can see that. GraceSync, invariant I1: the updater's fence waits for it.
 * Without that fence this fails, where there are two processors.
 */
@Limit(30)
class ReaderFenceTest {

  /** For how long; more than it takes until the code is compiled. */
  private static final long DURATION_NANOS = 1_500_000_000;

  /** How many words there are that no cache holds: 128 megabytes of them. */
  private static final int COLD_BITS = 25;

  private static final int COLD_STORES = 40;
  private static final int STEPS_INSIDE = 160;

  private final Crew crew = new Crew(ThreadKind.PLATFORM);
  private final Rcu rcu = new Rcu();
  private final int[] cold = new int[1 << COLD_BITS];
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile Value current = new Value();

  /** What must not be read once it is closed. */
  private static final class Value {
    private boolean closed;
  }

  @BeforeAll
  static void fencesAreInForce() {
    var _ = Backend.settled();
  }

  @Test
  void updaterWaitsForAReaderWhoseSlotIsStillOnItsWay() {
    crew.start(this::readUntilOver);
    crew.start(this::replaceOften);
    crew.join();
    assertThat(over).isTrue();
  }

  private void readUntilOver() {
    long random = 1;
    long spent = 0;
    while (!over.get()) {
      for (int i = 0; i < COLD_STORES; i++) {
        random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
        cold[(int) (random >>> (Long.SIZE - COLD_BITS))] = i;
      }
      long section = rcu.enter();
      Value value = current;
      for (int i = 0; i < STEPS_INSIDE; i++) {
        spent = spent * 31 + i;
      }
      VarHandle.acquireFence();
      boolean closed = value.closed;
      rcu.exit(section);
      if (closed) {
        throw new AssertionError("A reader has met a closed value, spent " + spent);
      }
    }
  }

  private void replaceOften() {
    long start = System.nanoTime();
    try {
      do {
        Value old = current;
        current = new Value();
        rcu.synchronize();
        old.closed = true;
      } while (System.nanoTime() - start < DURATION_NANOS);
    } finally {
      over.set(true);
    }
  }
}
