package io.pawl.locks;

import io.pawl.testing.ThreadKind;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("kindsAndBytes")
class ByteLockRaceTest extends LockRaceContract {

  ByteLockRaceTest(ThreadKind kind, ByteLocks bytes) {
    super(kind, bytes.exclusive());
  }

  static Stream<Arguments> kindsAndBytes() {
    return ByteLockLockTest.kindsAndBytes();
  }
}
