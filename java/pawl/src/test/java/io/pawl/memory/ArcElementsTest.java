package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What handles of typed elements and of single values promise. */
class ArcElementsTest {

  private record Point(int x, int y) {}

  private static final ElementType<Point> POINT =
      ElementType.of(
          MemoryLayout.structLayout(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
          (segment, at) ->
              new Point(
                  segment.get(ValueLayout.JAVA_INT, at), segment.get(ValueLayout.JAVA_INT, at + 4)),
          (segment, at, point) -> {
            segment.set(ValueLayout.JAVA_INT, at, point.x());
            segment.set(ValueLayout.JAVA_INT, at + 4, point.y());
          });

  private final ChunkProvider provider =
      ChunkProvider.builder().chunkBytes(1024).maxChunkBytes(1024).poison(true).build();
  private final SliceAllocator slices = new SliceAllocator(provider);
  private final List<Integer> cleaned = new ArrayList<>();
  private final ElementType<Point> cleanedPoint =
      POINT.withCleanup((segment, at) -> cleaned.add(segment.get(ValueLayout.JAVA_INT, at)));

  @AfterEach
  void everythingIsReturned() {
    slices.close();
    assertThat(provider.statistics().bytesOutstanding()).isZero();
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  private static Point point(long i) {
    return new Point((int) i, (int) -i);
  }

  @Test
  void elementsAreMadeInOrderReadAndWrittenByIndex() {
    List<Long> made = new ArrayList<>();
    try (ArcElements<Point> elements =
        slices.tryAllocate(
            POINT,
            10,
            i -> {
              made.add(i);
              return point(i);
            })) {
      assertThat(made).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
      assertThat(elements.length()).isEqualTo(10);
      elements.set(3, new Point(30, 31));
      for (int i = 0; i < 10; i++) {
        assertThat(elements.get(i)).isEqualTo(i == 3 ? new Point(30, 31) : point(i));
      }
      MemorySegment third = elements.element(3);
      assertThat(third.byteSize()).isEqualTo(8);
      assertThat(third.get(ValueLayout.JAVA_INT, 4)).isEqualTo(31);
    }
  }

  @Test
  void indexOutOfBoundsIsRefused() {
    try (ArcElements<Point> elements = slices.tryAllocate(POINT, 2, ArcElementsTest::point)) {
      for (long index : new long[] {-1, 2, Long.MAX_VALUE, Long.MIN_VALUE}) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
            .isThrownBy(() -> elements.get(index));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
            .isThrownBy(() -> elements.set(index, point(1)));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
            .isThrownBy(() -> elements.element(index));
      }
    }
  }

  @Test
  void lastHandleCleansEachElementUpOnceAndTheLastFirst() {
    ArcElements<Point> elements = slices.tryAllocate(cleanedPoint, 3, ArcElementsTest::point);
    ArcElements<Point> other = elements.retain();
    elements.close();
    assertThat(other.get(2)).isEqualTo(point(2));
    assertThat(cleaned).isEmpty();
    other.close();
    assertThat(cleaned).containsExactly(2, 1, 0);
    assertThatIllegalStateException().isThrownBy(other::close);
    assertThat(cleaned).hasSize(3);
  }

  @Test
  void failedElementLeavesNothingOfThoseBeforeIt() {
    ArcElements<Point> before = slices.tryAllocate(POINT, 1, ArcElementsTest::point);
    IOException failure = new IOException("for the test");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            slices.tryAllocate(
                cleanedPoint,
                5,
                i -> {
                  if (i == 3) {
                    throw failure;
                  }
                  return point(i);
                }))
        .isSameAs(failure);
    assertThat(cleaned).containsExactly(2, 1, 0);
    assertThat(slices.statistics().slicesAllocated()).isEqualTo(1);
    ArcElements<Point> next = slices.tryAllocate(POINT, 2, ArcElementsTest::point);
    assertThat(next.element(0).address()).isEqualTo(before.element(0).address() + 8);
    before.close();
    next.close();
    assertThat(cleaned).hasSize(3);
  }

  @Test
  void cleanupThatThrowsKeepsTheOthersFromNothing() {
    ElementType<Point> type =
        POINT.withCleanup((segment, at) -> {
          cleaned.add(segment.get(ValueLayout.JAVA_INT, at));
          throw new ArithmeticException("of " + at);
        });
    ArcElements<Point> elements = slices.tryAllocate(type, 3, ArcElementsTest::point);
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(elements::close)
        .withMessage("of 16")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    assertThat(cleaned).containsExactly(2, 1, 0);
    IOException failure = new IOException("for the test");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            slices.tryAllocate(
                type,
                2,
                i -> {
                  if (i == 1) {
                    throw failure;
                  }
                  return point(7);
                }))
        .isSameAs(failure)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(cleaned).containsExactly(2, 1, 0, 7);
  }

  @Test
  void singleValueIsReadWrittenAndCleanedUp() {
    ArcSingle<Point> single = slices.allocate(cleanedPoint, new Point(4, 5));
    ArcSingle<Point> other = single.retain();
    assertThat(single.get()).isEqualTo(new Point(4, 5));
    other.set(new Point(6, 7));
    assertThat(single.get()).isEqualTo(new Point(6, 7));
    assertThat(single.segment().byteSize()).isEqualTo(8);
    single.close();
    assertThatIllegalStateException().isThrownBy(single::get);
    assertThatIllegalStateException().isThrownBy(() -> single.set(point(1)));
    assertThatIllegalStateException().isThrownBy(single::retain);
    assertThatIllegalStateException().isThrownBy(single::close);
    assertThat(cleaned).isEmpty();
    other.close();
    assertThat(cleaned).containsExactly(6);
  }

  @Test
  void viewsAreOfOneHandle() {
    ArcSingle<Point> single = slices.allocate(POINT, new Point(4, 5));
    ArcElements<Point> elements = single.asElements();
    assertThat(elements.length()).isEqualTo(1);
    assertThat(elements.get(0)).isEqualTo(new Point(4, 5));
    assertThat(elements.asSingle().get()).isEqualTo(new Point(4, 5));
    assertThat(elements.asSlice().byteSize()).isEqualTo(8);
    elements.close();
    assertThatIllegalStateException().isThrownBy(single::get);
    assertThatIllegalStateException().isThrownBy(single::close);
    try (ArcElements<Point> two = slices.tryAllocate(POINT, 2, ArcElementsTest::point);
        ArcElements<Point> none = slices.tryAllocate(POINT, 0, ArcElementsTest::point)) {
      assertThatIllegalStateException().isThrownBy(two::asSingle);
      assertThatIllegalStateException().isThrownBy(none::asSingle);
      assertThat(none.length()).isZero();
    }
  }

  @Test
  void sliceIsViewedAsElements() {
    ArcSlice slice = slices.allocate(16);
    MemorySegment _ = slice.segment().fill((byte) 1);
    ArcElements<Point> elements = ArcElements.of(cleanedPoint, slice);
    assertThat(elements.asSlice()).isSameAs(slice);
    assertThat(elements.get(1)).isEqualTo(new Point(0x01010101, 0x01010101));
    elements.close();
    assertThat(cleaned).isEmpty();
    try (ArcSlice odd = slices.allocate(12)) {
      assertThatIllegalArgumentException().isThrownBy(() -> ArcElements.of(POINT, odd));
    }
  }

  @Test
  void impossibleTypesAndCountsAreRefused() {
    MemoryLayout wide =
        MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withByteAlignment(16);
    MemoryLayout ragged = MemoryLayout.structLayout(ValueLayout.JAVA_LONG, ValueLayout.JAVA_BYTE);
    MemoryLayout empty = MemoryLayout.structLayout();
    for (MemoryLayout layout : List.of(wide, ragged, empty)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ElementType.of(layout, (_, _) -> 0, (_, _, _) -> {}));
    }
    for (long count : new long[] {-1, 1L << 40, Long.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> slices.tryAllocate(POINT, count, ArcElementsTest::point));
    }
    assertThat(slices.statistics()).isEqualTo(new SliceAllocator.Statistics(0, 0, 0, 0));
  }

  @Test
  void stringsNameWhatThereIsAndItsState() {
    ArcSingle<Point> single = slices.allocate(POINT, point(1));
    assertThat(single.toString()).matches("ArcSingle@.*ArcElements@[0-9a-f]+\\[1 of .*, Open]]");
    assertThat(slices.toString()).matches("SliceAllocator@[0-9a-f]+\\[Open, 1 slices, 8 bytes]");
    single.close();
    assertThat(single.toString()).endsWith("Closed]]");
    SliceAllocator other = new SliceAllocator(provider);
    other.close();
    assertThat(other.toString()).endsWith("[Closed, 0 slices, 0 bytes]");
  }

  @Test
  void statisticsTellWhatWasAllocatedAndLeftBehind() {
    ArcSlice first = slices.allocate(1000);
    ArcSlice second = slices.allocate(100); // goes on in another chunk
    ArcSlice third = slices.allocate(1020); // leaves that chunk as it is
    assertThat(slices.statistics()).isEqualTo(new SliceAllocator.Statistics(3, 2120, 3, 24 + 0));
    for (ArcSlice slice : List.of(first, second, third)) {
      slice.close();
    }
    assertThat(slices.statistics().slicesAllocated()).isEqualTo(3);
  }

  /** The figures are read by others while the owner allocates; elements go to any thread. */
  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void elementsGoToAnyThreadAndAreCleanedUpByTheLast(ThreadKind kind) {
    int threads = 4;
    for (int round = 0; round < 50; round++) {
      cleaned.clear();
      Crew crew = new Crew(kind);
      ArcElements<Point> elements = slices.tryAllocate(cleanedPoint, 3, ArcElementsTest::point);
      for (int i = 0; i < threads; i++) {
        ArcElements<Point> own = elements.retain();
        crew.start(
            1,
            () -> {
              try (own) {
                assertThat(own.get(2)).isEqualTo(point(2));
                assertThat(slices.statistics().slicesAllocated()).isPositive();
              }
            });
      }
      elements.close();
      crew.join();
      assertThat(cleaned).containsExactly(2, 1, 0);
    }
  }
}
