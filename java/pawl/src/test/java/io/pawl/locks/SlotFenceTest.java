package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * A reader that has filled the store buffer of its processor counts in its slot, and is inside for
 * a while before anybody else can see the count. RwSync, invariant I1: the writer's fence waits for
 * it. Without that fence this fails, where there are two processors.
 */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class SlotFenceTest extends Kit {

  /** For how long; more than it takes until the code is compiled. */
  private static final long DURATION_NANOS = 2_000_000_000;

  /** How many words there are that no cache holds: 128 megabytes of them. */
  private static final int COLD_BITS = 25;

  private static final int COLD_STORES = 40;
  private static final int STEPS_INSIDE = 160;
  private static final int PATIENCE = 10_000;

  private final RwLock lock = EagerSlots.opened();
  private final RwLock.ReadLock read = lock.readLock();
  private final int[] cold = new int[1 << COLD_BITS];
  private final AtomicBoolean over = new AtomicBoolean();

  /** Guarded by the lock. */
  private int x;

  /** Guarded by the lock. */
  private int y;

  SlotFenceTest() {
    super(ThreadKind.PLATFORM);
  }

  @Test
  void writerWaitsForAReaderWhoseCountIsStillOnItsWay() {
    crew.start(this::readUntilOver);
    crew.start(this::closeOften);
    crew.join();
    assertThat(x).isPositive().isEqualTo(y);
  }

  private void readUntilOver() {
    long random = 1;
    long spent = 0;
    while (!over.get()) {
      for (int i = 0; i < COLD_STORES; i++) {
        random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
        cold[(int) (random >>> (Long.SIZE - COLD_BITS))] = i;
      }
      read.lock();
      int before = x;
      for (int i = 0; i < STEPS_INSIDE; i++) {
        spent = spent * 31 + before;
      }
      VarHandle.acquireFence();
      int after = y;
      read.unlock();
      if (before != after) {
        throw new AssertionError("x was " + before + ", y was " + after + ", spent " + spent);
      }
    }
  }

  private void closeOften() {
    long start = System.nanoTime();
    try {
      do {
        EagerSlots.hasten(lock.sync());
        for (int spin = 0; spin < PATIENCE && !lock.sync().areSlotsOpen(); spin++) {
          Thread.onSpinWait();
        }
        lock.writeLock().lock();
        x++;
        VarHandle.fullFence();
        y++;
        lock.writeLock().unlock();
      } while (System.nanoTime() - start < DURATION_NANOS);
    } finally {
      over.set(true);
    }
  }
}
