package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.memory.ChunkProvider.Statistics;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where chunks come from: capacity that is allocated beforehand, and arenas of the program's own.
 */
class ChunkMemoryTest {

  private static final long HEADER = ChunkProvider.HEADER_BYTES;

  /** Allocates memory for an arena that is backed by another. */
  private interface Allocation {
    MemorySegment allocate(Arena arena, long bytes, long alignment);
  }

  private final AtomicLong made = new AtomicLong();
  private final AtomicLong closed = new AtomicLong();
  private Allocation allocation = Arena::allocate;
  private Runnable atClose = () -> {};

  @AfterEach
  void eachArenaIsClosedOnce() {
    assertThat(closed.get()).isEqualTo(made.get());
  }

  private Arena arena() {
    Arena arena = Arena.ofShared();
    made.incrementAndGet();
    return new Arena() {
      @Override
      public MemorySegment allocate(long byteSize, long byteAlignment) {
        return allocation.allocate(arena, byteSize, byteAlignment);
      }

      @Override
      public MemorySegment.Scope scope() {
        return arena.scope();
      }

      @Override
      public void close() {
        arena.close();
        closed.incrementAndGet();
        atClose.run();
      }
    };
  }

  private ChunkProvider.Builder small() {
    return ChunkProvider.builder().chunkBytes(1024).maxChunkBytes(8192).arenas(this::arena);
  }

  private static List<Long> sizes(List<Chunk> chunks) {
    return chunks.stream().map(chunk -> chunk.segment().byteSize()).toList();
  }

  @Test
  void capacityIsThereBeforeTheFirstRequest() {
    try (ChunkProvider provider = small().build()) {
      provider.preallocate(3000);
      long held = 3 * (1024 + HEADER);
      assertThat(provider.statistics()).isEqualTo(new Statistics(3, 0, 0, 0, held, held));
      List<Chunk> chunks = ChunkProviderTest.acquire(provider, 4);
      assertThat(sizes(chunks)).containsExactly(1024L, 1024L, 1024L, 2048L);
      assertThat(provider.statistics().chunksReused()).isEqualTo(3);
      chunks.forEach(Chunk::close);
    }
  }

  @Test
  void capacityServesAnArenaAndASliceAllocator() {
    try (ChunkProvider provider = small().maxChunkBytes(1024).build();
        ConcurrentArena shared = new ConcurrentArena(provider);
        SliceAllocator local = new SliceAllocator(provider)) {
      provider.preallocate(4096);
      for (int i = 0; i < 4; i++) {
        assertThat(shared.allocate(512).byteSize()).isEqualTo(512);
      }
      try (ArcSlice one = local.allocate(1000);
          ArcSlice two = local.allocate(1000)) {
        assertThat(one.byteSize()).isEqualTo(two.byteSize());
      }
      assertThat(made.get()).isEqualTo(4);
    }
  }

  @Test
  void capacityThatTheBudgetRefusesLeavesWhatThereIs() {
    ChunkProvider provider = small().budgetBytes(2500).build();
    assertThatExceptionOfType(BudgetExceededException.class)
        .isThrownBy(() -> provider.preallocate(3000));
    assertThat(provider.statistics().bytesHeld()).isZero();
    provider.preallocate(2000);
    assertThat(provider.statistics().bytesHeld()).isEqualTo(2 * (1024 + HEADER));
    assertThatIllegalArgumentException().isThrownBy(() -> provider.preallocate(-1));
    provider.close();
    assertThatIllegalStateException().isThrownBy(() -> provider.preallocate(1));
  }

  @Test
  void chunksLieInAMappedFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("file");
    AtomicLong end = new AtomicLong();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      allocation =
          (arena, bytes, _) -> {
            try {
              return channel.map(MapMode.READ_WRITE, end.getAndAdd(bytes), bytes, arena);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      try (ChunkProvider provider = small().chunkBytes(4096).maxChunkBytes(4096).build();
          ConcurrentArena arena = new ConcurrentArena(provider)) {
        arena.allocate(8).set(ValueLayout.JAVA_LONG, 0, 0x0101010101010101L);
        assertThat(arena.allocate(4096).byteSize()).isEqualTo(4096);
      }
    }
    assertThat(Files.size(file)).isEqualTo(8192);
    assertThat(Files.readAllBytes(file)).startsWith(1, 1, 1, 1, 1, 1, 1, 1, 0);
  }

  @Test
  void memoryThatCannotServeIsRefusedAndGivenBack() {
    List<Allocation> bad =
        List.of(
            (arena, bytes, alignment) -> arena.allocate(bytes - 1, alignment),
            (arena, bytes, alignment) -> arena.allocate(bytes + 8, alignment).asSlice(8),
            (arena, bytes, alignment) -> arena.allocate(bytes, alignment).asReadOnly(),
            (_, bytes, alignment) -> Arena.ofConfined().allocate(bytes, alignment),
            (_, bytes, _) -> MemorySegment.ofArray(new byte[(int) bytes]));
    try (ChunkProvider provider = small().build()) {
      for (Allocation each : bad) {
        allocation = each;
        assertThatIllegalStateException()
            .isThrownBy(() -> provider.acquire(1))
            .withMessageContaining("1024 bytes aligned to 64");
        assertThat(provider.statistics().bytesHeld()).isZero();
      }
      assertThat(closed.get()).isEqualTo(bad.size());
    }
  }

  @Test
  void moreThanWasAskedForIsNotUsed() {
    allocation = (arena, bytes, alignment) -> arena.allocate(2 * bytes, alignment);
    try (ChunkProvider provider = small().build();
        Chunk chunk = provider.acquire(1)) {
      assertThat(chunk.segment().byteSize()).isEqualTo(1024);
      assertThat(provider.statistics().bytesHeld()).isEqualTo(1024 + HEADER);
    }
  }

  @Test
  void whatTheSystemDoesNotHaveForGrowthIsTriedInTheLeastSize() {
    allocation =
        (arena, bytes, alignment) -> {
          if (bytes > 2048) {
            throw new OutOfMemoryError("for the test");
          }
          return arena.allocate(bytes, alignment);
        };
    try (ChunkProvider provider = small().build()) {
      List<Chunk> chunks = ChunkProviderTest.acquire(provider, 4);
      assertThat(sizes(chunks)).containsExactly(1024L, 2048L, 1024L, 2048L);
      assertThat(provider.statistics().bytesHeld()).isEqualTo(6144 + 4 * HEADER);
      assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> provider.acquire(4000));
      assertThat(provider.statistics().bytesHeld()).isEqualTo(6144 + 4 * HEADER);
      chunks.forEach(Chunk::close);
    }
  }

  /** Whoever needs the lock would wait here for ever. */
  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void whatHasBecomeTooSmallIsFreedWithoutTheLock(ThreadKind kind) {
    try (ChunkProvider provider = small().build()) {
      List<Chunk> chunks = ChunkProviderTest.acquire(provider, 2);
      Chunk cached = chunks.getLast();
      cached.close();
      AtomicLong others = new AtomicLong();
      atClose =
          () -> {
            Crew crew = new Crew(kind);
            crew.start(
                1,
                () -> {
                  provider.acquire(1).close();
                  others.incrementAndGet();
                });
            atClose = () -> {};
            crew.join();
          };
      chunks.getFirst().close(); // of less than the size in use
      assertThat(others.get()).isEqualTo(1);
      Runnable again = () -> others.addAndGet(provider.statistics().bytesHeld() > 0 ? 1 : 0);
      atClose =
          () -> {
            Crew crew = new Crew(kind);
            crew.start(1, again::run);
            atClose = () -> {};
            crew.join();
          };
      provider.acquire(5000).close(); // comes upon the one that was cached
      assertThat(others.get()).isEqualTo(2);
      atClose = () -> {};
    }
  }
}
