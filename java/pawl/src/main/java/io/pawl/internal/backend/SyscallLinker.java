package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.pawl.spi.NativeWait;
import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Links {@code syscall(2)} for {@link SyscallWait}.
 *
 * <p>That class holds the handles as constants. Whatever linking them may throw is thrown here
 * instead of in its initializer, which could never be tried again.
 */
final class SyscallLinker {
  private static volatile @Nullable Linked linked;

  private SyscallLinker() {}

  /**
   * What has been linked.
   *
   * @param numbers those of this processor
   * @param plain {@code syscall(2)} with a number and six arguments
   * @param capturing the same, behind a segment that receives errno
   * @param errno the offset of errno in that segment
   */
  record Linked(SyscallNumbers numbers, MethodHandle plain, MethodHandle capturing, long errno) {}

  /**
   * Makes the backend, linking it if that has not been done.
   *
   * @throws UnavailableException if this is no Linux, or a processor of which nothing is known
   */
  static NativeWait open() throws UnavailableException {
    Linked _ = require();
    return new SyscallWait();
  }

  /** As {@link #linked()}, linking first if that has not been done. */
  static Linked require() throws UnavailableException {
    Linked done = linked;
    if (done == null) {
      linked = done = link();
    }
    return done;
  }

  /** What {@link #open} has linked. */
  static Linked linked() {
    Linked done = linked;
    if (done == null) {
      throw new IllegalStateException("not linked");
    }
    return done;
  }

  private static Linked link() throws UnavailableException {
    Platform platform = Platform.current();
    SyscallNumbers numbers = platform.isLinux() ? SyscallNumbers.of(platform.arch()) : null;
    if (numbers == null) {
      throw new UnavailableException(
          "made for Linux on x86_64 and aarch64, not for ".concat(platform.directory()), null);
    }
    Linker linker = Linker.nativeLinker();
    MemorySegment syscall = CLibrary.find("syscall");
    FunctionDescriptor type = type();
    Linker.Option variadic = Linker.Option.firstVariadicArg(1);
    Linker.Option capture = Linker.Option.captureCallState("errno");
    return new Linked(
        numbers,
        link(linker, syscall, type, variadic),
        link(linker, syscall, type, variadic, capture),
        Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno")));
  }

  /** The type of syscall(2) with a number and six arguments. */
  static FunctionDescriptor type() {
    return FunctionDescriptor.of(
        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(
      Linker linker, MemorySegment function, FunctionDescriptor type, Linker.Option... options) {
    return linker.downcallHandle(function, type, options);
  }
}
