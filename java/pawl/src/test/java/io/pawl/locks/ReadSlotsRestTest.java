package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.fence.Fences;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** When slots are opened again after a writer, and when their readers do without fences again. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class ReadSlotsRestTest {

  @BeforeAll
  static void fencesAreSettled() {
    var _ = Backend.settled();
  }

  private final RwLock lock = new RwLock();
  private final RwSync sync = lock.sync();

  private void read(int times) {
    for (int i = 0; i < times; i++) {
      lock.readLock().lock();
      lock.readLock().unlock();
    }
  }

  private void write() {
    lock.writeLock().lock();
    lock.writeLock().unlock();
  }

  @Test
  void slotsRestAfterTheyHaveBeenClosed() {
    EagerSlots.open(lock);
    write();
    sync.slots().mayOpenAt = System.nanoTime() + HOURS.toNanos(1);
    read(10 * RwSync.READS_TO_OPEN);
    assertThat(sync.areSlotsOpen()).isFalse();
    EagerSlots.open(lock);
    write();
  }

  @Test
  void readsBeforeAWriteDoNotCountForTheOpening() {
    read(RwSync.READS_TO_OPEN - 1);
    write();
    read(RwSync.READS_TO_OPEN - 1);
    assertThat(sync.areSlotsOpen()).isFalse();
    read(1);
    assertThat(sync.areSlotsOpen()).isTrue();
    write();
  }

  @Test
  void readersFenceForATimeAfterTheSlotsHaveBeenClosed() {
    int open = Fences.isHeavyDear() ? RwSync.LIGHT : RwSync.FENCED;
    EagerSlots.open(lock);
    assertThat(sync.state).isEqualTo(open);
    write();
    EagerSlots.hasten(sync);
    sync.slots().mayLightenAt = System.nanoTime() + HOURS.toNanos(1);
    read(10 * ReadSlots.READS_TO_LOOK);
    assertThat(sync.state).isEqualTo(RwSync.FENCED);
    sync.slots().mayLightenAt = System.nanoTime();
    read(ReadSlots.READS_TO_LOOK);
    assertThat(sync.state).isEqualTo(open);
    write();
  }

  @Test
  void closingThatFencedForReadersDelaysTheNextOneOfItsKind() {
    ReadSlots slots = sync.slots();
    long tookAnHour = System.nanoTime() - HOURS.toNanos(1);
    slots.rest(tookAnHour, true);
    assertThat(slots.mayOpen()).isTrue();
    assertThat(slots.mayLighten()).isFalse();
    slots.mayLightenAt = System.nanoTime();
    slots.rest(tookAnHour, false);
    assertThat(slots.mayOpen()).isFalse();
    assertThat(slots.mayLighten()).isFalse();
  }

  @Test
  void closingThatWasSlowByChanceIsForgotten() {
    ReadSlots slots = sync.slots();
    slots.rest(System.nanoTime() - HOURS.toNanos(1), true);
    for (int closings = 0; closings < 100; closings++) {
      slots.rest(System.nanoTime(), false);
    }
    long rest = slots.mayLightenAt - System.nanoTime();
    assertThat(rest).isLessThan(MINUTES.toNanos(1));
  }
}
