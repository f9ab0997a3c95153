package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A file in memory, by memfd_create(2): it needs no directory, and no mount option applies to it.
 */
final class MemoryFile {
  private static final int MFD_CLOEXEC = 1;

  private MemoryFile() {}

  /**
   * Creates a file that lives as long as the process.
   *
   * @return its path under /proc
   */
  @SuppressWarnings("restricted")
  static File create(String name, byte[] content) throws IOException {
    Linker linker = Linker.nativeLinker();
    MemorySegment function =
        linker
            .defaultLookup()
            .find("memfd_create")
            .orElseThrow(() -> new IOException("the C library has no memfd_create"));
    MethodHandle memfdCreate =
        linker.downcallHandle(function, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    int descriptor;
    try (Arena arena = Arena.ofConfined()) {
      descriptor = (int) memfdCreate.invokeExact(arena.allocateFrom(name), MFD_CLOEXEC);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
    if (descriptor < 0) {
      throw new IOException("memfd_create failed");
    }
    File file = new File("/proc/self/fd/" + descriptor);
    try (FileOutputStream out = new FileOutputStream(file)) {
      out.write(content);
    }
    return file;
  }
}
