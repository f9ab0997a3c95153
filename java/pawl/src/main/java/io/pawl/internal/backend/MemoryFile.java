package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A file in memory, by memfd_create(2): it needs no directory, and no mount option applies to it.
 * Closing it leaves what has been loaded from it.
 */
final class MemoryFile implements AutoCloseable {
  private static final int MFD_CLOEXEC = 1;
  private static final int EMFILE = 24;
  private static final int ENFILE = 23;

  private final File file;
  private final int descriptor;
  private boolean closed;

  private MemoryFile(File file, int descriptor) {
    this.file = file;
    this.descriptor = descriptor;
  }

  /**
   * Creates a file.
   *
   * @throws UnavailableException if the system has no such call
   */
  static MemoryFile create(String name, byte[] content) throws IOException, UnavailableException {
    MethodHandle close = link("close", closeType());
    int descriptor = memfdCreate(name);
    boolean written = false;
    try {
      MemoryFile memory =
          new MemoryFile(new File(directory(), Integer.toString(descriptor)), descriptor);
      try (FileOutputStream out = new FileOutputStream(memory.file)) {
        out.write(content);
      }
      written = true;
      return memory;
    } finally {
      if (!written) {
        close(close, descriptor);
      }
    }
  }

  /** The type of close(2). */
  static FunctionDescriptor closeType() {
    return FunctionDescriptor.of(JAVA_INT, JAVA_INT);
  }

  /** The type of memfd_create(2), whose errno is captured. */
  static FunctionDescriptor createType() {
    return FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
  }

  /** Its path under /proc. */
  File file() {
    return file;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        close(link("close", closeType()), descriptor);
      } catch (UnavailableException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * The descriptors of this thread. A library is known by its path as long as it is loaded, also
   * when the descriptor is in use for another file, and no other thread has this path.
   */
  private static File directory() throws IOException {
    return new File(new File("/proc/thread-self").getCanonicalFile(), "fd");
  }

  private static int memfdCreate(String name) throws IOException, UnavailableException {
    MethodHandle create =
        link("memfd_create", createType(), Linker.Option.captureCallState("errno"));
    long errno = Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      int descriptor = (int) create.invokeExact(state, arena.allocateFrom(name), MFD_CLOEXEC);
      if (descriptor < 0) {
        throw new IOException("memfd_create failed with ".concat(name(state.get(JAVA_INT, errno))));
      }
      return descriptor;
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  private static void close(MethodHandle close, int descriptor) {
    try {
      int _ = (int) close.invokeExact(descriptor);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  private static String name(int error) {
    return switch (error) {
      case EMFILE -> "EMFILE: the process has no file descriptor left";
      case ENFILE -> "ENFILE: the system has no open file left";
      default -> "error ".concat(Integer.toString(error));
    };
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(
      String function, FunctionDescriptor type, Linker.Option... options)
      throws UnavailableException {
    return Linker.nativeLinker().downcallHandle(CLibrary.find(function), type, options);
  }
}
