package io.pawl.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * The CPU time that this process has used. The JDK's own figure counts ticks of 10 milliseconds on
 * Linux, too coarse for a turn, so that the clock of POSIX is read where there is one.
 */
final class CpuClock {
  private static final long NANOS = 1_000_000_000;
  private static final OperatingSystemMXBean JDK =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final int id;
  private final MethodHandle read;
  private final MemorySegment time = Arena.global().allocate(ValueLayout.JAVA_LONG, 2);

  private CpuClock(int id, MethodHandle read) {
    this.id = id;
    this.read = read;
  }

  private static final CpuClock POSIX = posix();

  @SuppressWarnings("restricted") // the clock is a native call
  private static CpuClock posix() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    int id = os.startsWith("linux") ? 2 : os.startsWith("mac") ? 12 : -1;
    if (id < 0) {
      return null;
    }
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("clock_gettime")
        .map(address ->
            new CpuClock(
                id,
                linker.downcallHandle(
                    address,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS))))
        .orElse(null);
  }

  /** Nanoseconds of all threads so far. */
  static long nanos() {
    return POSIX == null ? JDK.getProcessCpuTime() : POSIX.now();
  }

  private synchronized long now() {
    try {
      if ((int) read.invokeExact(id, time) != 0) {
        throw new IllegalStateException("There is no clock of the process's CPU time");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * NANOS
        + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
  }
}
