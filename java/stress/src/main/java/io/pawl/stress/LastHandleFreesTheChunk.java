package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.memory.ArcSlice;
import io.pawl.memory.ChunkProvider;
import io.pawl.memory.SliceAllocator;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;

/**
 * Two handles of the last holds on a chunk, at the border of two cells of holds: one is retained
 * and closed while the other is closed, and one is closed twice.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "Each closed once, and the chunk came back.")
@Outcome(expect = FORBIDDEN, desc = "The chunk stayed, or a handle was closed twice or never.")
@State
public class LastHandleFreesTheChunk {

  /** How many holds the chunk has had when there are two handles; 58 fill a cell. */
  private static final int HOLDS_BEFORE = 57;

  private final ChunkProvider provider =
      ChunkProvider.builder().chunkBytes(64).maxChunkBytes(64).build();
  private final ArcSlice one;
  private final ArcSlice two;

  public LastHandleFreesTheChunk() {
    try (SliceAllocator slices = new SliceAllocator(provider)) {
      one = slices.allocate(8);
      for (int holds = 2; holds < HOLDS_BEFORE; holds++) {
        one.retain().close();
      }
      two = one.retain();
    }
  }

  private static int close(ArcSlice handle) {
    try {
      handle.close();
      return 1;
    } catch (IllegalStateException e) {
      return 0;
    }
  }

  @Actor
  public void retainAndClose() {
    one.retain().close();
    one.close();
  }

  @Actor
  public void close(IJ_Result r) {
    r.r1 = close(two);
  }

  @Arbiter
  public void result(IJ_Result r) {
    r.r1 += close(two);
    r.r2 = provider.statistics().bytesOutstanding();
    provider.close();
  }
}
