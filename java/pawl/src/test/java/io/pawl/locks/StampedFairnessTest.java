package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** In which order a stamped lock serves, where the class of the JDK leaves it open. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
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
  void readerArrivingBehindAWaitingWriterIsServedAfterIt() {
    AtomicBoolean written = new AtomicBoolean();
    long own = lock.readLock();
    Worker writer =
        startBlocked(() -> {
          long stamp = lock.writeLock();
          written.set(true);
          lock.unlockWrite(stamp);
        });
    Worker reader =
        startBlocked(() -> {
          long stamp = lock.readLock();
          assertThat(written).isTrue();
          lock.unlockRead(stamp);
        });
    lock.unlockRead(own);
    writer.join();
    reader.join();
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

  // ---- Starvation

  @Test
  void writerIsNotStarvedByHammeringReaders() {
    assertWriterIsNotStarved(1);
  }

  @Test
  void writerIsNotStarvedByHammeringCrowds() {
    assertWriterIsNotStarved(70);
  }

  /** Two readers hold on until the other one has been inside too, so that they overlap. */
  private void assertWriterIsNotStarved(int holds) {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger turns = new AtomicInteger();
    Crew readers = new Crew(ThreadKind.PLATFORM); // virtual ones would not let others run
    readers.start(
        2,
        () -> {
          int seen = -1;
          while (!stop.get()) {
            long stamp = lock.readLock();
            for (int i = 1; i < holds; i++) {
              assertThat(lock.tryReadLock()).isNotZero();
            }
            for (int i = 0; i < 1_000 && turns.get() == seen; i++) {
              Thread.onSpinWait();
            }
            seen = turns.incrementAndGet();
            for (int i = 0; i < holds; i++) {
              lock.unlockRead(stamp);
            }
          }
        });
    Await.until("readers come and go", () -> turns.get() > 10);
    Worker writer =
        crew.start(() -> {
          for (int i = 0; i < 20; i++) {
            lock.unlockWrite(lock.writeLock());
          }
        });
    writer.join();
    stop.set(true);
    readers.join();
    assertFree();
  }
}
