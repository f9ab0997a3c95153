package io.pawl;

import io.pawl.testing.ThreadKind;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The thread kinds with fair semaphores and with others. */
final class Fairness {

  private Fairness() {}

  static Stream<Arguments> kinds() {
    return Stream.of(ThreadKind.values())
        .flatMap(kind -> Stream.of(false, true).map(fair -> Arguments.of(kind, fair)));
  }
}
