package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.kit.Limit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A newcomer that spins for a lock which becomes shared meanwhile, with a reader asleep. */
@Limit(30)
class SharedElectionTest {

  private static final int WRITER = -1;
  private static final int READER = 1;

  private final AtomicInteger state = new AtomicInteger(WRITER);
  private final AtomicBoolean downgraded = new AtomicBoolean();
  private final AtomicInteger readersListed = new AtomicInteger();
  private final Lock queue = new Lock();

  @Test
  void aSleepingReaderIsLookedAfterWhenAWriterHasSpunInVain() throws InterruptedException {
    assumeTrue(Spin.helps(), "nobody spins here");
    Thread reader = start(READER);
    while (readersListed.get() == 0) {
      Thread.sleep(1);
    }
    Thread writer = start(AcquireQueue.EXCLUSIVE);
    reader.join();
    assertThat(downgraded).isTrue();
    assertThat(state.get()).isEqualTo(2 * READER);
    state.set(0);
    queue.released();
    writer.join();
    assertThat(state.get()).isEqualTo(WRITER);
  }

  private Thread start(int ask) {
    return Thread.ofPlatform()
        .start(() -> {
          int _ = queue.acquire(this, ask, false, Deadlines.FOREVER);
        });
  }

  /** A lock whose writer becomes a reader as soon as another thread spins to become the writer. */
  private final class Lock extends SharedQueue {

    @Override
    protected boolean tryAcquire(int ask) {
      if (ask != EXCLUSIVE) {
        return false;
      }
      if (downgraded.compareAndSet(false, true)) {
        state.set(READER);
        released();
      }
      return state.compareAndSet(0, WRITER);
    }

    @Override
    final void fence() {
      super.fence();
      readersListed.incrementAndGet();
    }

    @Override
    protected int holds() {
      return state.get();
    }

    @Override
    protected boolean tryShare() {
      return state.getAndUpdate(s -> s < 0 ? s : s + READER) >= 0;
    }

    @Override
    protected @Nullable Parker unshare() {
      state.getAndAdd(-READER);
      return null;
    }

    @Override
    protected void giveBack(int ask) {
      throw new AssertionError("nobody gives back");
    }
  }
}
