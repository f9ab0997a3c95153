package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** A stack that overflows in the middle of a call loses no memory. */
class StackOverflowTest {

  private static final int ROUNDS = 2;
  private static final int STACK_BYTES = 1 << 18;

  private final ChunkProvider provider =
      ChunkProvider.builder().chunkBytes(1024).maxChunkBytes(1024).build();
  private final Deque<AutoCloseable> open = new ArrayDeque<>(100_000);
  private int overflows;

  /** What is tried at each depth near the end of the stack. */
  private interface Attempt {
    void run() throws Exception;
  }

  @SuppressWarnings("InfiniteRecursion") // the point is its end
  private void dive(Attempt attempt) throws Exception {
    try {
      dive(attempt);
    } catch (StackOverflowError e) {
      overflows++;
      attempt.run(); // overflows as well until there is room for it
    }
  }

  private void check(Attempt attempt) throws Exception {
    attempt.run(); // what is initialized at the first time is not the point
    FutureTask<Boolean> rounds =
        new FutureTask<>(() -> {
          for (int i = 0; i < ROUNDS; i++) {
            dive(attempt);
          }
          return true;
        });
    new Thread(null, rounds, "short stack", STACK_BYTES).start();
    assertThat(rounds.get()).isTrue();
    while (!open.isEmpty()) {
      open.remove().close();
    }
    assertThat(provider.statistics().bytesOutstanding()).isZero();
    assertThat(overflows).isGreaterThan(ROUNDS);
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  @Test
  void chunkIsHandedOutOrNot() throws Exception {
    check(() -> open.add(provider.acquire(1)));
  }

  @Test
  void oversizedChunkIsHandedOutOrNot() throws Exception {
    check(() -> open.add(provider.acquire(2000)));
  }

  @Test
  void chunkThatWasNotGivenBackIsOpen() throws Exception {
    check(() -> {
      if (open.isEmpty()) {
        open.add(provider.acquire(2000));
      }
      open.element().close();
      open.clear();
    });
  }

  @Test
  void arenaGrowsOrNot() throws Exception {
    try (ConcurrentArena arena = new ConcurrentArena(provider)) {
      check(() -> {
        arena.allocate(1000).fill((byte) 1);
        arena.reset();
      });
    }
  }
}
