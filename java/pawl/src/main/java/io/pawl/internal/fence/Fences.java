package io.pawl.internal.fence;

import io.pawl.spi.NativeWait;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The two sides of the store-load fence between a thread that releases a lock and a thread that is
 * about to sleep on it.
 *
 * <p>Each side stores, fences, and loads what the other side stored; the pair guarantees that at
 * least one of the two sees the other's store. {@link #light()} is the side that runs on every
 * release, {@link #heavy()} the side that runs before a thread sleeps. A light fence orders only
 * against a heavy one: code that relies on two light fences is wrong even where both happen to be
 * full fences.
 *
 * <p>Symmetric fences are full fences on both sides. Asymmetric ones put the whole price on the
 * heavy side, which has the operating system execute a fence on every running thread of the process
 * (membarrier(2) on Linux, FlushProcessWriteBuffers on Windows) and takes 0.5 to 10 microseconds,
 * so that the light side only has to keep the compiler from reordering.
 *
 * <p>The fences of a process start symmetric and become asymmetric once native calls have been
 * linked, in the background; locks may be in use meanwhile. They stay symmetric where there is no
 * such call, where the virtual machine is not known to keep the order that the light side relies
 * on, and if the system property {@code pawl.fence} is {@code symmetric}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/membarrier.2.html">membarrier(2)</a>
 * @see <a href="https://doi.org/10.1145/1835698.1835711">D. Dice, H. Huang, M. Yang, "Asymmetric
 *     Dekker Synchronization"</a>
 */
public final class Fences {

  /*
   * State     barrier   light sides that may be at work    heavy side
   *
   *   start   null      full fence                         full fence
   *     | barrier = call
   *   middle  call      full fence                         full fence, call
   *     | asymmetric = true
   *   end     call      full fence or none                 full fence, call
   *     | the call fails, which it has no reason to: see fallBack
   *   start
   *
   * Whoever changes both holds the monitor of this class, so that the way back never overtakes the way
   * there.
   *
   * Why the change may happen under locks in use. Let R be a releaser: it stores, reads asymmetric,
   * fences accordingly, and looks. Let S be a sleeper: it publishes, executes a full fence, reads
   * barrier, makes the call if there is one, and looks. The order of what follows is that in which it
   * takes effect in memory; each step is kept in order by a fence or a volatile access.
   *
   *   - R reads asymmetric false: it executes a full fence, as S does. One of them sees the other.
   *   - R reads true, and S reads a call: the call makes R execute a fence at some point of its program.
   *     If that is after R's store, S sees the store. If it is before the store, it is before R's look,
   *     which then sees what S has published before the call.
   *   - R reads true, and S reads null:
   *       S publishes < S reads null < barrier is set < asymmetric is set < R reads true < R looks
   *     so R sees what S has published.
   *
   * Why the compiler keeps the order on the light side. The Java memory model lets a release store pass
   * a later read. HotSpot does not move memory accesses across the node of any fence, and the node of
   * acquireFence emits nothing on x86 and dmb ishld on AArch64, which the read of asymmetric needs
   * anyway to stay before the look. Others get full fences: see Compilers.
   *
   * Memory order
   *   asymmetric   plain; a thread that misses the change fences more than it has to. It is read again
   *                after each fence, for compilers keep no plain value across one.
   *   barrier      volatile
   */
  private static final String PROPERTY = "pawl.fence";
  private static final String SYMMETRIC = "symmetric";

  private static boolean asymmetric;
  private static volatile @Nullable NativeWait barrier;

  /** Why the fences are symmetric. */
  private static volatile String reason = "native calls have not been linked";

  private Fences() {}

  /**
   * Initializes this class and resolves what {@link #light()} calls, for which a class loader needs
   * memory the first time, before an unlock needs them, which must not fail.
   */
  public static void initialize() {
    VarHandle.acquireFence();
    VarHandle.fullFence();
  }

  /** The fence on the side that runs often: a releaser, between its release and its look. */
  public static void light() {
    if (asymmetric) {
      VarHandle.acquireFence();
    } else {
      VarHandle.fullFence();
    }
  }

  /** The fence on the side that runs seldom: a sleeper, between its listing and its look. */
  public static void heavy() {
    VarHandle.fullFence();
    boolean _ = callBarrier();
  }

  /**
   * A full fence on every thread that runs Java code, whichever fences are in force: what comes
   * before it is visible to what those threads read afterwards, and what they have stored before is
   * visible after it. The heavy fence against a light side that keeps the compiler from reordering
   * but never fences.
   */
  public static void everywhere() {
    VarHandle.fullFence();
    if (!callBarrier()) {
      stopAll();
    }
  }

  /** Has all threads fence by the system's call; false if there is none, or if it has failed. */
  private static boolean callBarrier() {
    NativeWait call = barrier;
    if (call == null) {
      return false;
    }
    int error = call.barrier();
    if (error != 0) {
      fallBack(error);
    }
    return error == 0;
  }

  /**
   * Whether a heavy fence costs more than a full one. A thread that gets false after a full fence
   * needs no other: it has executed what {@link #heavy()} would have.
   *
   * @return false while both sides are full fences
   */
  public static boolean isHeavyDear() {
    return barrier != null;
  }

  /**
   * Makes the fences asymmetric if that is possible and allowed. Called once, when native calls
   * have been linked; takes milliseconds in a process of many threads.
   *
   * @param calls what executes a fence on every thread
   */
  public static void useBarrier(NativeWait calls) {
    String obstacle = obstacle(calls);
    if (obstacle != null) {
      reason = obstacle;
    } else {
      synchronized (Fences.class) {
        barrier = calls;
        VarHandle.fullFence();
        asymmetric = true;
      }
    }
  }

  /**
   * Records why the fences stay symmetric.
   *
   * @param why there are no native calls
   */
  public static void useNone(String why) {
    String forced = forced();
    reason = forced != null ? forced : why;
  }

  private static @Nullable String obstacle(NativeWait calls) {
    String forced = forced();
    if (forced != null) {
      return forced;
    }
    String unknown = Compilers.unknown();
    if (unknown != null) {
      return unknown;
    }
    int error = calls.registerBarrier();
    if (error == 0) {
      error = calls.barrier();
    }
    return error == 0
        ? null
        : "the system has no process-wide barrier: error ".concat(Integer.toString(error));
  }

  /** The reason that the user has given, or null. A word that means nothing is the safe side. */
  private static @Nullable String forced() {
    String value = System.getProperty(PROPERTY);
    if (value == null) {
      return null;
    }
    String demand = "-Dpawl.fence=".concat(value);
    return value.equals(SYMMETRIC) ? demand : demand.concat(" is unknown; use symmetric");
  }

  /**
   * Goes back to symmetric fences after a call has failed, as it may when the process gives up the
   * right to make it. All threads are stopped; who reads the flag afterwards finds it cleared. That
   * holds for other threads whose calls have failed meanwhile as well: they wait until it is done.
   */
  private static synchronized void fallBack(int error) {
    if (barrier != null) {
      reason = "the process-wide barrier has failed with error ".concat(Integer.toString(error));
      asymmetric = false;
      VarHandle.fullFence();
      try {
        stopAll();
        barrier = null;
      } catch (RuntimeException | OutOfMemoryError _) {
        // Out of memory comes after a collection in vain, a safepoint too. The next call tries
        // again.
      }
    }
  }

  /**
   * A dump of all threads brings the virtual machine to a safepoint, at which whatever Java code
   * has stored is visible.
   */
  private static void stopAll() {
    var _ = Thread.getAllStackTraces();
  }

  /**
   * Says which kind of fence is in force, and why.
   *
   * @return one line
   */
  public static String describe() {
    return asymmetric
        ? "asymmetric (the process-wide barrier of the system, paid by threads about to sleep)"
        : "symmetric, a full fence on both sides (" + reason + ")";
  }
}
