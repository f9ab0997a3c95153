package io.pawl.shared;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.InterruptHook;
import io.pawl.spi.NativeWait;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits on 32-bit words of a region, for one slice at most. Every return may be for no reason, so
 * callers loop on the state of the region.
 */
final class SharedWaits {
  /*
   * A platform thread waits in the system. An interrupt wakes all waiters of the word, among them the
   * thread that it is meant for; one that comes between the look at the interrupted status and the wait
   * takes effect when the slice is over. A virtual thread is parked, and a helper waits for it.
   */

  private static final long FIRST_SLICE_NANOS = 1_000_000;

  /** No such address: the page that it lies on is gone. */
  private static final int EFAULT = -14;

  private final Region region;
  private final VirtualWaits virtual;

  SharedWaits(Region region) {
    this.region = region;
    this.virtual = new VirtualWaits(region);
  }

  /** The length of the first slice of a wait, in nanoseconds. */
  long firstSlice() {
    return Math.min(FIRST_SLICE_NANOS, region.options.sliceNanos());
  }

  /** The length of the slice after one. */
  long nextSlice(long slice) {
    return Math.min(2 * slice, region.options.sliceNanos());
  }

  /**
   * Waits while a word holds a value.
   *
   * @param blocker what thread dumps show
   * @param offset where the word is
   * @param expected the value
   * @param slice how long at most, in nanoseconds
   * @param deadline when to return at the latest
   * @param interruptible whether an interrupt ends the wait; the status is kept in any case
   * @throws SharedRegionLostException if the word is gone
   */
  void await(
      Object blocker, long offset, int expected, long slice, long deadline, boolean interruptible) {
    long end = Math.min(Deadlines.after(slice), deadline);
    region.enter();
    try {
      LockSupport.setCurrentBlocker(blocker);
      if (Thread.currentThread().isVirtual()) {
        virtual.await(blocker, offset, expected, end, interruptible);
      } else if (interruptible) {
        new Hook(offset).await(expected, end);
      } else {
        check(awaitNative(offset, expected, end));
      }
    } catch (InternalError e) {
      throw region.lost(e);
    } finally {
      LockSupport.setCurrentBlocker(null);
      region.exit();
    }
  }

  /** Ends helpers for which nobody waits. */
  void stop() {
    virtual.stop();
  }

  private int awaitNative(long offset, int expected, long end) {
    return region.os().await(region.memory.address() + offset, expected, end, true);
  }

  private void check(int result) {
    check(region, result);
  }

  /** Throws unless a wait has ended in one of the usual ways. */
  static void check(Region region, int result) {
    switch (result) {
      case 0, NativeWait.EAGAIN, NativeWait.EINTR, NativeWait.ETIMEDOUT -> {}
      case EFAULT -> throw region.lost(null);
      case NativeWait.ENOSYS ->
          throw new UnsupportedOperationException(
              "This system has no wait that reaches from process to process");
      default -> throw new IllegalStateException("The native wait failed with error " + result);
    }
  }

  private final class Hook extends InterruptHook {
    private final long offset;

    Hook(long offset) {
      this.offset = offset;
    }

    void await(int expected, long end) {
      int result;
      begin();
      try {
        result =
            Thread.currentThread().isInterrupted()
                ? NativeWait.EINTR
                : awaitNative(offset, expected, end);
      } finally {
        end();
      }
      check(result);
    }

    /** The wait may be over when an interrupting thread comes here, and the region closed. */
    @Override
    protected void onInterrupt() {
      try {
        region.wake(offset, NativeWait.ALL);
      } catch (IllegalStateException _) {
        // It is closed, so nobody waits.
      }
    }
  }
}
