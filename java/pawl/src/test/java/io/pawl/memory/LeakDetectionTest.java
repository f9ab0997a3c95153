package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.memory.LeakDetection.Level;
import io.pawl.testing.Await;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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
