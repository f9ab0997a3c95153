package io.pawl.benchmarks;

import io.pawl.memory.Chunk;
import io.pawl.memory.ChunkProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How long does it take to get 64 kilobytes of native memory for all threads, and to free them? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChunkReuse {
  private static final int BYTES = 1 << 16;

  private final ChunkProvider provider = ChunkProvider.builder().chunkBytes(BYTES).build();
  private final Deque<MemorySegment> own =
      new ArrayDeque<>(List.of(Arena.ofAuto().allocate(BYTES)));

  /** A chunk of Pawl's, which comes from the cache with the contents that it had. */
  @Benchmark
  public long chunk() {
    try (Chunk chunk = provider.acquire(BYTES)) {
      return chunk.segment().address();
    }
  }

  /** The least that a cache of one thread's own could cost: no lock, no atomics, no budget. */
  @Benchmark
  public long ownDeque() {
    MemorySegment segment = own.removeLast();
    own.addLast(segment);
    return segment.address();
  }

  /** An arena of the JDK's, whose memory is zeroed. */
  @Benchmark
  public long sharedArena() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment segment = arena.allocate(BYTES);
      return segment.address();
    }
  }

  /** Checks that one chunk served all. */
  @TearDown
  public void check() {
    ChunkProvider.Statistics statistics = provider.statistics();
    provider.close();
    if (statistics.chunksAllocated() > 1 || provider.statistics().bytesHeld() != 0) {
      throw new IllegalStateException(statistics.toString());
    }
  }
}
