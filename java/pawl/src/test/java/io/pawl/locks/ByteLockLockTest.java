package io.pawl.locks;

import io.pawl.testing.ThreadKind;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("kindsAndBytes")
class ByteLockLockTest extends NonReentrantLockContract {

  ByteLockLockTest(ThreadKind kind, ByteLocks bytes) {
    super(kind, bytes.exclusive());
  }

  static Stream<Arguments> kindsAndBytes() {
    return Stream.of(ThreadKind.values())
        .flatMap(kind -> Stream.of(ByteLocks.values()).map(bytes -> Arguments.of(kind, bytes)));
  }
}
