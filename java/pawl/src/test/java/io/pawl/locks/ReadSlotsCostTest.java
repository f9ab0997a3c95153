package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Allocation;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import org.junit.jupiter.api.Test;

/** What slots cost: nothing but their array. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class ReadSlotsCostTest extends Kit {

  private final RwLock lock = new RwLock();
  private final RwSync sync = lock.sync();

  ReadSlotsCostTest() {
    super(ThreadKind.PLATFORM);
  }

  private void lockAndUnlockRead() {
    lock.readLock().lock();
    lock.readLock().unlock();
  }

  private void lockAndUnlockWrite() {
    lock.writeLock().lock();
    lock.writeLock().unlock();
  }

  @Test
  void readingThroughSlotsAllocatesNothing() {
    EagerSlots.open(lock);
    Allocation allocation = new Allocation();
    for (int i = 0; i < 200_000; i++) {
      allocation.round(i);
      lockAndUnlockRead();
    }
    allocation.assertNone();
    assertThat(sync.areSlotsOpen()).isTrue();
  }

  @Test
  void openingAndClosingAllocateNothing() {
    EagerSlots.open(lock);
    Allocation allocation = new Allocation();
    for (int i = 0; i < 5_000; i++) {
      allocation.round(i);
      EagerSlots.hasten(sync);
      lockAndUnlockRead();
      lockAndUnlockWrite();
    }
    allocation.assertNone();
  }
}
