package io.pawl.benchmarks;

import io.pawl.memory.ChunkProvider;
import io.pawl.memory.ConcurrentArena;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * How long does it take to allocate 16 bytes of native memory and to free them, for one thread and
 * for each of two? Arenas are freed after each {@value #BATCH} allocations of a thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ArenaAllocation {

  private static final int BATCH = 1 << 16;
  private static final long BYTES = 16;
  private static final MethodHandle MALLOC =
      handle("malloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      handle("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private final ChunkProvider provider = new ChunkProvider();
  private ConcurrentArena arena;
  private volatile Arena shared;

  @SuppressWarnings("restricted") // the peer is a native call
  private static MethodHandle handle(String function, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(function).orElseThrow(), type);
  }

  /** Counts the allocations of a thread. */
  @State(Scope.Thread)
  public static class Count {
    private int allocations;

    boolean isBatch() {
      return ++allocations % BATCH == 0;
    }
  }

  /** Makes the arenas. */
  @Setup
  public void setUp() {
    arena = new ConcurrentArena(provider);
    shared = Arena.ofShared();
  }

  /** Pawl's arena. */
  @Benchmark
  public MemorySegment concurrentArena(Count count) {
    if (count.isBatch()) {
      arena.reset();
    }
    return arena.allocate(BYTES);
  }

  /** The same for each of two threads. */
  @Benchmark
  @Threads(2)
  public MemorySegment concurrentArenaTwo(Count count) {
    return concurrentArena(count);
  }

  /** The JDK's. */
  @Benchmark
  public MemorySegment sharedArena(Count count) {
    if (count.isBatch()) {
      replaceShared();
    }
    return allocateShared();
  }

  /** The same for each of two threads. */
  @Benchmark
  @Threads(2)
  public MemorySegment sharedArenaTwo(Count count) {
    return sharedArena(count);
  }

  private MemorySegment allocateShared() {
    for (; ; ) {
      Arena a = shared;
      try {
        return a.allocate(BYTES);
      } catch (IllegalStateException e) {
        if (a == shared) { // not because the other thread has replaced it
          throw e;
        }
      }
    }
  }

  private void replaceShared() {
    Arena old;
    synchronized (this) {
      old = shared;
      shared = Arena.ofShared();
    }
    old.close();
  }

  /** The C library's malloc and free. */
  @Benchmark
  @SuppressWarnings("restricted") // so is the size of its result
  public MemorySegment malloc() throws Throwable {
    MemorySegment segment = ((MemorySegment) MALLOC.invokeExact(BYTES)).reinterpret(BYTES);
    FREE.invokeExact(segment);
    return segment;
  }

  /** The same for each of two threads. */
  @Benchmark
  @Threads(2)
  public MemorySegment mallocTwo() throws Throwable {
    return malloc();
  }

  /** Checks that the arena still allocates what it is asked for. */
  void checkIsOpen() {
    if (arena.allocate(BYTES).byteSize() != BYTES) {
      throw new IllegalStateException("The arena allocates another size");
    }
  }

  /** Frees the arenas and checks that nothing is left. */
  @TearDown
  public void check() {
    shared.close();
    arena.close();
    provider.close();
    if (provider.statistics().bytesHeld() != 0) {
      throw new IllegalStateException(provider.statistics().toString());
    }
  }
}
