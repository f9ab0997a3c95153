package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Allocations from many threads, and beside a close or a reset. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@Limit(60)
class ConcurrentArenaRaceTest {

  private static final int ROUNDS = 2_000;
  private static final int THREADS = 10;

  /** How many allocations the threads make in all. */
  private static final int ALLOCATIONS = 10_000_000;

  private final Crew crew;

  ConcurrentArenaRaceTest(ThreadKind kind) {
    crew = new Crew(kind);
  }

  private static ChunkProvider provider() {
    return ChunkProvider.builder().chunkBytes(4096).maxChunkBytes(8192).poison(true).build();
  }

  @Test
  void tenThreadsAllocateAndEachValueStays() {
    ChunkProvider provider = provider();
    try (ConcurrentArena arena = new ConcurrentArena(provider)) {
      for (int i = 0; i < THREADS; i++) {
        long thread = i;
        Worker _ = crew.start(() -> allocateAndVerify(arena, thread << 32));
      }
      crew.join();
      assertThat(provider.statistics().bytesOutstanding())
          .isGreaterThanOrEqualTo(16L * ALLOCATIONS);
    }
    assertThat(provider.statistics().bytesOutstanding()).isZero();
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  private static void allocateAndVerify(ConcurrentArena arena, long base) {
    int count = ALLOCATIONS / THREADS;
    MemorySegment[] segments = new MemorySegment[count];
    for (int i = 0; i < count; i++) {
      long size = i % 1000 == 0 ? 5000 : 16;
      segments[i] = arena.allocate(size, 8);
      segments[i].set(ValueLayout.JAVA_LONG, 0, base + i);
      segments[i].set(ValueLayout.JAVA_LONG, size - 8, ~(base + i));
    }
    for (int i = 0; i < count; i++) {
      MemorySegment segment = segments[i];
      if (segment.get(ValueLayout.JAVA_LONG, 0) != base + i
          || segment.get(ValueLayout.JAVA_LONG, segment.byteSize() - 8) != ~(base + i)) {
        throw new AssertionError("Value " + i + " of " + base + " has changed");
      }
    }
  }

  @Test
  void oneThreadGrowsForAll() {
    ChunkProvider provider = provider();
    ConcurrentArena[] arena = {new ConcurrentArena(provider)};
    Rounds.Part part =
        _ -> {
          for (int i = 0; i < 4096 / 64; i++) {
            arena[0].allocate(16).set(ValueLayout.JAVA_LONG, 0, i);
          }
        };
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              assertThat(provider.statistics().bytesOutstanding()).isEqualTo(4096);
              arena[0].close();
              arena[0] = new ConcurrentArena(provider);
            },
            part,
            part,
            part,
            part);
    provider.close();
  }

  @Test
  void closeBesideAllocationsEndsInExceptionsOnly() {
    ChunkProvider provider = provider();
    ConcurrentArena[] arena = {new ConcurrentArena(provider)};
    AtomicInteger ends = new AtomicInteger();
    Rounds.Part allocator =
        _ -> {
          try {
            for (long value = 0; ; value++) {
              MemorySegment segment = arena[0].allocate(24);
              segment.set(ValueLayout.JAVA_LONG, 16, value);
              assertThat(segment.get(ValueLayout.JAVA_LONG, 16)).isEqualTo(value);
              if (value % 1024 == 0) {
                LockSupport.parkNanos(1); // virtual threads leave the closer a carrier
              }
            }
          } catch (IllegalStateException e) {
            ends.incrementAndGet();
            boolean _ =
                Thread.interrupted(); // the JDK interrupts who is in the middle of an access
          }
        };
    int rounds =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              assertThat(provider.statistics().bytesOutstanding()).isZero();
              arena[0] = new ConcurrentArena(provider);
            },
            allocator,
            allocator,
            allocator,
            _ -> {
              Rounds.dawdle();
              arena[0].close();
            });
    assertThat(ends.get()).isEqualTo(3 * rounds);
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  /**
   * Invariant I4: an action that was accepted is run once, by the close or the reset that took it.
   */
  @Test
  void acceptedActionIsRunOnceBesideResetsAndTheClose() {
    ChunkProvider provider = provider();
    ConcurrentArena[] arena = {new ConcurrentArena(provider)};
    AtomicInteger accepted = new AtomicInteger();
    AtomicInteger runs = new AtomicInteger();
    Rounds.Part register =
        _ -> {
          try {
            for (int i = 0; i < 10; i++) {
              arena[0].onClose(runs::incrementAndGet);
              accepted.incrementAndGet();
            }
          } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("Closed already");
          }
        };
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              assertThat(runs.get()).isEqualTo(accepted.get());
              arena[0] = new ConcurrentArena(provider);
            },
            register,
            register,
            _ -> {
              arena[0].reset();
              Rounds.dawdle();
              arena[0].close();
            });
    assertThat(accepted.get()).isPositive();
    provider.close();
  }

  /**
   * The loops make no objects: where they do, JDK 25 lets a thread go on with them, once in some
   * thousand times, after a shared arena of its own has been closed.
   */
  @Test
  void resetBesideAllocationsGivesNoByteToTwo() {
    ChunkProvider provider = provider();
    ConcurrentArena arena = new ConcurrentArena(provider);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger checked = new AtomicInteger();
    for (int i = 1; i <= 3; i++) {
      long own = i;
      Worker _ =
          crew.start(() -> {
            while (!over.get()) {
              try {
                MemorySegment segment = arena.allocate(64, 64);
                for (long at = 0; at < 64; at += 8) {
                  segment.set(ValueLayout.JAVA_LONG, at, own);
                }
                for (long at = 0; at < 64; at += 8) {
                  if (segment.get(ValueLayout.JAVA_LONG, at) != own) {
                    throw new AssertionError("Two threads have the memory of " + segment);
                  }
                }
                checked.incrementAndGet();
              } catch (IllegalStateException e) {
                assertThat(arena.toString()).endsWith("[Open]"); // it was reset
              }
            }
          });
    }
    for (int i = 0; i < 50; i++) {
      int before = checked.get();
      Await.until("allocations go on", () -> checked.get() > before);
      arena.reset();
    }
    over.set(true);
    crew.join();
    arena.close();
    assertThat(provider.statistics().bytesOutstanding()).isZero();
    provider.close();
  }
}
