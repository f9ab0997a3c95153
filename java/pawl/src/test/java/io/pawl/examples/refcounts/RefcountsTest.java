package io.pawl.examples.refcounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.examples.Output;
import io.pawl.examples.refcounts.PoisonedMemory.Chunk;
import io.pawl.examples.refcounts.PoisonedMemory.UseAfterFree;
import io.pawl.kit.Limit;
import org.junit.jupiter.api.Test;

/**
 * Counts that free their own memory: the broken ones fail, each time, and the sound one does not.
 */
@Limit(30)
class RefcountsTest {

  private final Output output = new Output();

  @Test
  void freedMemoryIsNoticed() {
    PoisonedMemory memory = new PoisonedMemory();
    Chunk chunk = memory.allocate();
    chunk.set(1, 5);
    assertThat(chunk.get(1)).isEqualTo(5);
    chunk.free();
    assertThatThrownBy(() -> chunk.get(1))
        .isInstanceOf(UseAfterFree.class)
        .hasMessageEndingWith("read");
    assertThatThrownBy(() -> chunk.set(2, 1)).hasMessageEndingWith("written");
    assertThatThrownBy(() -> chunk.getAndAdd(3, 1)).hasMessageEndingWith("changed");
    assertThatThrownBy(() -> chunk.compareAndExchange(0, 0, 1)).hasMessageEndingWith("changed");
    assertThat(memory.freed()).isEqualTo(1);
  }

  @Test
  void freeingTwiceIsNoticed() {
    Chunk chunk = new PoisonedMemory().allocate();
    chunk.free();
    assertThatThrownBy(chunk::free).isInstanceOf(UseAfterFree.class).hasMessageEndingWith("freed");
  }

  @Test
  void countReadAgainIsReadFromFreedMemory() {
    CountReadAgain.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "decrement, then look whether it is zero",
            "  the first of two owners, held up between the two: freed memory is read");
  }

  @Test
  void chunkTouchedAfterTheDecrementIsGone() {
    TouchedAfterwards.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "the size is read after the decrement",
            "  the first of two owners: freed memory is read; sizes counted: 64",
            "the size is read before it",
            "  the first of two owners: nothing; sizes counted: 128");
  }

  @Test
  void lockInItsOwnChunkIsUnlockedTooLate() {
    FreedInItsLock.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "freed inside the critical section",
            "  the only owner, as it unlocks: freed memory is written",
            "freed after the critical section",
            "  the first of two owners, in the middle of its unlock: freed memory is read");
  }

  @Test
  void chunkFoundBeforeItIsCountedIsGone() {
    RetainedTooLate.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "find, then count; the place is emptied between the two",
            "  freed memory is changed",
            "find and count under a lock, then it is emptied",
            "  chunks freed: 2");
  }

  @Test
  void soundCountTouchesNothingThatIsFreed() {
    FreesItself.run(2_000, output.stream());
    assertThat(output.lines())
        .containsExactly(
            "the first of two owners, held up: nothing",
            "4 owners of each of 2000 chunks: freed 2000, each once");
  }
}
