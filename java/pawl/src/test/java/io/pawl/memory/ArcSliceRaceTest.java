package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Handles that many threads retain and close: invariants I1, I2 and I4 of the chunk. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@Limit(60)
class ArcSliceRaceTest {

  private static final int ROUNDS = 20_000;
  private static final int PRODUCERS = 5;
  private static final int SLICES = 50_000;

  private final Crew crew;
  private final ChunkProvider provider =
      ChunkProvider.builder().chunkBytes(4096).maxChunkBytes(4096).poison(true).build();
  private final AtomicInteger refusals = new AtomicInteger();

  ArcSliceRaceTest(ThreadKind kind) {
    crew = new Crew(kind);
  }

  private long outstanding() {
    return provider.statistics().bytesOutstanding();
  }

  /** A slice whose chunk nothing else holds, with so many handles made before. */
  private ArcSlice lonelySlice(int handles) {
    try (SliceAllocator slices = new SliceAllocator(provider)) {
      ArcSlice slice = slices.allocate(8);
      for (int i = 0; i < handles; i++) {
        slice.retain().close();
      }
      slice.segment().set(ValueLayout.JAVA_LONG, 0, 42);
      return slice;
    }
  }

  private static void useAndClose(ArcSlice handle) {
    try (handle) {
      assertThat(handle.segment().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
    }
  }

  @Test
  void cleanupIsRunByTheLastOfSeveralClosesOnceAndBeforeTheChunkGoesBack() {
    ArcSlice[] handles = new ArcSlice[3];
    Rounds.Part[] parts = new Rounds.Part[handles.length];
    AtomicInteger cleaned = new AtomicInteger();
    Runnable renew =
        () -> {
          try (SliceAllocator slices = new SliceAllocator(provider)) {
            handles[0] =
                slices.allocate(
                    8,
                    segment -> {
                      assertThat(segment.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
                      assertThat(outstanding()).isEqualTo(4096);
                      cleaned.incrementAndGet();
                    });
          }
          handles[0].segment().set(ValueLayout.JAVA_LONG, 0, 42);
          handles[1] = handles[0].retain();
          handles[2] = handles[1].retain();
        };
    for (int i = 0; i < parts.length; i++) {
      int own = i;
      parts[i] =
          _ -> {
            ArcSlice copy = handles[own].retain();
            useAndClose(handles[own]);
            useAndClose(copy);
          };
    }
    renew.run();
    int rounds =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            round -> {
              assertThat(cleaned.get()).isEqualTo(round + 1);
              assertThat(outstanding()).isZero();
              renew.run();
            },
            parts);
    assertThat(cleaned.get()).isEqualTo(rounds);
    for (ArcSlice handle : handles) {
      handle.close();
    }
    assertThat(cleaned.get()).isEqualTo(rounds + 1);
    provider.close();
  }

  @Test
  void lastOfSeveralClosesFreesTheChunkOnce() {
    ArcSlice[] handles = new ArcSlice[3];
    Rounds.Part[] parts = new Rounds.Part[handles.length];
    for (int i = 0; i < parts.length; i++) {
      int own = i;
      parts[i] = _ -> useAndClose(handles[own]);
    }
    renew(handles, 0);
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            round -> {
              assertThat(outstanding()).isZero();
              renew(handles, round % 60); // they lie in one cell, or in two, or fill one
            },
            parts);
    closeAll(handles);
  }

  private void renew(ArcSlice[] handles, int before) {
    handles[0] = lonelySlice(before);
    for (int i = 1; i < handles.length; i++) {
      handles[i] = handles[0].retain();
    }
  }

  private void closeAll(ArcSlice... handles) {
    for (ArcSlice handle : handles) {
      handle.close();
    }
    assertThat(outstanding()).isZero();
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  @Test
  void retainBesideCloseOfTheSameHandleGetsTheSliceOrAnException() {
    ArcSlice[] handle = {lonelySlice(0)};
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            round -> {
              assertThat(outstanding()).isZero();
              handle[0] = lonelySlice(round % 60);
            },
            _ -> handle[0].close(),
            _ -> {
              try {
                useAndClose(handle[0].retain());
              } catch (IllegalStateException e) {
                refusals.incrementAndGet();
              }
            });
    closeAll(handle);
  }

  @Test
  void handleThatIsClosedTwiceAtOnceIsClosedOnce() {
    ArcSlice[] handle = {lonelySlice(0), lonelySlice(0)};
    handle[1].close();
    handle[1] = handle[0].retain();
    Rounds.Part closer =
        _ -> {
          try {
            handle[0].close();
          } catch (IllegalStateException e) {
            refusals.incrementAndGet();
          }
        };
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              assertThat(refusals.getAndSet(0)).isEqualTo(1);
              useAndClose(handle[1]);
              assertThat(outstanding()).isZero();
              handle[0] = lonelySlice(0);
              handle[1] = handle[0].retain();
            },
            closer,
            closer);
    closeAll(handle);
  }

  @Test
  void cellsFillWhileOthersEmpty() {
    ArcSlice[] handles = new ArcSlice[3];
    Rounds.Part[] parts = new Rounds.Part[handles.length];
    for (int i = 0; i < parts.length; i++) {
      int own = i;
      parts[i] =
          _ -> {
            Queue<ArcSlice> window = new ArrayDeque<>();
            for (int k = 0; k < 100; k++) {
              window.add(handles[own].retain());
              if (window.size() == 7) {
                useAndClose(window.remove());
              }
            }
            handles[own].close();
            window.forEach(ArcSliceRaceTest::useAndClose);
          };
    }
    renew(handles, 0);
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              assertThat(outstanding()).isZero();
              renew(handles, 0);
            },
            parts);
    closeAll(handles);
  }

  /** Producers hand slices to consumers, which verify and close them under a budget. */
  @Test
  void slicesPassFromThreadToThreadUnderABudget() {
    long budget = 200 * (4096 + ChunkProvider.HEADER_BYTES);
    ChunkProvider bounded =
        ChunkProvider.builder()
            .chunkBytes(4096)
            .maxChunkBytes(4096)
            .budgetBytes(budget)
            .poison(true)
            .build();
    for (int i = 0; i < PRODUCERS; i++) {
      long base = (long) i << 32;
      BlockingQueue<ArcSlice> queue = new LinkedBlockingQueue<>(100);
      Worker _ = crew.start(() -> produce(bounded, queue, base));
      Worker _ = crew.start(() -> consume(queue, base));
    }
    crew.join();
    assertThat(bounded.statistics().bytesOutstanding()).isZero();
    assertThat(bounded.statistics().bytesPeak()).isLessThanOrEqualTo(budget);
    bounded.close();
    assertThat(bounded.statistics().bytesHeld()).isZero();
  }

  private static void produce(ChunkProvider provider, BlockingQueue<ArcSlice> queue, long base)
      throws InterruptedException {
    try (SliceAllocator slices = new SliceAllocator(provider)) {
      for (int i = 0; i < SLICES / PRODUCERS; i++) {
        long value = base + i;
        int length = 8 + i % 200;
        ArcSlice slice = slices.tryAllocate(length, segment -> fill(segment, value));
        try (slice) {
          queue.put(slice.retain());
        }
      }
    }
  }

  private static void fill(MemorySegment segment, long value) {
    MemorySegment _ = segment.fill((byte) value);
    segment.set(ValueLayout.JAVA_LONG, 0, value);
  }

  private static void consume(BlockingQueue<ArcSlice> queue, long base)
      throws InterruptedException {
    for (int i = 0; i < SLICES / PRODUCERS; i++) {
      try (ArcSlice slice = queue.take()) {
        MemorySegment segment = slice.segment();
        if (segment.get(ValueLayout.JAVA_LONG, 0) != base + i) {
          throw new AssertionError("Value " + i + " of " + base + " has changed");
        }
        for (long at = 8; at < segment.byteSize(); at++) {
          if (segment.get(ValueLayout.JAVA_BYTE, at) != (byte) i) {
            throw new AssertionError("Byte " + at + " of value " + i + " has changed");
          }
        }
      }
    }
  }
}
