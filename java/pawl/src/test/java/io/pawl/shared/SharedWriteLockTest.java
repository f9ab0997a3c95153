package io.pawl.shared;

import io.pawl.locks.Exclusive;
import io.pawl.locks.NonReentrantLockContract;
import io.pawl.testing.ThreadKind;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Among the threads of one handle, the lock of writers is a lock as any other. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class SharedWriteLockTest extends NonReentrantLockContract {
  private static final Deque<Regions> OPEN = new ArrayDeque<>();

  SharedWriteLockTest(ThreadKind kind) {
    super(kind, exclusive());
  }

  private static Exclusive exclusive() {
    Regions regions = new Regions();
    OPEN.add(regions);
    SharedRwLock lock = regions.open().rwLock("rw");
    return new Exclusive(
        lock.writeLock(),
        lock.core().mutex()::queuedHere,
        () -> lock.owner() != null,
        lock.writeLock()::isHeldByCurrentThread);
  }

  @AfterEach
  void end() throws Exception {
    OPEN.remove().close();
  }
}
