package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.pawl.internal.memory.Words;
import io.pawl.spi.NativeWait;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The backend {@code syscall}: downcalls to the C library's {@code syscall(2)}, without a shim.
 * Linux only.
 *
 * <p>Capturing errno allocates until it is compiled, so no call captures it at first. A wait that
 * failed finds out from the word and the clock why. If they do not tell, as after a signal, and for
 * every other call that failed and so had no effect, the call is made again with a segment for
 * errno.
 */
final class SyscallWait implements NativeWait {
  private static final int FUTEX_WAKE = 1;
  private static final int FUTEX_CMP_REQUEUE = 4;
  private static final int FUTEX_WAIT_BITSET = 9;
  private static final int FUTEX_PRIVATE_FLAG = 128;
  private static final long FUTEX_BITSET_MATCH_ANY = 0xFFFF_FFFFL;
  private static final long MEMBARRIER_CMD_PRIVATE_EXPEDITED = 1 << 3;
  private static final long MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED = 1 << 4;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Scratch memory: the captured errno in the first word, then a struct timespec. */
  private static final long SCRATCH_SIZE = 24;

  private static final long TIMESPEC = 8;
  private static final long ERRNO =
      Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

  private static final long NUMBER_FUTEX;
  private static final long NUMBER_MEMBARRIER;
  private static final MethodHandle SYSCALL;
  private static final MethodHandle SYSCALL_ERRNO;

  static {
    Platform platform = Platform.current();
    SyscallNumbers numbers = platform.isLinux() ? SyscallNumbers.of(platform.arch()) : null;
    if (numbers == null) {
      throw new UnsupportedOperationException(
          "made for Linux on x86_64 and aarch64, not for " + platform.directory());
    }
    NUMBER_FUTEX = numbers.futex();
    NUMBER_MEMBARRIER = numbers.membarrier();
    Linker linker = Linker.nativeLinker();
    MemorySegment syscall = linker.defaultLookup().find("syscall").orElseThrow();
    FunctionDescriptor type =
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    Linker.Option variadic = Linker.Option.firstVariadicArg(1);
    SYSCALL = link(linker, syscall, type, variadic);
    SYSCALL_ERRNO = link(linker, syscall, type, variadic, Linker.Option.captureCallState("errno"));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(
      Linker linker, MemorySegment function, FunctionDescriptor type, Linker.Option... options) {
    return linker.downcallHandle(function, type, options);
  }

  private static final ThreadLocal<MemorySegment> SCRATCH =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(SCRATCH_SIZE, Long.BYTES));

  @Override
  public int await(long address, int expected, long deadline, boolean shared) {
    if (address == 0 || (address & 3) != 0) {
      return EINVAL;
    }
    MemorySegment scratch = SCRATCH.get();
    long timespec = 0;
    if (deadline != FOREVER) {
      // A negative tv_sec is EINVAL; zero lies in the past as well.
      long time = Math.max(deadline, 0);
      scratch.set(JAVA_LONG, TIMESPEC, time / NANOS_PER_SECOND);
      scratch.set(JAVA_LONG, TIMESPEC + Long.BYTES, time % NANOS_PER_SECOND);
      timespec = scratch.address() + TIMESPEC;
    }
    long operation = operation(FUTEX_WAIT_BITSET, shared);
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
    if (Words.getVolatile(address) != expected) {
      return EAGAIN;
    }
    if (deadline != FOREVER && System.nanoTime() - deadline >= 0) {
      return ETIMEDOUT;
    }
    return capturing(
        scratch, NUMBER_FUTEX, address, operation, expected, timespec, 0, FUTEX_BITSET_MATCH_ANY);
  }

  @Override
  public int wake(long address, int count, boolean shared) {
    // For either count the kernel would wake one.
    if (count <= 0) {
      return count == 0 ? 0 : EINVAL;
    }
    return call(NUMBER_FUTEX, address, operation(FUTEX_WAKE, shared), count, 0, 0, 0);
  }

  @Override
  public int requeue(long from, int expected, int wake, int move, long to, boolean shared) {
    return call(NUMBER_FUTEX, from, operation(FUTEX_CMP_REQUEUE, shared), wake, move, to, expected);
  }

  @Override
  public int registerBarrier() {
    return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  }

  @Override
  public int barrier() {
    return membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
  }

  private static int membarrier(long command) {
    int result = call(NUMBER_MEMBARRIER, command, 0, 0, 0, 0, 0);
    // A kernel built without this command does not know it.
    return result == EINVAL ? ENOSYS : result;
  }

  private static long operation(int command, boolean shared) {
    return shared ? command : command | FUTEX_PRIVATE_FLAG;
  }

  private static int call(long number, long a, long b, long c, long d, long e, long f) {
    try {
      long result = (long) SYSCALL.invokeExact(number, a, b, c, d, e, f);
      return result >= 0 ? (int) result : callAgain(number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  private static int callAgain(long number, long a, long b, long c, long d, long e, long f) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment scratch = arena.allocate(SCRATCH_SIZE, Long.BYTES);
      return capturing(scratch, number, a, b, c, d, e, f);
    }
  }

  private static int capturing(
      MemorySegment scratch, long number, long a, long b, long c, long d, long e, long f) {
    try {
      long result = (long) SYSCALL_ERRNO.invokeExact(scratch, number, a, b, c, d, e, f);
      return result >= 0 ? (int) result : -scratch.get(JAVA_INT, ERRNO);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }
}
