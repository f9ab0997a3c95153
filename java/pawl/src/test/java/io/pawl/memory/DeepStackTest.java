package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.DeepStack;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stack that overflows while handles are closed, at whatever depth, loses no count. */
@Tag(DeepStack.TAG)
@Limit(30)
class DeepStackTest {

  private static final int SLICES = 5_000;

  private final ChunkProvider provider =
      ChunkProvider.builder().chunkBytes(64).maxChunkBytes(64).build();

  private @Nullable Arc<AutoCloseable> first;
  private @Nullable Arc<AutoCloseable> second;
  private @Nullable Weak<AutoCloseable> weak;
  private boolean firstClosed;
  private boolean weakClosed;
  private int made;
  private int closes;
  private int next;

  /** Makes and closes two handles and a weak one, from where the last call has come to. */
  private void makeAndClose() {
    if (first == null) {
      first = Arc.of(() -> closes++);
      made++;
    }
    if (second == null) {
      second = first.retain();
    }
    if (weak == null) {
      weak = first.downgrade();
    }
    if (!firstClosed) {
      first.close();
      firstClosed = true;
    }
    if (!weakClosed) {
      weak.close();
      weakClosed = true;
    }
    if (second.count() != 1 || second.getIfUnique().isEmpty()) {
      throw new AssertionError("There are other handles: " + second);
    }
    second.close();
    first = null;
    second = null;
    weak = null;
    firstClosed = false;
    weakClosed = false;
  }

  @Test
  void handleWhoseCloseOverflowedIsOpenAndCounted() {
    DeepStack.overflow(this::makeAndClose, this::makeAndClose);
    assertThat(closes).isEqualTo(made).isGreaterThan(100);
  }

  @Test
  void chunkComesBackWithTheLastHandleOfItsSlices() {
    ArcSlice[] slices = new ArcSlice[SLICES];
    for (int i = 0; i < SLICES; i++) {
      slices[i] = slice(i % 60);
    }
    slices[next].close();
    closeNext(slices); // and what the exception needs is initialized where there is room
    DeepStack.overflow(() -> closeNext(slices), () -> {});
    assertThat(next).isGreaterThan(100);
    while (next < SLICES) {
      closeNext(slices);
    }
    assertThat(provider.statistics().bytesOutstanding()).isZero();
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  /** A slice in a chunk of its own, which has had so many handles before. */
  private ArcSlice slice(int handles) {
    try (SliceAllocator allocator = new SliceAllocator(provider)) {
      ArcSlice slice = allocator.allocate(64);
      for (int i = 0; i < handles; i++) {
        slice.retain().close();
      }
      return slice;
    }
  }

  private void closeNext(ArcSlice[] slices) {
    if (next < slices.length) {
      try {
        slices[next].close();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageContaining("Closed already"); // by the call that overflowed
      }
      next++;
    }
  }

  @Test
  void chunkThatIsSharedComesBackWithItsLastHandle() {
    DeepStack.overflow(this::makeAndCloseOfAChunk, this::makeAndCloseOfAChunk);
    assertThat(provider.statistics().bytesOutstanding()).isZero();
    provider.close();
    assertThat(provider.statistics().bytesHeld()).isZero();
  }

  private void makeAndCloseOfAChunk() {
    if (first == null) {
      Chunk chunk = provider.acquire(1);
      first = Arc.of(chunk);
    }
    if (second == null) {
      second = first.retain();
    }
    if (!firstClosed) {
      first.close();
      firstClosed = true;
    }
    second.close();
    first = null;
    second = null;
    firstClosed = false;
  }
}
