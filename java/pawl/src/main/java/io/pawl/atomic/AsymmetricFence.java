package io.pawl.atomic;

import io.pawl.internal.backend.Preparation;
import io.pawl.internal.fence.Fences;

/**
 * A fence in two halves, for those who write a protocol in which one side runs often and the other
 * seldom: the seldom side pays for both, by a fence on all threads of the process.
 *
 * <p>Each side stores, fences, and loads what the other has stored; at least one of the two then
 * sees the other's store. With full fences ({@link java.lang.invoke.VarHandle#fullFence()}) on both
 * sides that is Dekker's test, and each passage of the frequent side costs a full fence. With
 * {@link #light()} there and {@link #processWide()} on the seldom side it costs next to nothing. So
 * readers of an RCU-like design announce themselves by a plain store:
 *
 * {@snippet :
 * // reader, often                     // reclaimer, seldom
 * epochOf.setOpaque(mine, epoch);      Node old = (Node) head.getAndSet(next);
 * AsymmetricFence.light();             AsymmetricFence.processWide();
 * Node n = (Node) head.getAcquire();   waitUntilNoReaderIsAtOrBefore(epoch);
 * read(n);                             old.free(); // no reader has it
 * epochOf.setRelease(mine, 0);
 * }
 *
 * <p>For that very design see {@link io.pawl.rcu.Rcu}.
 *
 * <p><b>Pairs.</b> Two light fences order nothing between them, even where both happen to be full
 * fences. Use opaque or stronger accesses on either side: the compiler may keep plain ones in
 * registers.
 *
 * <p><b>Virtual threads</b> are covered, whether they are mounted or not. Neither half waits for
 * other threads in the sense of parking, nor responds to interrupts.
 *
 * <p><b>Memory consistency effects.</b> {@code light()} is at least a {@link
 * java.lang.invoke.VarHandle#acquireFence()}. {@code processWide()} is a full fence of the current
 * thread, and of every other thread that runs Java code at some point of its program between the
 * call and the return.
 *
 * <p><b>Cost.</b> {@code light()} is one read and no instruction more on x86, one barrier for loads
 * on AArch64. {@code processWide()} is a system call that interrupts every processor on which a
 * thread of the process runs, 0.5 to 10 microseconds (membarrier(2) on Linux,
 * FlushProcessWriteBuffers on Windows), and slows those threads down by as much. Where {@link
 * io.pawl.Pawl#describe()} says that fences are symmetric, as in the first tenths of a second of a
 * process, on macOS and on some virtual machines, {@code light()} is a full fence of some
 * nanoseconds, and {@code processWide()} stops all threads at a safepoint, which takes from some
 * 100 microseconds to many milliseconds, growing with the number of threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/membarrier.2.html">membarrier(2)</a>
 * @see <a href="https://wg21.link/p1202">D. Goldblatt, P1202, "Asymmetric Fences"</a>
 * @see <a href="https://doi.org/10.1145/1835698.1835711">D. Dice, H. Huang, M. Yang, "Asymmetric
 *     Dekker Synchronization"</a>
 */
public final class AsymmetricFence {

  static {
    Fences.initialize();
    Preparation.begin();
  }

  private AsymmetricFence() {}

  /** The frequent side's half: between its store and its load. */
  public static void light() {
    Fences.light();
  }

  /**
   * The seldom side's half: between its store and its load. A full fence on all threads, whether or
   * not they use {@link #light()}.
   *
   * @throws OutOfMemoryError if threads have to be stopped and there is no memory for that; the
   *     fence may then not have taken place on other threads
   */
  public static void processWide() {
    Fences.everywhere();
  }
}
