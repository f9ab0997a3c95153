package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What an arena promises to one thread, with native access and without. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class ConcurrentArenaTest {

  private static final long HEADER = ChunkProvider.HEADER_BYTES;

  private final ChunkProvider provider =
      ChunkProvider.builder().chunkBytes(4096).maxChunkBytes(65_536).budgetBytes(1 << 20).build();
  private final boolean scoped;
  private final ConcurrentArena arena;

  ConcurrentArenaTest(boolean scoped) {
    this.scoped = scoped;
    this.arena = new ConcurrentArena(provider, false, scoped);
  }

  @AfterEach
  void everythingIsReturned() {
    if (arena.toString().endsWith("[Open]")) {
      arena.close();
    }
    assertThat(provider.statistics().bytesOutstanding()).isZero();
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  private static void assertDead(MemorySegment segment) {
    assertThatIllegalStateException()
        .isThrownBy(() -> {
          byte _ = segment.get(ValueLayout.JAVA_BYTE, 0);
        });
  }

  @Test
  void segmentsDoNotOverlapAcrossChunks() {
    List<MemorySegment> segments = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      MemorySegment segment = arena.allocate(1 + i % 40);
      assertThat(segment.byteSize()).isEqualTo(1 + i % 40);
      segments.add(segment.fill((byte) i));
    }
    for (int i = 0; i < segments.size(); i++) {
      assertThat(segments.get(i).toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) i);
    }
    assertThat(provider.statistics().chunksAllocated()).isGreaterThan(3);
  }

  @Test
  void everyAlignmentUpToAPageAndBeyondIsKept() {
    for (int round = 0; round < 3; round++) {
      for (long alignment = 1; alignment <= 32_768; alignment *= 2) {
        MemorySegment segment = arena.allocate(24, alignment);
        assertThat(segment.address() % alignment).as("of alignment %s", alignment).isZero();
        assertThat(segment.byteSize()).isEqualTo(24);
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, 16, alignment);
      }
    }
  }

  @Test
  void sixteenBytesTakeSixteenBytes() {
    for (int i = 0; i < 4096 / 16; i++) {
      MemorySegment _ = arena.allocate(16);
    }
    assertThat(provider.statistics().chunksAllocated()).isEqualTo(1);
    MemorySegment _ = arena.allocate(1);
    assertThat(provider.statistics().chunksAllocated()).isEqualTo(2);
  }

  /** 64 KiB, twice as much each time up to 4 MiB, and then 4 MiB each. */
  @Test
  void muchMemoryComesInFewChunks() {
    long count = 64 << 10;
    try (ChunkProvider growing = new ChunkProvider();
        ConcurrentArena much = new ConcurrentArena(growing, false, scoped)) {
      for (long i = 0; i < count; i++) {
        MemorySegment _ = much.allocate(1024);
      }
      assertThat(growing.statistics().chunksAllocated()).isEqualTo(6 + 16);
      assertThat(growing.statistics().bytesOutstanding()).isEqualTo((4L << 20) * 17 - (64 << 10));
      assertThat(much.allocate(64 << 10).byteSize()).isEqualTo(64 << 10);
    }
  }

  @Test
  void requestLargerThanAChunkGetsItsOwnAndLeavesTheCurrentOne() {
    MemorySegment before = arena.allocate(8);
    MemorySegment large = arena.allocate(100_000, 64);
    MemorySegment after = arena.allocate(8);
    assertThat(large.byteSize()).isEqualTo(100_000);
    large.set(ValueLayout.JAVA_BYTE, 99_999, (byte) 1);
    assertThat(after.address()).isEqualTo(before.address() + 8);
    assertThat(provider.statistics().chunksOversized()).isEqualTo(1);
  }

  @Test
  void alignmentThatMakesARequestTooLargeGetsAChunkOfItsOwn() {
    MemorySegment before = arena.allocate(8);
    assertThat(arena.allocate(60_000, 32_768).address() % 32_768).isZero();
    assertThat(arena.allocate(8).address()).isEqualTo(before.address() + 8);
  }

  @Test
  void nothingIsAllocatedForNoBytes() {
    for (long alignment : new long[] {1, 4096, 1L << 40}) {
      MemorySegment empty = arena.allocate(0, alignment);
      assertThat(empty.byteSize()).isZero();
      assertThat(empty.address() % alignment).isZero();
    }
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  @Test
  void impossibleRequestsAreRefusedAndHarmNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(Long.MIN_VALUE, 1));
    for (long alignment : new long[] {0, -1, 3, Long.MIN_VALUE}) {
      assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(8, alignment));
    }
    MemorySegment before = arena.allocate(8);
    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> arena.allocate(Long.MAX_VALUE, 1L << 62));
    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> arena.allocate(1, 1L << 62));
    assertThatExceptionOfType(BudgetExceededException.class)
        .isThrownBy(() -> arena.allocate(1L << 60));
    assertThat(arena.allocate(8).address()).isEqualTo(before.address() + 8);
  }

  @Test
  void refusedGrowthCanBeRepeatedForEver() {
    Chunk hog = provider.acquire((1 << 20) - 4096 - 3 * HEADER);
    MemorySegment first = arena.allocate(4000);
    for (int i = 0; i < 1000; i++) {
      assertThatExceptionOfType(BudgetExceededException.class)
          .isThrownBy(() -> arena.allocate(4000));
    }
    assertThat(provider.statistics().bytesHeld()).isEqualTo((1 << 20) - HEADER);
    hog.close();
    assertThat(arena.allocate(4000).address()).isNotEqualTo(first.address());
  }

  @Test
  void refusedRequestForALargerChunkLeavesTheRestOfTheCurrentOne() {
    MemorySegment before = arena.allocate(8);
    Chunk hog = provider.acquire((1 << 20) - 4096 - 2 * HEADER);
    assertThatExceptionOfType(BudgetExceededException.class).isThrownBy(() -> arena.allocate(8000));
    assertThat(arena.allocate(8).address()).isEqualTo(before.address() + 8);
    hog.close();
  }

  @Test
  void closeKillsAllSegments() {
    List<MemorySegment> segments =
        List.of(arena.allocate(8), arena.allocate(5000), arena.allocate(100_000));
    arena.close();
    segments.forEach(ConcurrentArenaTest::assertDead);
    assertThatIllegalStateException().isThrownBy(() -> arena.allocate(8));
    assertThatIllegalStateException().isThrownBy(() -> arena.allocate(0));
    assertThatIllegalStateException().isThrownBy(arena::reset);
    assertThatIllegalStateException().isThrownBy(arena::close);
  }

  @Test
  void resetKillsAllSegmentsAndStartsAgain() {
    for (int i = 0; i < 3; i++) {
      MemorySegment first = arena.allocate(8);
      MemorySegment second = arena.allocate(3000);
      MemorySegment third = arena.allocate(3000);
      arena.reset();
      assertDead(first);
      assertDead(second);
      assertDead(third);
    }
    assertThat(arena.allocate(8).fill((byte) 1).get(ValueLayout.JAVA_BYTE, 7)).isEqualTo((byte) 1);
    assertThat(provider.statistics().chunksReused()).isEqualTo(scoped ? 3 : 0);
  }

  @Test
  void chunkServesAnotherArenaAndOldSegmentsStayDead() {
    MemorySegment old = arena.allocate(8).fill((byte) 1);
    arena.close();
    try (ConcurrentArena other = new ConcurrentArena(provider, false, scoped)) {
      MemorySegment fresh = other.allocate(8);
      assertThat(fresh.address() == old.address() || !scoped).isTrue();
      assertDead(old);
      fresh.set(ValueLayout.JAVA_BYTE, 0, (byte) 2);
    }
  }

  @Test
  void nativeCallKeepsTheArenaOpen() {
    if (!scoped) {
      return;
    }
    MemorySegment used = arena.allocate(16).fill((byte) 7);
    NativeUse.during(
        used,
        () -> {
          assertThatIllegalStateException().isThrownBy(arena::close);
          assertThatIllegalStateException().isThrownBy(arena::reset);
        });
    assertThat(used.get(ValueLayout.JAVA_BYTE, 15)).isEqualTo((byte) 7);
    MemorySegment _ = arena.allocate(8);
    arena.close();
    assertDead(used);
  }

  @Test
  void arenaWithAProviderOfItsOwnNeedsNoOther() {
    MemorySegment segment;
    try (ConcurrentArena own = new ConcurrentArena()) {
      segment = own.allocateFrom("text");
      assertThat(segment.getString(0)).isEqualTo("text");
    }
    assertDead(segment);
  }

  private static long longOf(MemorySegment segment) {
    return segment.get(ValueLayout.JAVA_LONG, 0);
  }

  @Test
  void actionsRunInOrderWhenSegmentsAreDeadAndBeforeChunksGoBack() {
    List<String> done = new ArrayList<>();
    MemorySegment segment = arena.allocate(8);
    for (String name : List.of("first", "second", "third")) {
      arena.onClose(() -> {
        if (scoped) {
          assertDead(segment);
        }
        assertThat(provider.statistics().bytesOutstanding()).isEqualTo(4096);
        assertThat(arena.toString()).endsWith("[Closed]");
        done.add(name);
      });
    }
    assertThat(done).isEmpty();
    arena.close();
    assertThat(done).containsExactly("first", "second", "third");
    assertThat(provider.statistics().bytesOutstanding()).isZero();
  }

  @Test
  void resetRunsActionsAndForgetsThem() {
    List<String> done = new ArrayList<>();
    arena.onClose(() -> done.add("before the reset"));
    arena.reset();
    assertThat(done).containsExactly("before the reset");
    arena.onClose(() -> done.add("after it"));
    arena.close();
    assertThat(done).containsExactly("before the reset", "after it");
  }

  @Test
  void actionThatThrowsKeepsNothingFromBeingDone() {
    ArithmeticException failure = new ArithmeticException("first");
    StackOverflowError other = new StackOverflowError("third");
    List<String> done = new ArrayList<>();
    MemorySegment segment = arena.allocate(8);
    arena.onClose(() -> {
      throw failure;
    });
    arena.onClose(() -> done.add("second"));
    arena.onClose(() -> {
      throw other;
    });
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(arena::close)
        .isSameAs(failure)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(other));
    assertThat(done).containsExactly("second");
    assertDead(segment);
    assertThat(arena.toString()).endsWith("[Closed]");
    assertThat(provider.statistics().bytesOutstanding()).isZero();
  }

  @Test
  void actionMayUseTheArenaThatWasReset() {
    List<MemorySegment> segments = new ArrayList<>();
    arena.onClose(() -> {
      segments.add(arena.allocate(8).fill((byte) 3));
      arena.onClose(() -> segments.clear());
    });
    arena.reset();
    assertThat(segments.getFirst().get(ValueLayout.JAVA_BYTE, 7)).isEqualTo((byte) 3);
    arena.close();
    assertThat(segments).isEmpty();
  }

  @Test
  void actionOfACloseFindsTheArenaClosed() {
    List<String> done = new ArrayList<>();
    arena.onClose(() -> {
      assertThatIllegalStateException().isThrownBy(() -> arena.allocate(8));
      assertThatIllegalStateException().isThrownBy(() -> arena.onClose(() -> done.add("never")));
      assertThatIllegalStateException().isThrownBy(arena::close);
      done.add("once");
    });
    arena.close();
    assertThat(done).containsExactly("once");
    assertThatIllegalStateException().isThrownBy(() -> arena.onClose(() -> done.add("never")));
  }

  @Test
  void actionsWaitForTheCloseThatSucceeds() {
    if (!scoped) {
      return;
    }
    List<String> done = new ArrayList<>();
    MemorySegment used = arena.allocate(16);
    arena.onClose(() -> done.add("once"));
    NativeUse.during(used, () -> assertThatIllegalStateException().isThrownBy(arena::close));
    assertThat(done).isEmpty();
    arena.close();
    assertThat(done).containsExactly("once");
  }

  @Test
  @SuppressWarnings("restricted") // the point is what it does with the arena
  void segmentIsReinterpretedToTheArenaWithACleanup() {
    List<Long> cleaned = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      MemorySegment segment = arena.allocate(8);
      segment.set(ValueLayout.JAVA_LONG, 0, 42 + round);
      MemorySegment other =
          MemorySegment.ofAddress(segment.address())
              .reinterpret(8, arena, memory -> cleaned.add(longOf(memory)));
      assertThat(longOf(other)).isEqualTo(42 + round);
      assertThat(other.scope()).isEqualTo(arena.scope());
      assertThat(cleaned).hasSize(round);
      arena.reset();
      assertDead(other);
    }
    assertThat(cleaned).containsExactly(42L, 43L);
    arena.close();
    assertThat(cleaned).hasSize(2);
  }

  @Test
  @SuppressWarnings("restricted") // the point is what it does with the arena
  void cleanupThatThrowsKeepsNothingFromBeingFreed() {
    List<String> done = new ArrayList<>();
    MemorySegment segment = arena.allocate(8);
    MemorySegment _ =
        segment.reinterpret(
            arena,
            _ -> {
              throw new ArithmeticException("of the cleanup");
            });
    arena.onClose(() -> done.add("action"));
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(arena::close);
    assertThat(done).containsExactly("action");
    assertDead(segment);
    assertThat(provider.statistics().bytesOutstanding()).isZero();
    assertThatIllegalStateException().isThrownBy(arena::close).withMessageContaining("Closed");
  }

  @Test
  @SuppressWarnings("restricted") // the point is what it does with the arena
  void cleanupThatUsesTheArenaIsRefusedInsteadOfWaitingForItself() {
    List<String> refused = new ArrayList<>();
    List<Runnable> uses =
        List.of(
            () -> arena.allocate(60_000),
            () -> arena.onClose(() -> refused.add("never")),
            arena::reset,
            arena::close);
    MemorySegment _ =
        arena
            .allocate(8)
            .reinterpret(
                arena,
                _ -> {
                  assertThat(arena.scope().isAlive()).isFalse();
                  for (Runnable use : uses) {
                    assertThatIllegalStateException()
                        .isThrownBy(use::run)
                        .withMessageContaining("A cleanup")
                        .satisfies(e -> refused.add("one"));
                  }
                });
    arena.reset();
    assertThat(refused).hasSize(4);
    assertThat(arena.allocate(8).byteSize()).isEqualTo(8);
  }

  @Test
  void scopeLivesUntilTheMemoryIsFreed() {
    MemorySegment.Scope first = arena.scope();
    MemorySegment segment = arena.allocate(8);
    assertThat(segment.scope().equals(first)).isEqualTo(scoped);
    assertThat(first.isAlive()).isTrue();
    arena.reset();
    assertThat(first.isAlive()).isFalse();
    MemorySegment.Scope second = arena.scope();
    assertThat(second.isAlive()).isTrue();
    arena.close();
    assertThat(second.isAlive()).isFalse();
    assertThat(arena.scope().isAlive()).isFalse();
  }

  @Test
  void scopeOfAnArenaThatWasClosedUnusedIsNotAlive() {
    arena.close();
    assertThat(arena.scope().isAlive()).isFalse();
  }

  @Test
  void fileIsMappedIntoTheArena(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[] {1, 2, 3});
    MemorySegment mapped;
    try (FileChannel channel = FileChannel.open(file)) {
      mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 3, arena);
    }
    assertThat(mapped.toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
    arena.close();
    assertDead(mapped);
  }
}
