package io.pawl.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Runs code in the middle of a native call that was passed a segment. */
final class NativeUse {

  private final Runnable body;
  private @Nullable Throwable failure;
  private boolean ran;

  private NativeUse(Runnable body) {
    this.body = body;
  }

  /** Runs the body while a native call, to the C library's qsort, is using the segment. */
  static void during(MemorySegment segment, Runnable body) {
    NativeUse use = new NativeUse(body);
    try (Arena arena = Arena.ofConfined()) {
      use.call(segment, arena);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
    if (use.failure != null || !use.ran) {
      throw new AssertionError("Failed during the native call", use.failure);
    }
  }

  @SuppressWarnings("restricted") // the point is a native call
  private void call(MemorySegment segment, Arena arena) throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle qsort =
        linker.downcallHandle(
            linker.defaultLookup().find("qsort").orElseThrow(),
            FunctionDescriptor.ofVoid(
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS));
    MethodType type = MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class);
    MethodHandle compare =
        MethodHandles.lookup().findVirtual(NativeUse.class, "compare", type).bindTo(this);
    MemorySegment comparator =
        linker.upcallStub(
            compare,
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
            arena);
    qsort.invokeExact(segment, 2L, 4L, comparator);
  }

  /** Called by qsort; what it throws would end the process. */
  @SuppressWarnings({"unused", "CatchingUnchecked"})
  private int compare(MemorySegment left, MemorySegment right) {
    if (!ran) {
      ran = true;
      try {
        body.run();
      } catch (Throwable t) {
        failure = t;
      }
    }
    return 0;
  }
}
