package io.pawl.shared;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What others write into the file ends in an exception, or in nothing. */
@Limit(120)
@Tag("kit")
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class FuzzTest {
  private static final int ROUNDS = 300;

  private final Regions regions = new Regions();

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  private static void useWithLimits(SharedRegion region) throws InterruptedException {
    SharedMutex mutex = region.mutex("mutex", Recovery.NONE);
    if (mutex.tryLock(2, TimeUnit.MILLISECONDS)) {
      mutex.unlock();
    }
    SharedRwLock rwLock = region.rwLock("rw", Recovery.NONE);
    if (rwLock.writeLock().tryLock(2, TimeUnit.MILLISECONDS)) {
      rwLock.writeLock().unlock();
    }
    SharedSemaphore permits = region.semaphore("permits", 3);
    if (permits.tryAcquire(1, 2, TimeUnit.MILLISECONDS)) {
      permits.release();
    }
    MemorySegment _ = region.data("data", 64);
  }

  @Test
  void randomWordsEndInAnExceptionOrInNothing() throws Exception {
    SplittableRandom random = new SplittableRandom();
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      SharedRegion region = regions.open();
      useWithLimits(region);
      long end = region.region().getLong(Layout.HEADER_HEAP_END);
      MemorySegment memory = region.region().memory;
      for (int i = 0; i < 20; i++) {
        long slots = Layout.HEADER_BYTES;
        long at =
            random.nextBoolean()
                ? random.nextLong(slots / 8) * 8 % 160
                : slots + random.nextLong((end - slots) / 8) * 8;
        memory.set(JAVA_LONG, at, random.nextBoolean() ? random.nextLong() : -random.nextInt(99));
      }
      try {
        useWithLimits(region);
      } catch (IllegalStateException | IllegalArgumentException | IllegalMonitorStateException _) {
        refused++;
      }
      RegionReport.Result report = RegionReport.of(region.region());
      assertThat(report.text()).isNotEmpty();
      regions.close();
    }
    assertThat(refused).isPositive();
  }

  @Test
  void wordOfASlotThatDoesNotExistHasADeadOwner() {
    SharedRegion region = regions.open();
    SharedMutex mutex = region.mutex("m");
    long word = new Directory(region.region()).find(Kind.MUTEX, "m", 0);
    region.region().setLong(word, 0x7777_7777_0000_FFFFL);
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(mutex::lock);
  }

  @Test
  void wordThatIsOverwrittenWhileHeldIsReportedByUnlock() {
    SharedRegion region = regions.open();
    SharedMutex mutex = region.mutex("m");
    long word = new Directory(region.region()).find(Kind.MUTEX, "m", 0);
    mutex.lock();
    region.region().setLong(word, 0);
    assertThatExceptionOfType(SharedRegionLostException.class)
        .isThrownBy(mutex::unlock)
        .withMessageContaining(regions.file().toString());
    assertThat(mutex.tryLock()).isTrue();
    mutex.unlock();
  }

  private void truncate() throws IOException {
    try (FileChannel channel = FileChannel.open(regions.file(), WRITE)) {
      FileChannel _ = channel.truncate(0);
    }
  }

  @Test
  void fileThatIsTruncatedIsLostAndNotACrash() throws Exception {
    SharedRegion region = regions.open();
    SharedMutex mutex = region.mutex("m");
    SharedRwLock rwLock = region.rwLock("rw");
    SharedSeqLock record = region.seqLock("r", 16);
    truncate();
    assertThatExceptionOfType(SharedRegionLostException.class).isThrownBy(mutex::lock);
    assertThatExceptionOfType(SharedRegionLostException.class).isThrownBy(mutex::tryLock);
    assertThatExceptionOfType(SharedRegionLostException.class).isThrownBy(rwLock.writeLock()::lock);
    assertThatExceptionOfType(SharedRegionLostException.class).isThrownBy(record::read);
    assertThatExceptionOfType(SharedRegionLostException.class)
        .isThrownBy(() -> region.mutex("new"));
    assertThat(mutex.toString()).contains("lost");
  }

  @Test
  void truncationEndsTheWaitsOfAllThreads() throws Exception {
    SharedRegion holder = regions.open();
    SharedRegion region = regions.open();
    SharedMutex held = holder.mutex("m");
    SharedMutex mutex = region.mutex("m");
    held.lock();
    Crew crew = new Crew(ThreadKind.MIXED);
    crew.start(
        2,
        () -> assertThatExceptionOfType(SharedRegionLostException.class).isThrownBy(mutex::lock));
    truncate();
    crew.join();
  }
}
