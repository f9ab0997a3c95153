package io.pawl.benchmarks;

import io.pawl.memory.Arc;
import io.pawl.memory.ArcSlice;
import io.pawl.memory.ChunkProvider;
import io.pawl.memory.SliceAllocator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
 * How long does it take to retain a handle of a slice, or of an Arc, and to close it, beside two
 * atomic adds, for one thread and for each of two?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SliceHandles {

  private final AtomicLong counter = new AtomicLong();
  private final ChunkProvider provider = new ChunkProvider();
  private ArcSlice slice;
  private Arc<AutoCloseable> arc;
  private volatile int closed;

  /** Makes the slice and the Arc. */
  @Setup
  public void setUp() {
    try (SliceAllocator slices = new SliceAllocator(provider)) {
      slice = slices.allocate(16);
    }
    arc = Arc.of(() -> closed = 1);
  }

  /** Pawl's handle. */
  @Benchmark
  public void retainClose() {
    slice.retain().close();
  }

  /** The same for each of two threads. */
  @Benchmark
  @Threads(2)
  public void retainCloseTwo() {
    slice.retain().close();
  }

  /** Pawl's shared ownership of anything. */
  @Benchmark
  public void arcRetainClose() {
    arc.retain().close();
  }

  /** The same for each of two threads. */
  @Benchmark
  @Threads(2)
  public void arcRetainCloseTwo() {
    arc.retain().close();
  }

  /** What counts references without noticing mistakes. */
  @Benchmark
  public long twoAdds() {
    return counter.getAndIncrement() + counter.getAndDecrement();
  }

  /** The same for each of two threads. */
  @Benchmark
  @Threads(2)
  public long twoAddsTwo() {
    return twoAdds();
  }

  /** Checks that the slice was the last, and so the handle of the Arc. */
  @TearDown
  public void check() {
    slice.close();
    provider.close();
    arc.close();
    if (closed != 1) {
      throw new IllegalStateException("There are other handles");
    }
    if (provider.statistics().bytesHeld() != 0 || counter.get() != 0) {
      throw new IllegalStateException(provider.statistics() + ", " + counter);
    }
  }
}
