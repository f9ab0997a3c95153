package io.pawl.locks;

import io.pawl.testing.ThreadKind;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a read-write lock promises holds while its slots are open. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class RwLockInSlotsTest extends ReadWriteLockContract {

  RwLockInSlotsTest(ThreadKind kind) {
    super(kind, ReadWrite.rwLock(EagerSlots.opened()));
  }
}
