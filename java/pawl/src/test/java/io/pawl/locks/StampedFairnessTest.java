package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** In which order a stamped lock serves, where the class of the JDK leaves it open. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class StampedFairnessTest extends Kit {

  private final StampedLock lock = new StampedLock();

  StampedFairnessTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startBlocked(Worker.Task task) {
    int before = lock.queueLength();
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    assertThat(lock.queueLength()).isEqualTo(before + 1);
    return worker;
  }

  private void assertFree() {
    Await.until("an empty queue", () -> lock.queueLength() == 0);
    assertThat(lock.toString()).endsWith("[Unlocked]");
  }

  @Test
  void readerMayReadAgainAlthoughAWriterWaits() throws InterruptedException {
    long own = lock.readLock();
    Worker writer = startBlocked(() -> lock.unlockWrite(lock.writeLock()));
    lock.unlockRead(lock.readLock());
    lock.unlockRead(lock.readLockInterruptibly());
    lock.unlockRead(lock.tryReadLock());
    lock.asReadLock().lock();
    lock.asReadLock().unlock();
    assertThat(writer.isDone()).isFalse();
    lock.unlockRead(own);
    writer.join();
    assertFree();
  }

  @Test
  void waitersAreServedInTheOrderInWhichTheyCame() {
    List<Integer> order = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    long own = lock.writeLock();
    for (int i = 0; i < 9; i++) {
      int index = i;
      expected.add(i);
      Worker _ =
          startBlocked(() -> {
            if (index % 3 == 1) {
              long stamp = lock.readLock();
              order.add(index);
              lock.unlockRead(stamp);
            } else {
              long stamp = lock.writeLock();
              order.add(index);
              lock.unlockWrite(stamp);
            }
          });
    }
    lock.unlockWrite(own);
    crew.join();
    assertThat(order).isEqualTo(expected);
    assertFree();
  }
}
