package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.memory.ChunkProvider.Statistics;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a chunk provider promises to one thread. */
class ChunkProviderTest {

  private static final long HEADER = ChunkProvider.HEADER_BYTES;

  private final List<ChunkProvider> providers = new ArrayList<>();

  private ChunkProvider provider(ChunkProvider.Builder builder) {
    ChunkProvider provider = builder.build();
    providers.add(provider);
    return provider;
  }

  private static ChunkProvider.Builder small() {
    return ChunkProvider.builder().chunkBytes(1024).maxChunkBytes(8192);
  }

  @AfterEach
  void everythingIsReturned() {
    for (ChunkProvider provider : providers) {
      provider.close();
      assertThat(provider.statistics().bytesHeld()).isZero();
      assertThat(provider.statistics().bytesOutstanding()).isZero();
    }
  }

  private static void assertFreed(MemorySegment segment) {
    assertThatIllegalStateException()
        .isThrownBy(() -> {
          byte _ = segment.get(ValueLayout.JAVA_BYTE, 0);
        });
  }

  @Test
  void chunkIsZeroedAlignedAndLargeEnough() {
    ChunkProvider provider = provider(small());
    for (long bytes : new long[] {0, 1, 1024, 1025, 8192, 8193, 100_000}) {
      Chunk chunk = provider.acquire(bytes);
      MemorySegment memory = chunk.segment();
      assertThat(memory.byteSize()).isGreaterThanOrEqualTo(bytes);
      assertThat(memory.address() % 64).isZero();
      assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
      chunk.discard();
    }
  }

  @Test
  void chunkIsReused() {
    ChunkProvider provider = provider(small());
    Chunk first = provider.acquire(10);
    long address = first.segment().address();
    first.close();
    Chunk second = provider.acquire(1000);
    assertThat(second.segment().address()).isEqualTo(address);
    second.close();
    assertThat(provider.statistics())
        .isEqualTo(new Statistics(1, 1, 0, 0, 1024 + HEADER, 1024 + HEADER));
  }

  private static long size(Chunk chunk) {
    return chunk.segment().byteSize();
  }

  private static void closeAll(List<Chunk> chunks) {
    chunks.forEach(Chunk::close);
    chunks.clear();
  }

  /** Acquires chunks, of which each serves the least request. */
  static List<Chunk> acquire(ChunkProvider provider, int count) {
    List<Chunk> chunks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chunks.add(provider.acquire(1));
    }
    return chunks;
  }

  @Test
  void freshChunksGrowByOneClassUpToTheLargest() {
    ChunkProvider provider = provider(small());
    List<Chunk> chunks = acquire(provider, 6);
    assertThat(chunks.stream().map(ChunkProviderTest::size))
        .containsExactly(1024L, 2048L, 4096L, 8192L, 8192L, 8192L);
    closeAll(chunks);
  }

  @Test
  void requestThatNeedsMoreRaisesTheSizeAtOnce() {
    ChunkProvider provider = provider(small());
    Chunk first = provider.acquire(3000);
    Chunk second = provider.acquire(1);
    assertThat(size(first)).isEqualTo(4096);
    assertThat(size(second)).isEqualTo(8192);
    first.close();
    second.close();
  }

  @Test
  void reusedChunksDoNotRaiseTheSize() {
    ChunkProvider provider = provider(small());
    for (int i = 0; i < 100; i++) {
      try (Chunk chunk = provider.acquire(i)) {
        assertThat(size(chunk)).isEqualTo(1024);
      }
    }
    assertThat(provider.statistics())
        .isEqualTo(new Statistics(1, 99, 0, 0, 1024 + HEADER, 1024 + HEADER));
    List<Chunk> chunks = acquire(provider, 2);
    assertThat(size(chunks.getLast())).isEqualTo(2048);
    closeAll(chunks);
  }

  @Test
  void smallestThatIsTheLargestIsTheSizeOfAll() {
    ChunkProvider provider = provider(small().maxChunkBytes(64));
    List<Chunk> chunks = acquire(provider, 5);
    assertThat(chunks).allMatch(chunk -> size(chunk) == 1024);
    closeAll(chunks);
    assertThat(provider.statistics().bytesHeld()).isEqualTo(5 * (1024 + HEADER));
  }

  @Test
  void chunkBelowTheSizeInUseIsFreedWhenItComesBack() {
    ChunkProvider provider = provider(small());
    List<Chunk> small = acquire(provider, 3);
    Chunk newest = provider.acquire(1);
    for (Chunk chunk : small) {
      MemorySegment stale = chunk.segment();
      chunk.close();
      assertFreed(stale);
    }
    assertThat(provider.statistics().bytesHeld()).isEqualTo(8192 + HEADER);
    newest.close();
    assertThat(provider.statistics().bytesHeld()).isEqualTo(8192 + HEADER);
    provider.acquire(1).close();
    assertThat(provider.statistics().chunksReused()).isEqualTo(1);
  }

  @Test
  void cachedChunksThatHaveBecomeTooSmallAreFreedByTheRequest() {
    ChunkProvider provider = provider(small().chunkBytes(64).maxChunkBytes(8192));
    Chunk cached = provider.acquire(1);
    MemorySegment stale = cached.segment();
    cached.close();
    Chunk large = provider.acquire(5000);
    assertThat(size(large)).isEqualTo(8192);
    assertFreed(stale);
    assertThat(provider.statistics().bytesHeld()).isEqualTo(8192 + HEADER);
    large.close();
    Chunk next = provider.acquire(1);
    assertThat(size(next)).isEqualTo(8192);
    next.close();
    assertThat(provider.statistics().chunksReused()).isEqualTo(1);
  }

  @Test
  void growthLeavesRoomForEightOfThatSizeInTheBudget() {
    ChunkProvider provider = provider(small().budgetBytes(1024 + HEADER + 8 * (2048 + HEADER)));
    List<Chunk> chunks = acquire(provider, 3);
    assertThat(chunks.stream().map(ChunkProviderTest::size))
        .containsExactly(1024L, 2048L, 1024L); // after the second there is room for seven
    closeAll(chunks);
    assertThat(provider.statistics().bytesHeld()).isEqualTo(1024 + 2048 + 1024 + 3 * HEADER);
  }

  @Test
  void growthRefusesNothingThatFits() {
    long budget = 5 * (1024 + HEADER);
    ChunkProvider provider = provider(small().budgetBytes(budget));
    List<Chunk> chunks = acquire(provider, 5);
    assertThat(provider.statistics().bytesHeld()).isEqualTo(budget);
    closeAll(chunks);
  }

  @Test
  void oversizeHasAThresholdOfItsOwn() {
    ChunkProvider provider = provider(small().oversizedBytes(2000));
    Chunk regular = provider.acquire(2000);
    Chunk oversized = provider.acquire(2001);
    assertThat(size(regular)).isEqualTo(2048);
    assertThat(size(oversized)).isEqualTo(2001);
    MemorySegment stale = oversized.segment();
    oversized.close();
    regular.close();
    assertFreed(stale);
    assertThat(provider.statistics())
        .isEqualTo(new Statistics(1, 0, 1, 0, 2048 + HEADER, 2048 + 2001 + 2 * HEADER));
  }

  @Test
  void oversizeIsAtMostTheLargestSize() {
    ChunkProvider provider = provider(small().oversizedBytes(1 << 20));
    try (Chunk chunk = provider.acquire(8193)) {
      assertThat(size(chunk)).isEqualTo(8193);
    }
    ChunkProvider exact = provider(small().oversizedBytes(0));
    try (Chunk chunk = exact.acquire(1)) {
      assertThat(size(chunk)).isEqualTo(1);
    }
    assertThat(exact.statistics().bytesHeld()).isZero();
  }

  @Test
  void oversizedChunkIsExactAndNeverCached() {
    ChunkProvider provider = provider(small());
    Chunk oversized = provider.acquire(8193);
    MemorySegment stale = oversized.segment();
    assertThat(stale.byteSize()).isEqualTo(8193);
    oversized.close();
    assertFreed(stale);
    assertThat(provider.statistics()).isEqualTo(new Statistics(0, 0, 1, 0, 0, 8193 + HEADER));
    try (Chunk chunk = provider.acquire(1)) {
      assertThat(chunk.segment().byteSize()).isEqualTo(1024);
    }
  }

  @Test
  void budgetCountsHeadersAndIsExact() {
    ChunkProvider provider = provider(small().budgetBytes(2 * (1024 + HEADER)));
    Chunk first = provider.acquire(1);
    Chunk second = provider.acquire(1);
    assertThatExceptionOfType(BudgetExceededException.class)
        .isThrownBy(() -> provider.acquire(1))
        .satisfies(e -> {
          assertThat(e.requestedBytes()).isEqualTo(1024 + HEADER);
          assertThat(e.heldBytes()).isEqualTo(2 * (1024 + HEADER));
          assertThat(e.budgetBytes()).isEqualTo(2 * (1024 + HEADER));
        })
        .withMessageContaining("exceeds the budget");
    assertThat(provider.statistics().bytesHeld()).isEqualTo(2 * (1024 + HEADER));
    second.close();
    provider.acquire(1).close();
    first.close();
    assertThat(provider.statistics().bytesPeak()).isEqualTo(2 * (1024 + HEADER));
  }

  @Test
  void budgetOneByteShortOfTheHeaderIsExceeded() {
    ChunkProvider provider = provider(small().budgetBytes(1024 + HEADER - 1));
    assertThatExceptionOfType(BudgetExceededException.class).isThrownBy(() -> provider.acquire(1));
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  @Test
  void cachedChunksMakeWayForARequestThatNeedsTheBudget() {
    ChunkProvider provider = provider(small().budgetBytes(10_000));
    List<Chunk> chunks = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      chunks.add(provider.acquire(1));
    }
    chunks.forEach(Chunk::close);
    Chunk oversized = provider.acquire(9000);
    assertThat(provider.statistics().bytesHeld()).isEqualTo(9000 + HEADER);
    oversized.close();
  }

  @Test
  void refusedRequestLeavesTheSizeAsItWas() {
    ChunkProvider provider = provider(small().budgetBytes(3000));
    assertThatExceptionOfType(BudgetExceededException.class)
        .isThrownBy(() -> provider.acquire(4000));
    Chunk one = provider.acquire(1);
    Chunk two = provider.acquire(1);
    assertThat(provider.statistics().bytesOutstanding()).isEqualTo(2 * 1024);
    one.close();
    two.close();
  }

  @Test
  void accountRefusesToWrapAround() {
    ByteAccount account = new ByteAccount(Long.MAX_VALUE);
    assertThat(account.tryReserve(Long.MAX_VALUE - 10)).isTrue();
    assertThat(account.tryReserve(11)).isFalse();
    assertThat(account.tryReserve(Long.MAX_VALUE)).isFalse();
    assertThat(account.held()).isEqualTo(Long.MAX_VALUE - 10);
    assertThat(account.tryReserve(10)).isTrue();
    account.release(Long.MAX_VALUE);
    assertThat(account.held()).isZero();
    assertThat(account.peak()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void failedAllocationLeavesTheAccountExact() {
    ChunkProvider provider = provider(small());
    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> provider.acquire(1L << 61));
    assertThat(provider.statistics()).isEqualTo(new Statistics(0, 0, 0, 0, 0, (1L << 61) + HEADER));
  }

  @Test
  void impossibleSizesAreRefused() {
    ChunkProvider provider = provider(small());
    assertThatIllegalArgumentException().isThrownBy(() -> provider.acquire(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> provider.acquire(Long.MAX_VALUE));
    assertThatIllegalArgumentException().isThrownBy(() -> small().chunkBytes(1000));
    assertThatIllegalArgumentException().isThrownBy(() -> small().chunkBytes(32));
    assertThatIllegalArgumentException().isThrownBy(() -> small().maxChunkBytes(-4096));
    assertThatIllegalArgumentException().isThrownBy(() -> small().budgetBytes(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> small().oversizedBytes(-1));
  }

  @Test
  void chunkIsGivenBackOnce() {
    ChunkProvider provider = provider(small());
    Chunk chunk = provider.acquire(1);
    chunk.close();
    assertThatIllegalStateException().isThrownBy(chunk::close);
    assertThatIllegalStateException().isThrownBy(chunk::segment);
    Chunk one = provider.acquire(1);
    Chunk two = provider.acquire(1);
    assertThat(one.segment().address()).isNotEqualTo(two.segment().address());
    one.close();
    two.close();
  }

  @Test
  void closedProviderFreesChunksAsTheyComeBack() {
    ChunkProvider provider = provider(small());
    Chunk used = provider.acquire(1);
    Chunk cached = provider.acquire(1);
    MemorySegment[] memory = {used.segment(), cached.segment()};
    cached.close();
    provider.close();
    assertFreed(memory[1]);
    memory[0].set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    assertThatIllegalStateException().isThrownBy(() -> provider.acquire(1));
    used.close();
    assertFreed(memory[0]);
    assertThat(provider.statistics().bytesHeld()).isZero();
    provider.close();
  }

  @Test
  void chunkThatANativeCallUsesIsFreedLater() {
    ChunkProvider provider = provider(small());
    Chunk used = provider.acquire(1);
    MemorySegment memory = used.segment();
    NativeUse.during(
        memory,
        () -> {
          used.discard();
          provider.acquire(1).close();
          assertThat(provider.statistics().chunksReused()).isZero();
          assertThatIllegalStateException().isThrownBy(provider::close);
          assertThat(provider.statistics().bytesHeld()).isEqualTo(1024 + HEADER);
        });
    provider.close();
    assertFreed(memory);
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  @Test
  void poisonShowsInStaleSegmentsOnly() {
    ChunkProvider provider = provider(small().poison(true));
    Chunk chunk = provider.acquire(1);
    MemorySegment stale = chunk.segment();
    assertThat(stale.get(ValueLayout.JAVA_BYTE, 1023)).isZero();
    chunk.close();
    assertThat(stale.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0xDB);
    assertThat(stale.get(ValueLayout.JAVA_BYTE, 1023)).isEqualTo((byte) 0xDB);
  }
}
