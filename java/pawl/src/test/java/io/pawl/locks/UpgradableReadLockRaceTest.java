package io.pawl.locks;

import io.pawl.testing.ThreadKind;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(ThreadKind.class)
class UpgradableReadLockRaceTest extends LockRaceContract {

  UpgradableReadLockRaceTest(ThreadKind kind) {
    super(kind, Exclusive.upgradableReadLock());
  }
}
