package io.pawl.locks;

import io.pawl.testing.ThreadKind;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("kindsAndFairness")
class KeyedLockRaceTest extends LockRaceContract {

  KeyedLockRaceTest(ThreadKind kind, boolean fair) {
    super(kind, Exclusive.keyedLock(fair));
  }
}
