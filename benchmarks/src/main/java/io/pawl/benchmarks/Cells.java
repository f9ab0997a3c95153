package io.pawl.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Numbers in native memory, whose places in cache lines are known: objects begin where the
 * collector puts them.
 */
final class Cells {
  private Cells() {}

  /** The accesses to a number: of a segment and an offset in bytes. */
  static final VarHandle NUMBER = ValueLayout.JAVA_LONG.varHandle();

  private static final long PAGE = 4096;

  /** The first of its bytes begins a page, and so a line; the memory is never freed. */
  static MemorySegment page() {
    return Arena.global().allocate(PAGE, PAGE);
  }
}
