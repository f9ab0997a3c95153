package io.pawl.spi;

import io.pawl.internal.backend.Backend;
import org.jspecify.annotations.Nullable;

/**
 * The backend in force, for waits on memory of the program's own, as on a word that C code of the
 * process shares.
 *
 * {@snippet :
 * MemorySegment flag = arena.allocate(JAVA_INT);
 * NativeWait waits = NativeWaits.current();
 *
 * // one thread
 * while ((int) FLAG.getAcquire(flag, 0L) == 0) {
 *   int _ = waits.await(flag.address(), 0, NativeWait.FOREVER, false);
 * }
 *
 * // another
 * FLAG.setRelease(flag, 0L, 1);
 * int _ = waits.wake(flag.address(), NativeWait.ALL, false);
 * }
 *
 * <p>{@link io.pawl.atomic.AtomicWord} does the same with memory that looks after itself, for
 * virtual threads and with interrupts. Here the caller sees to it that the memory is there as long
 * as a thread waits: what lies at a wrong address may be read, but nothing is ever written.
 */
public final class NativeWaits {

  private static volatile @Nullable CheckedWait current;

  private NativeWaits() {}

  /**
   * Returns the backend in force, waiting until it is linked. Its methods check what they are
   * given: they throw {@link IllegalArgumentException} if an address is 0 or not aligned to four
   * bytes, or a count is negative, and {@link UnsupportedOperationException} if a virtual thread
   * would wait in the operating system.
   *
   * @return the backend, always the same object once there is one
   * @throws UnsupportedOperationException if there is none, since the backend is {@code java};
   *     {@link io.pawl.Pawl#describe()} says why
   * @throws IllegalStateException if the backend or library that the user demanded does not work
   */
  public static NativeWait current() {
    CheckedWait wait = current;
    if (wait == null) {
      NativeWait backend = Backend.settled();
      if (backend == null) {
        throw new UnsupportedOperationException(
            "There are no native waits, the backend is java; Pawl.describe() says why");
      }
      current = wait = new CheckedWait(backend);
    }
    return wait;
  }
}
