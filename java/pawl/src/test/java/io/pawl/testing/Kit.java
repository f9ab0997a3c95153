package io.pawl.testing;

import io.pawl.internal.backend.Backend;
import io.pawl.kit.Limit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;

/**
 * A class of tests that is run on every backend, each test in a thread of its own: a test that
 * blocks for good fails after a while and does not keep the others from running.
 */
@Tag("kit")
@Limit(30)
public abstract class Kit {

  protected final ThreadKind kind;
  protected final Crew crew;

  protected Kit(ThreadKind kind) {
    this.kind = kind;
    this.crew = new Crew(kind);
  }

  /** Every kind of threads with every fairness, for parameterized classes. */
  public static Stream<Arguments> kindsAndFairness() {
    return Stream.of(ThreadKind.values())
        .flatMap(kind -> Stream.of(Arguments.of(kind, false), Arguments.of(kind, true)));
  }

  @BeforeAll
  static void backendIsInForce() {
    var _ = Backend.settled();
  }
}
