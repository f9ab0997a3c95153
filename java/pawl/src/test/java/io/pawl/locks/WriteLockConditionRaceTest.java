package io.pawl.locks;

import io.pawl.testing.ThreadKind;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(ThreadKind.class)
class WriteLockConditionRaceTest extends ConditionRaceContract {

  WriteLockConditionRaceTest(ThreadKind kind) {
    super(kind, Exclusive.writeLock());
  }
}
