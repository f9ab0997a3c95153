package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What slices and their allocator promise, with places of 16 bits and of 32. */
@ParameterizedClass
@ValueSource(ints = {4096, 65_536, 131_072})
class ArcSliceTest {

  private static final byte POISON = (byte) 0xDB;

  private final int chunkBytes;
  private final ChunkProvider provider;
  private final SliceAllocator slices;
  private boolean closed;

  ArcSliceTest(int chunkBytes) {
    this.chunkBytes = chunkBytes;
    this.provider =
        ChunkProvider.builder()
            .chunkBytes(chunkBytes)
            .maxChunkBytes(chunkBytes)
            .poison(true)
            .build();
    this.slices = new SliceAllocator(provider);
  }

  @AfterEach
  void everythingIsReturned() {
    if (!closed) {
      slices.close();
    }
    assertThat(outstanding()).isZero();
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  private long outstanding() {
    return provider.statistics().bytesOutstanding();
  }

  private static long address(ArcSlice slice) {
    return slice.segment().address();
  }

  @Test
  void slicesOfAllLengthsKeepTheirContents() {
    List<ArcSlice> all = new ArrayList<>();
    for (int length = 1; length <= chunkBytes; length += 1 + length / 3) {
      all.add(slices.allocate(length));
    }
    all.add(slices.allocate(chunkBytes));
    all.add(slices.allocate(chunkBytes - 1));
    for (int i = 0; i < all.size(); i++) {
      assertThat(address(all.get(i)) % 8).isZero();
      assertThat(all.get(i).segment().byteSize()).isEqualTo(all.get(i).byteSize());
      MemorySegment _ = all.get(i).segment().fill((byte) i);
    }
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) i);
      all.get(i).close();
    }
  }

  @Test
  void chunkIsFreedWithTheLastHandle() {
    ArcSlice first = slices.allocate(100);
    ArcSlice second = slices.allocate(100);
    ArcSlice third = first.retain();
    MemorySegment stale = first.segment().fill((byte) 1);
    slices.close();
    closed = true;
    first.close();
    second.close();
    assertThat(outstanding()).isEqualTo(chunkBytes);
    assertThat(third.segment().get(ValueLayout.JAVA_BYTE, 99)).isEqualTo((byte) 1);
    third.close();
    assertThat(outstanding()).isZero();
    assertThat(stale.get(ValueLayout.JAVA_BYTE, 99)).isEqualTo(POISON);
  }

  @Test
  void manyHandlesInAnyOrderOfClosing() {
    for (int count : new int[] {1, 57, 58, 59, 116, 117, 1000}) {
      List<ArcSlice> handles = new ArrayList<>();
      handles.add(slices.allocate(16));
      while (handles.size() < count) {
        handles.add(handles.get(handles.size() / 2).retain());
      }
      Collections.shuffle(handles, new Random(count));
      MemorySegment memory = handles.getFirst().segment().fill((byte) 7);
      for (ArcSlice handle : handles) {
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
        handle.close();
        assertThatIllegalStateException().isThrownBy(handle::close);
        assertThatIllegalStateException().isThrownBy(handle::retain);
      }
    }
  }

  @Test
  void longLivedHandleIsRetainedAgainAndAgain() {
    ArcSlice slice = slices.allocate(16);
    slices.close();
    closed = true;
    for (int i = 0; i < 10_000; i++) {
      try (ArcSlice copy = slice.retain()) {
        assertThat(copy.byteSize()).isEqualTo(16);
      }
    }
    assertThat(outstanding()).isEqualTo(chunkBytes);
    slice.close();
    assertThat(outstanding()).isZero();
  }

  @Test
  void chainOfHandlesHandsTheChunkOn() {
    ArcSlice handle = slices.allocate(16);
    slices.close();
    closed = true;
    for (int i = 0; i < 10_000; i++) {
      ArcSlice next = handle.retain();
      handle.close();
      handle = next;
      assertThat(outstanding()).isEqualTo(chunkBytes);
    }
    handle.close();
    assertThat(outstanding()).isZero();
  }

  private static void assertRefusesEverythingOnceClosed(ArcSlice slice) {
    ArcSlice other = slice.retain();
    assertThat(slice.toString()).matches("ArcSlice@[0-9a-f]+\\[10 bytes, Open]");
    slice.close();
    List<Runnable> calls = List.of(slice::close, slice::segment, slice::retain);
    for (Runnable call : calls) {
      assertThatIllegalStateException().isThrownBy(call::run).withMessageContaining("10 bytes");
    }
    assertThat(slice.toString()).endsWith("Closed]");
    other.close();
  }

  @Test
  void closedHandleRefusesEverything() {
    assertRefusesEverythingOnceClosed(slices.allocate(10));
  }

  @Test
  void emptySliceHoldsNoChunk() {
    ArcSlice empty = slices.allocate(0);
    ArcSlice copy = empty.retain();
    assertThat(provider.statistics().bytesHeld()).isZero();
    assertThat(empty.byteSize()).isZero();
    assertThat(copy.segment().byteSize()).isZero();
    empty.close();
    assertThatIllegalStateException().isThrownBy(empty::close);
    assertThat(copy.segment().byteSize()).isZero();
    copy.close();
    assertThatIllegalStateException().isThrownBy(copy::segment);
  }

  @Test
  void chunkWithMoreSpaceLeftIsKept() {
    ArcSlice first = slices.allocate(chunkBytes / 4);
    ArcSlice large = slices.allocate(chunkBytes - 64); // leaves less in its chunk
    ArcSlice next = slices.allocate(8);
    assertThat(address(next)).isEqualTo(address(first) + chunkBytes / 4);
    ArcSlice filler = slices.allocate(chunkBytes / 2);
    ArcSlice half = slices.allocate(chunkBytes / 2); // leaves more than is left here
    ArcSlice last = slices.allocate(8);
    assertThat(address(last)).isEqualTo(address(half) + chunkBytes / 2);
    for (ArcSlice slice : List.of(first, large, next, filler, half, last)) {
      slice.close();
    }
  }

  @Test
  void oversizedSliceHasAChunkOfItsOwn() {
    ArcSlice first = slices.allocate(8);
    ArcSlice oversized = slices.allocate(10L * chunkBytes + 1);
    assertThat(oversized.segment().byteSize()).isEqualTo(10L * chunkBytes + 1);
    oversized.segment().set(ValueLayout.JAVA_BYTE, 10L * chunkBytes, (byte) 1);
    ArcSlice next = slices.allocate(8);
    assertThat(address(next)).isEqualTo(address(first) + 8);
    oversized.close();
    assertThat(outstanding()).isEqualTo(chunkBytes);
    first.close();
    next.close();
  }

  @Test
  void failedInitializerLeavesTheSpaceToTheNext() {
    ArcSlice before = slices.allocate(8);
    IOException failure = new IOException("for the test");
    long[] place = new long[1];
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            slices.tryAllocate(
                100,
                segment -> {
                  place[0] = segment.address();
                  throw failure;
                }))
        .isSameAs(failure);
    ArcSlice next =
        slices.tryAllocate(64, segment -> segment.set(ValueLayout.JAVA_BYTE, 0, POISON));
    assertThat(address(next)).isEqualTo(place[0]).isEqualTo(address(before) + 8);
    assertThat(next.segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo(POISON);
    before.close();
    next.close();
  }

  @Test
  void failedInitializerOfALargeOrEmptySliceReleasesIt() {
    ArcSlice before = slices.allocate(8);
    for (long length : new long[] {0, chunkBytes, 3L * chunkBytes}) {
      assertThatExceptionOfType(ArithmeticException.class)
          .isThrownBy(() ->
              slices.tryAllocate(
                  length,
                  _ -> {
                    throw new ArithmeticException();
                  }));
      assertThat(outstanding()).isEqualTo(chunkBytes);
    }
    ArcSlice next = slices.allocate(8);
    assertThat(address(next)).isEqualTo(address(before) + 8);
    before.close();
    next.close();
  }

  @Test
  void initializerThatAllocatesItselfKeepsWhatItGot() {
    List<ArcSlice> inner = new ArrayList<>();
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() ->
            slices.tryAllocate(
                32,
                _ -> {
                  inner.add(slices.allocate(32));
                  throw new ArithmeticException();
                }));
    MemorySegment kept = inner.getFirst().segment().fill((byte) 3);
    ArcSlice next = slices.allocate(128);
    MemorySegment _ = next.segment().fill((byte) 4);
    assertThat(kept.toArray(ValueLayout.JAVA_BYTE)).containsOnly(3);
    next.close();
    inner.getFirst().close();
  }

  @Test
  void cleanupRunsOnceWithTheLastHandleOfItsSlice() {
    List<Byte> cleaned = new ArrayList<>();
    ArcSlice neighbour = slices.allocate(8);
    ArcSlice slice =
        slices.allocate(
            8,
            segment -> {
              assertThat(outstanding()).isEqualTo(chunkBytes);
              cleaned.add(segment.get(ValueLayout.JAVA_BYTE, 7));
            });
    MemorySegment _ = slice.segment().fill((byte) 5);
    ArcSlice copy = slice.retain();
    assertThat(address(copy)).isEqualTo(address(slice)).isEqualTo(address(neighbour) + 8);
    assertThat(copy.byteSize()).isEqualTo(8);
    slice.close();
    assertThat(cleaned).isEmpty();
    copy.close();
    assertThat(cleaned).containsExactly((byte) 5);
    slices.close();
    closed = true;
    neighbour.close();
    assertThat(cleaned).hasSize(1);
  }

  @Test
  void cleanupOfTheLastSliceRunsBeforeTheChunkGoesBack() {
    List<Long> held = new ArrayList<>();
    ArcSlice slice = slices.allocate(8, _ -> held.add(outstanding()));
    slices.close();
    closed = true;
    slice.close();
    assertThat(held).containsExactly((long) chunkBytes);
    assertThat(outstanding()).isZero();
  }

  @Test
  void cleanupThatThrowsCountsAsRun() {
    ArithmeticException failure = new ArithmeticException("of the cleanup");
    ArcSlice slice =
        slices.allocate(
            8,
            _ -> {
              throw failure;
            });
    slices.close();
    closed = true;
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(slice::close).isSameAs(failure);
    assertThatIllegalStateException().isThrownBy(slice::close);
    assertThat(outstanding()).isZero();
  }

  @Test
  void failedInitializerLeavesNothingToCleanUp() {
    List<Long> cleaned = new ArrayList<>();
    ArcSlice before = slices.allocate(8);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            slices.tryAllocate(
                100,
                _ -> {
                  throw new IOException("for the test");
                },
                segment -> cleaned.add(segment.byteSize())));
    assertThat(cleaned).isEmpty();
    ArcSlice next =
        slices.tryAllocate(
            64,
            segment -> segment.set(ValueLayout.JAVA_BYTE, 0, POISON),
            segment -> cleaned.add(segment.byteSize()));
    assertThat(address(next)).isEqualTo(address(before) + 8);
    assertThat(next.segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo(POISON);
    before.close();
    next.close();
    assertThat(cleaned).containsExactly(64L);
  }

  @Test
  void closedHandleOfASliceWithACleanupRefusesEverything() {
    assertRefusesEverythingOnceClosed(slices.allocate(10, _ -> {}));
  }

  @Test
  void emptySliceIsCleanedUpToo() {
    List<Long> cleaned = new ArrayList<>();
    ArcSlice empty = slices.allocate(0, segment -> cleaned.add(segment.byteSize()));
    assertThat(provider.statistics().bytesHeld()).isZero();
    empty.close();
    assertThat(cleaned).containsExactly(0L);
  }

  @Test
  void allocatorBelongsToItsThread() {
    Crew crew = new Crew(ThreadKind.MIXED);
    ArcSlice slice = slices.allocate(8);
    for (int i = 0; i < 2; i++) {
      Worker _ =
          crew.start(() -> {
            assertThatExceptionOfType(WrongThreadException.class)
                .isThrownBy(() -> slices.allocate(8));
            assertThatExceptionOfType(WrongThreadException.class).isThrownBy(slices::close);
            slice.retain().close();
          });
    }
    crew.join();
    slice.close();
  }

  @Test
  void impossibleRequestsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> slices.allocate(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> slices.allocate(1L << 31));
    ArcSlice slice = slices.allocate(8);
    slices.close();
    closed = true;
    assertThatIllegalStateException().isThrownBy(() -> slices.allocate(8));
    assertThatIllegalStateException().isThrownBy(slices::close);
    slice.close();
  }

  @Test
  void budgetIsKeptAndFreedSpaceIsFoundAgain() {
    try (ChunkProvider poor =
            ChunkProvider.builder()
                .chunkBytes(4096)
                .maxChunkBytes(4096)
                .budgetBytes(2 * (4096 + ChunkProvider.HEADER_BYTES))
                .build();
        SliceAllocator frugal = new SliceAllocator(poor)) {
      ArcSlice first = frugal.allocate(4000);
      ArcSlice second = frugal.allocate(4000);
      assertThatExceptionOfType(BudgetExceededException.class)
          .isThrownBy(() -> frugal.allocate(4000));
      second.close();
      ArcSlice third = frugal.allocate(4000);
      third.close();
      first.close();
    }
  }
}
