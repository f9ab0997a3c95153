package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pawl.testing.Allocation;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Stamped locks allocate nothing in steady state. */
class StampedAllocationTest extends Kit {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a warmed-up loop may allocate, however many rounds it runs. */
  private static final long CONSTANT = 16_384;

  private final StampedLock lock = new StampedLock();

  StampedAllocationTest() {
    super(ThreadKind.PLATFORM);
  }

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  @Test
  void nothingIsAllocatedWithoutContention() {
    useInEachWay(1_000);
    long before = allocated();
    useInEachWay(10_000);
    assertThat(allocated() - before).isLessThan(CONSTANT);
  }

  private void useInEachWay(int times) {
    for (int i = 0; i < times; i++) {
      boolean _ = lock.validate(lock.tryOptimisticRead());
      lock.unlockRead(lock.readLock());
      lock.unlockWrite(lock.writeLock());
      lock.unlock(lock.tryConvertToReadLock(lock.tryConvertToWriteLock(lock.readLock())));
      for (int j = 0; j < 70; j++) {
        long _ = lock.readLock();
      }
      while (lock.tryUnlockRead()) {}
    }
  }

  /** Two threads pass the lock to and fro: each holds it until the other has come to wait. */
  @Test
  void nothingIsAllocatedByBlocking() {
    AtomicLong blocked = new AtomicLong();
    crew.start(
        2,
        () -> {
          Allocation allocation = new Allocation();
          for (int i = 0; i < 4_000; i++) {
            allocation.round(i);
            long stamp = lock.writeLock();
            for (int spins = 0; spins < 2_000 && lock.queueLength() == 0; spins++) {
              Thread.onSpinWait();
            }
            if (lock.queueLength() > 0) {
              blocked.getAndIncrement();
            }
            lock.unlockWrite(stamp);
          }
          allocation.assertNone();
        });
    crew.join();
    assertThat(blocked.get()).isPositive();
  }
}
