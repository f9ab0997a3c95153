package io.pawl.locks;

import io.pawl.testing.ThreadKind;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.pawl.testing.Kit#kindsAndFairness")
class ReentrantWriteLockTest extends LockContract {

  ReentrantWriteLockTest(ThreadKind kind, boolean fair) {
    super(kind, Exclusive.reentrantWriteLock(fair));
  }
}
