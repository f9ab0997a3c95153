package io.pawl.locks;

import io.pawl.testing.ThreadKind;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(ThreadKind.class)
class SeqWriteLockTest extends NonReentrantLockContract {

  SeqWriteLockTest(ThreadKind kind) {
    super(kind, Exclusive.seqWriteLock());
  }
}
