package io.pawl.benchmarks.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.List;

/**
 * Windows: {@code SetProcessAffinityMask} and {@code SetThreadAffinityMask}, which know the 64 CPUs
 * of one processor group. Started processes inherit the mask.
 */
final class WindowsAffinity implements Affinity {
  private static final SymbolLookup KERNEL = kernel();

  private final MethodHandle currentProcess =
      handle("GetCurrentProcess", FunctionDescriptor.of(ValueLayout.ADDRESS));
  private final MethodHandle currentThread =
      handle("GetCurrentThread", FunctionDescriptor.of(ValueLayout.ADDRESS));
  private final MethodHandle getMask =
      handle(
          "GetProcessAffinityMask",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
  private final MethodHandle setProcessMask =
      handle(
          "SetProcessAffinityMask",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
  private final MethodHandle setThreadMask =
      handle(
          "SetThreadAffinityMask",
          FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

  private final List<Integer> allowed = read();

  @SuppressWarnings("restricted") // a library of the system
  private static SymbolLookup kernel() {
    return SymbolLookup.libraryLookup("kernel32", Arena.global());
  }

  @SuppressWarnings("restricted") // its functions are native
  private static MethodHandle handle(String function, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(KERNEL.find(function).orElseThrow(), type);
  }

  @Override
  public String obstacle() {
    return "";
  }

  @Override
  public List<Integer> allowed() {
    return allowed;
  }

  private List<Integer> read() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment masks = arena.allocate(MemoryLayout.sequenceLayout(2, ValueLayout.JAVA_LONG));
      MemorySegment process = (MemorySegment) currentProcess.invokeExact();
      MemorySegment system = masks.asSlice(Long.BYTES);
      if ((int) getMask.invokeExact(process, masks, system) == 0) {
        throw new IllegalStateException("GetProcessAffinityMask failed");
      }
      long mask = masks.get(ValueLayout.JAVA_LONG, 0);
      return BitSet.valueOf(new long[] {mask}).stream().boxed().toList();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void pinProcess(List<Integer> cpus) {
    try {
      MemorySegment process = (MemorySegment) currentProcess.invokeExact();
      if ((int) setProcessMask.invokeExact(process, mask(cpus)) == 0) {
        throw new IllegalStateException("SetProcessAffinityMask failed for " + cpus);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void pinThread(int index) {
    if (index >= allowed.size()) {
      throw new IllegalStateException("Only these CPUs can be used: " + allowed);
    }
    try {
      MemorySegment thread = (MemorySegment) currentThread.invokeExact();
      if ((long) setThreadMask.invokeExact(thread, mask(List.of(allowed.get(index)))) == 0) {
        throw new IllegalStateException("The thread cannot be pinned to " + allowed.get(index));
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static long mask(List<Integer> cpus) {
    BitSet set = new BitSet();
    cpus.forEach(set::set);
    return set.toLongArray()[0];
  }
}
