package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.memory.LeakDetection.Level;
import io.pawl.testing.Await;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is reported of handles that were not closed. */
class LeakDetectionTest {

  private final Queue<Throwable> reports = new ConcurrentLinkedQueue<>();
  private final ChunkProvider provider = new ChunkProvider();
  private final SliceAllocator slices = new SliceAllocator(provider);

  @BeforeEach
  void listen() {
    assertThat(LeakDetection.level()).isEqualTo(Level.OFF);
    LeakDetection.reporter = reports::add;
  }

  @AfterEach
  void reset() {
    LeakDetection.setLevel(Level.OFF);
    slices.close();
    provider.close();
  }

  private void leak(int bytes) {
    assertThat(slices.allocate(bytes).byteSize()).isEqualTo(bytes);
  }

  private void awaitReports(int count) {
    Await.until(
        count + " reports",
        () -> {
          System.gc();
          return reports.size() >= count;
        });
  }

  @Test
  void lostHandleIsReportedWithItsSite() {
    LeakDetection.setLevel(Level.ALL);
    leak(123);
    awaitReports(1);
    Throwable report = reports.remove();
    assertThat(report).hasMessageContaining("123 bytes").hasMessageContaining("not closed");
    assertThat(Arrays.stream(report.getStackTrace()).map(StackTraceElement::getMethodName))
        .contains("allocate", "leak", "lostHandleIsReportedWithItsSite");
  }

  @Test
  void closedHandlesAreNotReportedAndRetainedOnesAreByThemselves() {
    LeakDetection.setLevel(Level.ALL);
    for (int i = 0; i < 1000; i++) {
      try (ArcSlice slice = slices.allocate(7);
          ArcSlice copy = slice.retain()) {
        assertThat(copy.byteSize()).isEqualTo(slice.byteSize());
      }
    }
    try (ArcSlice slice = slices.allocate(5)) {
      assertThat(slice.retain().byteSize()).isEqualTo(5);
    }
    leak(9);
    awaitReports(2);
    assertThat(reports.stream().map(Throwable::getMessage))
        .noneMatch(message -> message.contains("7 bytes"))
        .anyMatch(message -> message.contains("5 bytes"))
        .anyMatch(message -> message.contains("9 bytes"));
  }

  /** Makes something and forgets it, in a frame of its own. */
  private static void forget(Supplier<? extends AutoCloseable> maker) {
    assertThat(maker.get()).isNotNull();
  }

  private void assertReported(String what, String maker) {
    awaitReports(1);
    Throwable report = reports.remove();
    assertThat(report).hasMessage(what + " was not closed; it was made here");
    assertThat(Arrays.stream(report.getStackTrace()).map(StackTraceElement::getMethodName))
        .contains(maker, "forget");
    assertThat(reports).isEmpty();
  }

  @Test
  void lostHandlesOfAnArcAreReported() {
    LeakDetection.setLevel(Level.ALL);
    String what = "A handle of a shared " + Resource.class.getName();
    forget(() -> Arc.of(new Resource()));
    assertReported(what, "of");
    try (Arc<Resource> arc = Arc.of(new Resource());
        Weak<Resource> weak = arc.downgrade()) {
      forget(arc::retain);
      assertReported(what, "retain");
      forget(() -> weak.upgrade().orElseThrow());
      assertReported(what, "upgrade");
    }
  }

  @Test
  void lostChunkIsReported() {
    LeakDetection.setLevel(Level.ALL);
    forget(() -> provider.acquire(1000));
    assertReported("A chunk of 65536 bytes", "acquire");
  }

  @Test
  void lostArenaIsReportedAndItsChunksAreNot() {
    LeakDetection.setLevel(Level.ALL);
    forget(() -> {
      ConcurrentArena arena = new ConcurrentArena(provider);
      assertThat(arena.allocate(8).byteSize()).isEqualTo(8);
      return arena;
    });
    assertReported("An arena", "<init>");
  }

  @Test
  void lostAllocatorIsReportedAndItsChunkIsNot() {
    LeakDetection.setLevel(Level.ALL);
    forget(() -> {
      SliceAllocator allocator = new SliceAllocator(provider);
      allocator.allocate(8).close();
      return allocator;
    });
    assertReported("A slice allocator", "<init>");
  }

  @Test
  void lostHandleOfASliceWithACleanupIsReportedAndNotCleanedUp() {
    LeakDetection.setLevel(Level.ALL);
    Queue<Long> cleaned = new ConcurrentLinkedQueue<>();
    forget(() -> slices.allocate(77, segment -> cleaned.add(segment.byteSize())));
    assertReported("A handle of a slice of 77 bytes", "allocate");
    assertThat(cleaned).isEmpty();
  }

  @Test
  void whatWasClosedIsNotReported() {
    LeakDetection.setLevel(Level.ALL);
    for (int i = 0; i < 1000; i++) {
      try (Arc<Resource> arc = Arc.of(new Resource());
          Arc<Resource> other = arc.retain();
          Weak<Resource> weak = arc.downgrade();
          Arc<Resource> third = weak.upgrade().orElseThrow();
          Chunk chunk = provider.acquire(i);
          ConcurrentArena arena = new ConcurrentArena(provider);
          SliceAllocator allocator = new SliceAllocator(provider);
          ArcSlice slice = allocator.allocate(8, _ -> {})) {
        assertThat(other.count()).isEqualTo(third.count());
        assertThat(chunk.segment().byteSize()).isPositive();
        assertThat(arena.allocate(8).byteSize()).isEqualTo(slice.byteSize());
      }
      Arc<Resource> last = Arc.of(new Resource());
      try (Weak<Resource> weak = last.downgrade()) {
        last.close();
        assertThat(weak.upgrade()).isEmpty();
      }
    }
    leak(9);
    awaitReports(1);
    assertThat(reports.stream().map(Throwable::getMessage)).allMatch(m -> m.contains(" 9 bytes"));
  }

  /** Something that is shared. */
  private static final class Resource implements AutoCloseable {
    @Override
    public void close() {}
  }

  @Test
  void wordThatMeansNothingMeansOff() {
    assertThat(LeakDetection.levelOf("sampled")).isEqualTo(Level.SAMPLED);
    assertThat(LeakDetection.levelOf("All")).isEqualTo(Level.ALL);
    assertThat(LeakDetection.levelOf("paranoid")).isEqualTo(Level.OFF);
    assertThat(LeakDetection.levelOf(null)).isEqualTo(Level.OFF);
  }

  @Test
  void levelDecidesHowManyAreWatched() {
    LeakDetection.setLevel(Level.SAMPLED);
    for (int i = 0; i < 20_000; i++) {
      leak(8);
    }
    awaitReports(1);
    LeakDetection.setLevel(Level.ALL);
    leak(11);
    LeakDetection.setLevel(Level.OFF);
    leak(13);
    Await.until(
        "the last that was watched is reported",
        () -> {
          System.gc();
          return reports.stream().anyMatch(report -> report.toString().contains("11 bytes"));
        });
    assertThat(reports).hasSizeLessThan(2_000);
    assertThat(reports.stream().map(Throwable::getMessage))
        .noneMatch(message -> message.contains("13 bytes"));
  }
}
