package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting for room in the budget. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@Limit(30)
class RoomTest {

  private static final int ROUNDS = 2_000;
  private static final long CHARGE = 1024 + ChunkProvider.HEADER_BYTES;
  private static final long BUDGET = 2 * CHARGE;

  private final Crew crew;
  private final ChunkProvider provider =
      ChunkProvider.builder().chunkBytes(1024).maxChunkBytes(2048).budgetBytes(BUDGET).build();

  RoomTest(ThreadKind kind) {
    crew = new Crew(kind);
  }

  private Worker startWaiter(long bytes) {
    Worker waiter = crew.start(() -> provider.awaitRoom(bytes));
    waiter.awaitBlocked();
    return waiter;
  }

  private static Chunk acquireWaiting(ChunkProvider provider, long minBytes)
      throws InterruptedException {
    for (; ; ) {
      try {
        return provider.acquire(minBytes);
      } catch (BudgetExceededException e) {
        provider.awaitRoom(e.requestedBytes());
      }
    }
  }

  @Test
  void roomThatThereIsIsNotWaitedFor() throws Exception {
    provider.awaitRoom(BUDGET);
    try (Chunk first = provider.acquire(1)) {
      assertThat(first.segment().byteSize()).isEqualTo(1024);
      provider.awaitRoom(CHARGE);
    }
    provider.acquire(1).close();
    assertThat(provider.statistics().bytesHeld()).isEqualTo(CHARGE);
    provider.awaitRoom(BUDGET); // what is cached can be freed
    provider.awaitRoom(0);
  }

  @Test
  void chunkThatComesBackEndsTheWaitAndStaysCached() throws Exception {
    Chunk first = provider.acquire(1);
    Chunk second = provider.acquire(1);
    Worker waiter = startWaiter(CHARGE);
    second.close();
    waiter.join();
    provider.acquire(1).close();
    assertThat(provider.statistics().chunksReused()).isEqualTo(1);
    first.close();
  }

  @Test
  void smallChunksThatComeBackAreFreedForALargeOne() {
    Chunk first = provider.acquire(1);
    Chunk second = provider.acquire(1);
    Worker waiter = crew.start(() -> acquireWaiting(provider, 2048).close());
    waiter.awaitBlocked();
    second.close();
    assertThat(waiter.isDone()).isFalse();
    first.close();
    waiter.join();
    assertThat(provider.statistics().chunksAllocated()).isEqualTo(3);
  }

  @Test
  void oversizedChunkThatComesBackEndsTheWait() {
    Chunk oversized = provider.acquire(2049);
    assertThat(provider.statistics().chunksOversized()).isEqualTo(1);
    Worker waiter = startWaiter(CHARGE);
    oversized.close();
    waiter.join();
  }

  /** Nobody tells when a native call has ended. */
  @Test
  void memoryThatANativeCallWasUsingEndsTheWaitAfterIt() {
    Chunk used = provider.acquire(1);
    Worker[] waiter = new Worker[1];
    NativeUse.during(
        used.segment(),
        () -> {
          waiter[0] = startWaiter(BUDGET);
          used.close();
          assertThat(provider.statistics().bytesHeld()).isEqualTo(CHARGE);
          waiter[0].awaitBlocked();
        });
    waiter[0].join();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  @Test
  void interruptEndsTheWait() {
    Chunk chunk = provider.acquire(2048);
    Worker waiter =
        crew.start(() ->
            assertThatThrownBy(() -> provider.awaitRoom(CHARGE))
                .isInstanceOf(InterruptedException.class));
    waiter.awaitBlocked();
    waiter.interrupt();
    waiter.join();
    chunk.close();
    assertThat(provider.statistics().bytesOutstanding()).isZero();
  }

  @Test
  void closeEndsTheWait() {
    Chunk chunk = provider.acquire(2048);
    Worker waiter =
        crew.start(
            () -> assertThatIllegalStateException().isThrownBy(() -> provider.awaitRoom(CHARGE)));
    waiter.awaitBlocked();
    provider.close();
    waiter.join();
    assertThatIllegalStateException().isThrownBy(() -> provider.awaitRoom(0));
    chunk.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  @Test
  void roomThatCannotBeIsRefused() {
    assertThatThrownBy(() -> provider.awaitRoom(BUDGET + 1))
        .isInstanceOf(BudgetExceededException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> provider.awaitRoom(-1));
  }

  /** More threads than the budget has chunks for: each gets its own in the end, invariant I5. */
  @Test
  void everybodyGetsRoomInTheEnd() {
    Rounds.Part part =
        round -> {
          try (Chunk chunk = acquireWaiting(provider, round % 8 == 0 ? 2048 : 1)) {
            assertThat(chunk.segment().byteSize()).isGreaterThanOrEqualTo(1024);
          }
        };
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> assertThat(provider.statistics().bytesOutstanding()).isZero(),
            part,
            part,
            part,
            part);
    assertThat(provider.statistics().bytesPeak()).isLessThanOrEqualTo(BUDGET);
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }
}
