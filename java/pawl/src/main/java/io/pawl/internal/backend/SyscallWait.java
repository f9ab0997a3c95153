package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.pawl.internal.memory.Words;
import io.pawl.spi.NativeWait;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * The backend {@code syscall}: downcalls to the C library's {@code syscall(2)}, without a shim.
 * Linux only.
 *
 * <p>Capturing errno allocates until it is compiled, so no call captures it at first. A call that
 * failed finds out from the word, unless processes share it, and the clock why. If they do not
 * tell, as after a signal, it has had no effect and is made again with a piece of memory for errno.
 *
 * <p>Nothing here fails for want of memory: without a piece for its deadline a wait returns every
 * few milliseconds as if for no reason, and without one for errno a general reason is given.
 */
final class SyscallWait implements NativeWait {
  private static final int FUTEX_WAIT = 0;
  private static final int FUTEX_WAKE = 1;
  private static final int FUTEX_CMP_REQUEUE = 4;
  private static final int FUTEX_WAIT_BITSET = 9;
  private static final int FUTEX_PRIVATE_FLAG = 128;
  private static final long FUTEX_BITSET_MATCH_ANY = 0xFFFF_FFFFL;
  private static final long MEMBARRIER_CMD_PRIVATE_EXPEDITED = 1 << 3;
  private static final long MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED = 1 << 4;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long TICK_NANOS = 5_000_000L;

  /** A piece holds the captured errno, then a struct timespec. */
  private static final long TIMESPEC = 8;

  private static final long NUMBER_FUTEX = SyscallLinker.linked().numbers().futex();
  private static final long NUMBER_MEMBARRIER = SyscallLinker.linked().numbers().membarrier();
  private static final MethodHandle SYSCALL = SyscallLinker.linked().plain();
  private static final MethodHandle SYSCALL_ERRNO = SyscallLinker.linked().capturing();
  private static final long ERRNO = SyscallLinker.linked().errno();

  private final Scratch scratch;

  /** A piece whose timespec nobody writes any more. */
  private final long tick;

  SyscallWait() {
    this(new Scratch());
  }

  SyscallWait(Scratch scratch) {
    this.scratch = scratch;
    tick = scratch.take();
    setTime(tick, TICK_NANOS);
  }

  @Override
  public int await(long address, int expected, long deadline, boolean shared) {
    if (isNoWord(address)) {
      return EINVAL;
    }
    if (deadline == FOREVER) {
      return await(address, operation(FUTEX_WAIT_BITSET, shared), expected, FOREVER, 0);
    }
    long piece = scratch.take();
    if (piece == 0) {
      return awaitTick(address, expected, deadline, shared);
    }
    try {
      // A negative tv_sec is EINVAL; zero lies in the past as well.
      setTime(piece, Math.max(deadline, 0));
      return await(
          address, operation(FUTEX_WAIT_BITSET, shared), expected, deadline, piece + TIMESPEC);
    } finally {
      scratch.giveBack(piece);
      Reference.reachabilityFence(this);
    }
  }

  /** Waits for a short time that need not be written anywhere. */
  private int awaitTick(long address, int expected, long deadline, boolean shared) {
    if (System.nanoTime() - deadline >= 0) {
      return shared || Words.getVolatile(address) == expected ? ETIMEDOUT : EAGAIN;
    }
    try {
      int result =
          await(address, operation(FUTEX_WAIT, shared), expected, FOREVER, tick + TIMESPEC);
      return result == ETIMEDOUT ? EINTR : result;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private int await(long address, long operation, int expected, long deadline, long timespec) {
    try {
      if ((long)
              SYSCALL.invokeExact(
                  NUMBER_FUTEX,
                  address,
                  operation,
                  (long) expected,
                  timespec,
                  0L,
                  FUTEX_BITSET_MATCH_ANY)
          >= 0) {
        return 0;
      }
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
    if (isPrivate(operation) && Words.getVolatile(address) != expected) {
      return EAGAIN;
    }
    if (deadline != FOREVER && System.nanoTime() - deadline >= 0) {
      return ETIMEDOUT;
    }
    return again(
        EINTR, NUMBER_FUTEX, address, operation, expected, timespec, 0, FUTEX_BITSET_MATCH_ANY);
  }

  @Override
  public int wake(long address, int count, boolean shared) {
    // For either count the kernel would wake one.
    if (count <= 0 || isNoWord(address)) {
      return count == 0 ? 0 : EINVAL;
    }
    return call(NUMBER_FUTEX, address, operation(FUTEX_WAKE, shared), count, 0, 0, 0);
  }

  @Override
  public int requeue(long from, int expected, int wake, int move, long to, boolean shared) {
    if (isNoWord(from) || isNoWord(to) || wake < 0 || move < 0) {
      return EINVAL;
    }
    long operation = operation(FUTEX_CMP_REQUEUE, shared);
    long result = plain(NUMBER_FUTEX, from, operation, wake, move, to, expected);
    if (result >= 0) {
      return (int) result;
    }
    return Words.getVolatile(from) != expected
        ? EAGAIN
        : again(ENOSYS, NUMBER_FUTEX, from, operation, wake, move, to, expected);
  }

  @Override
  public int registerBarrier() {
    return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  }

  @Override
  public int barrier() {
    return membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
  }

  private int membarrier(long command) {
    int result = call(NUMBER_MEMBARRIER, command, 0, 0, 0, 0, 0);
    // A kernel built without this command does not know it.
    return result == EINVAL ? ENOSYS : result;
  }

  /** Whether the word may be read: what processes share may be gone, which the kernel survives. */
  private static boolean isPrivate(long operation) {
    return (operation & FUTEX_PRIVATE_FLAG) != 0;
  }

  private static boolean isNoWord(long address) {
    return address == 0 || (address & 3) != 0;
  }

  private static long operation(int command, boolean shared) {
    return shared ? command : command | FUTEX_PRIVATE_FLAG;
  }

  /** Writes the timespec of a piece, whose processors are all little-endian. */
  private static void setTime(long piece, long nanos) {
    setLong(piece + TIMESPEC, nanos / NANOS_PER_SECOND);
    setLong(piece + TIMESPEC + Long.BYTES, nanos % NANOS_PER_SECOND);
  }

  private static void setLong(long address, long value) {
    Words.set(address, (int) value);
    Words.set(address + Integer.BYTES, (int) (value >> Integer.SIZE));
  }

  private int call(long number, long a, long b, long c, long d, long e, long f) {
    long result = plain(number, a, b, c, d, e, f);
    return result >= 0 ? (int) result : again(ENOSYS, number, a, b, c, d, e, f);
  }

  private static long plain(long number, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) SYSCALL.invokeExact(number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /**
   * Makes a call again that has failed.
   *
   * @param unknown what to return if there is no memory in which to learn why
   */
  private int again(int unknown, long number, long a, long b, long c, long d, long e, long f) {
    long piece = scratch.take();
    if (piece == 0) {
      return unknown;
    }
    try {
      MemorySegment errno = scratch.segment(piece);
      long result = (long) SYSCALL_ERRNO.invokeExact(errno, number, a, b, c, d, e, f);
      return result >= 0 ? (int) result : -errno.get(JAVA_INT, ERRNO);
    } catch (OutOfMemoryError _) {
      return unknown;
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    } finally {
      scratch.giveBack(piece);
      Reference.reachabilityFence(this);
    }
  }
}
