package io.pawl.locks;

import io.pawl.testing.ThreadKind;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(ThreadKind.class)
class RwLockRaceTest extends ReadWriteLockRaceContract {

  RwLockRaceTest(ThreadKind kind) {
    super(kind, ReadWrite.rwLock(new RwLock()));
  }
}
