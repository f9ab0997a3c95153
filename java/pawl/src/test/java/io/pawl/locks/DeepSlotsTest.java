package io.pawl.locks;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stack that overflows where slots are used, opened or closed leaves a lock that can be used. */
@Tag(DeepStack.TAG)
@SuppressWarnings("LockNotBeforeTry") // what is held after an overflow is the question
class DeepSlotsTest extends Kit {

  private final RwLock lock = new RwLock();
  private final RwLock.ReadLock read = lock.readLock();
  private final RwLock.WriteLock write = lock.writeLock();

  DeepSlotsTest() {
    super(ThreadKind.PLATFORM);
  }

  private void unlockAll() {
    while (lock.getReadLockCount() > 0) {
      read.unlock();
    }
    if (write.isHeldByCurrentThread()) {
      write.unlock();
    }
  }

  /**
   * What the frame below could not release any more is released first. The classes of a wait are
   * initialized where there is room.
   */
  private void overflow(Worker.Task operation) {
    assertUsable();
    EagerSlots.open(lock);
    DeepStack.overflow(
        () -> {
          unlockAll();
          operation.run();
        },
        this::unlockAll);
    assertUsable();
  }

  private void assertUsable() {
    assertThat(lock.getReadLockCount()).isZero();
    assertThat(write.tryLock()).isTrue();
    Worker reader =
        crew.start(() -> {
          read.lock();
          read.unlock();
        });
    reader.awaitBlocked();
    write.unlock();
    reader.join();
  }

  @Test
  void overflowInReadingThroughASlot() {
    overflow(() -> {
      read.lock();
      assertThat(read.tryLock(1, MICROSECONDS)).isTrue();
      read.unlock();
      read.unlock();
    });
  }

  @Test
  void overflowInOpeningAndClosing() {
    overflow(() -> {
      EagerSlots.hasten(lock.sync());
      read.lock();
      read.unlock();
      write.lock();
      write.unlock();
    });
  }

  private Worker startWriterBehindReader() {
    EagerSlots.open(lock);
    read.lock();
    Worker writer =
        crew.start(() -> {
          write.lock();
          write.unlock();
        });
    writer.awaitBlocked();
    return writer;
  }

  /** A leaver that finds no room has not left, and tries again. */
  @Test
  void overflowInTheUnlockForWhichAWriterWaits() {
    Worker warm = startWriterBehindReader();
    read.unlock();
    warm.join();
    Worker[] writer = new Worker[1];
    boolean[] left = new boolean[1];
    Worker.Task leave =
        () -> {
          if (writer[0] == null) {
            writer[0] = startWriterBehindReader();
          } else if (!left[0]) {
            read.unlock();
            left[0] = true;
          }
        };
    DeepStack.overflow(leave, leave);
    writer[0].join();
    assertUsable();
  }

  /** A closer that has failed to start the drain leaves the slots open, and wakes a waiter. */
  @Test
  void writerThatIsWokenClosesTheSlots() {
    read.lock();
    Worker writer =
        crew.start(() -> {
          write.lock();
          write.unlock();
        });
    writer.awaitBlocked();
    lock.sync().state = RwSync.FENCED + 1;
    lock.sync().wakeNext();
    Await.until("closed slots", () -> !lock.sync().areSlotsOpen());
    read.unlock();
    writer.join();
    assertUsable();
  }
}
