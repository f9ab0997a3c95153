package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.memory.ChunkProvider.Statistics;
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

/** Races of requests, chunks that come back, and the close. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@Limit(30)
class ChunkProviderRaceTest {

  private static final int ROUNDS = 20_000;
  private static final long CHARGE = 1024 + ChunkProvider.HEADER_BYTES;

  private final Crew crew;
  private final AtomicInteger refusals = new AtomicInteger();

  ChunkProviderRaceTest(ThreadKind kind) {
    crew = new Crew(kind);
  }

  private static ChunkProvider provider(long budget) {
    return ChunkProvider.builder()
        .chunkBytes(1024)
        .maxChunkBytes(1024)
        .budgetBytes(budget)
        .poison(true)
        .build();
  }

  /** What a chunk is filled with belongs to its user until it comes back. */
  private static void use(Chunk chunk, int user) {
    MemorySegment memory = chunk.segment();
    MemorySegment _ = memory.fill((byte) user);
    Rounds.dawdle();
    for (long i = 0; i < memory.byteSize(); i += 8) {
      assertThat(memory.get(ValueLayout.JAVA_BYTE, i)).isEqualTo((byte) user);
    }
  }

  @Test
  void budgetIsNeverExceededAndAlwaysBackAtZero() {
    long budget = 3 * CHARGE + 500;
    ChunkProvider provider = provider(budget);
    AtomicBoolean over = new AtomicBoolean();
    Worker watcher =
        crew.start(() -> {
          while (!over.get()) {
            assertThat(provider.statistics().bytesHeld()).isBetween(0L, budget);
            LockSupport.parkNanos(1000);
          }
        });
    Rounds.Part[] parts = new Rounds.Part[4];
    for (int i = 0; i < parts.length; i++) {
      int user = i + 1;
      parts[i] =
          round -> {
            try (Chunk chunk = provider.acquire(round % 16 == 0 ? 1400 : 1)) {
              use(chunk, user);
            } catch (BudgetExceededException e) {
              refusals.incrementAndGet();
            }
          };
    }
    try {
      int _ =
          Rounds.playBriefly(
              crewOf(watcher),
              ROUNDS,
              _ -> assertThat(provider.statistics().bytesOutstanding()).isZero(),
              parts);
    } finally {
      over.set(true);
      watcher.join();
    }
    provider.close();
    Statistics end = provider.statistics();
    assertThat(end.bytesHeld()).isZero();
    assertThat(end.bytesPeak()).isBetween(CHARGE, budget);
  }

  /** The players' own crew: the watcher runs until they are done. */
  private static Crew crewOf(Worker watcher) {
    return new Crew(watcher.thread().isVirtual() ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM);
  }

  @Test
  void requestThatFitsIsNotRefusedBesideReleasesAndRefusals() {
    ChunkProvider provider = provider(3 * CHARGE);
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {},
            _ -> provider.acquire(1).close(),
            _ -> provider.acquire(1).close(),
            _ -> {
              try {
                provider.acquire(1_000_000).close();
              } catch (BudgetExceededException e) {
                refusals.incrementAndGet();
              }
            },
            _ -> provider.acquire(1).close());
    assertThat(refusals.get()).isPositive();
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  /** Invariant I4: what is held when all is quiet is no more than what was in use at a time. */
  @Test
  void growthBesideReturnsKeepsNoMoreThanWasInUse() {
    int threads = 4;
    long largest = 1024 + ChunkProvider.HEADER_BYTES;
    ChunkProvider[] provider = {growing()};
    Rounds.Part part =
        round -> {
          for (int i = 0; i < 10; i++) {
            try (Chunk chunk = provider[0].acquire(i == round % 10 ? 300 : 1)) {
              use(chunk, i);
            }
          }
        };
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              Statistics statistics = provider[0].statistics();
              assertThat(statistics.bytesOutstanding()).isZero();
              assertThat(statistics.bytesHeld()).isLessThanOrEqualTo(threads * largest);
              provider[0].close();
              assertThat(provider[0].statistics().bytesHeld()).isZero();
              provider[0] = growing();
            },
            part,
            part,
            part,
            part);
    provider[0].close();
  }

  private static ChunkProvider growing() {
    return ChunkProvider.builder().chunkBytes(64).maxChunkBytes(1024).poison(true).build();
  }

  @Test
  void closeLosesNoChunkThatComesBackMeanwhile() {
    ChunkProvider[] provider = {provider(Long.MAX_VALUE)};
    Chunk[] chunks = {provider[0].acquire(1), provider[0].acquire(1)};
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              assertThat(provider[0].statistics().bytesHeld()).isZero();
              provider[0] = provider(Long.MAX_VALUE);
              chunks[0] = provider[0].acquire(1);
              chunks[1] = provider[0].acquire(1);
            },
            _ -> provider[0].close(),
            _ -> chunks[0].close(),
            _ -> chunks[1].close());
  }
}
