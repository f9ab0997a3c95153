package io.pawl.testing;

import io.pawl.internal.backend.Backend;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * A class of tests that is run on every backend, each test in a thread of its own: a test that
 * blocks for good fails after a while and does not keep the others from running.
 */
@Tag("kit")
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class Kit {

  protected final ThreadKind kind;
  protected final Crew crew;

  protected Kit(ThreadKind kind) {
    this.kind = kind;
    this.crew = new Crew(kind);
  }

  @BeforeAll
  static void backendIsInForce() {
    var _ = Backend.settled();
  }
}
