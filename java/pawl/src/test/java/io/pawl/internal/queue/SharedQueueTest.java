package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.kit.Limit;
import io.pawl.kit.Patience;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Waiters that leave the list while another thread looks at it. */
@Limit(30)
class SharedQueueTest {

  private static final int WRITER = -1;
  private static final int READER = 1;

  private final AtomicInteger state = new AtomicInteger(READER);
  private final CountDownLatch writerListed = new CountDownLatch(1);
  private final CountDownLatch stateFreed = new CountDownLatch(1);
  private final CountDownLatch writerDowngraded = new CountDownLatch(1);
  private final CountDownLatch readerIn = new CountDownLatch(1);
  private final Lock queue = new Lock();

  @Test
  void aReaderComesInAfterTheWriterBeforeItHasBecomeAReader() throws Exception {
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              int _ = queue.acquire(this, AcquireQueue.EXCLUSIVE, false, Deadlines.FOREVER);
              state.set(READER);
              queue.released();
              writerDowngraded.countDown();
            });
    writerListed.await();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              int _ = queue.acquire(this, READER, false, Deadlines.FOREVER);
              readerIn.countDown();
            });

    boolean in = readerIn.await(Patience.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS);
    int found = state.getAndSet(0);
    queue.released();
    writer.join();
    reader.join();
    assertThat(in).as("the reader is not woken while the state is %d", found).isTrue();
    assertThat(found).isEqualTo(2 * READER);
  }

  /** A lock whose writer, once listed, tries again when a look at the list has found it first. */
  private final class Lock extends SharedQueue {
    private int attempts;
    private boolean looked;

    @Override
    protected boolean tryAcquire(int ask) {
      if (ask != EXCLUSIVE) {
        return false;
      }
      if (hasListed() && attempts++ == 0) {
        writerListed.countDown();
        await(stateFreed);
      }
      return state.compareAndSet(0, WRITER);
    }

    /** The look of the reader, before which nobody has looked. */
    @Override
    protected int holds() {
      int holds = state.get();
      if (!looked && isLookingAtTheList()) {
        looked = true;
        state.set(0);
        stateFreed.countDown();
        await(writerDowngraded);
      }
      return holds;
    }

    private boolean isLookingAtTheList() {
      boolean free = tryLockList();
      if (free) {
        unlockList();
      }
      return !free;
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

    private void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
