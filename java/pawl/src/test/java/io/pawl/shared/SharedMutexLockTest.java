package io.pawl.shared;

import io.pawl.locks.Exclusive;
import io.pawl.locks.NonReentrantLockContract;
import io.pawl.testing.ThreadKind;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Among the threads of one handle, a mutex is a lock as any other. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class SharedMutexLockTest extends NonReentrantLockContract {
  private static final Deque<Regions> OPEN = new ArrayDeque<>();

  SharedMutexLockTest(ThreadKind kind) {
    super(kind, exclusive());
  }

  private static Exclusive exclusive() {
    Regions regions = new Regions();
    OPEN.add(regions);
    SharedMutex mutex = regions.open().mutex("m");
    return new Exclusive(
        mutex, mutex.core()::queuedHere, () -> mutex.owner() != null, mutex::isHeldByCurrentThread);
  }

  @AfterEach
  void end() throws Exception {
    OPEN.remove().close();
  }
}
