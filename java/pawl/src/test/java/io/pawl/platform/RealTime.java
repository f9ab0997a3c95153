package io.pawl.platform;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The real-time class of Linux, for the current thread. */
final class RealTime {

  private static final int SCHED_OTHER = 0;
  private static final int SCHED_FIFO = 1;
  private static final long CPU_SET_BYTES = 128;

  private RealTime() {}

  /** Makes the thread one of SCHED_FIFO; false if the system does not let it. */
  static boolean enter(int priority) {
    return setScheduler(SCHED_FIFO, priority);
  }

  /** Makes it an ordinary thread again. */
  static void leave() {
    boolean _ = setScheduler(SCHED_OTHER, 0);
  }

  private static boolean setScheduler(int policy, int priority) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameter = arena.allocate(JAVA_INT);
      parameter.set(JAVA_INT, 0, priority);
      MethodHandle call =
          link("sched_setscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
      return (int) call.invokeExact(0, policy, parameter) == 0;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  /** Has the thread run on one processor only; false if the system does not let it. */
  static boolean pin(int cpu) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = arena.allocate(CPU_SET_BYTES, Long.BYTES);
      set.set(JAVA_LONG, cpu / Long.SIZE * (long) Long.BYTES, 1L << (cpu % Long.SIZE));
      MethodHandle call =
          link("sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
      return (int) call.invokeExact(0, CPU_SET_BYTES, set) == 0;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(String function, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(function).orElseThrow(), type);
  }
}
