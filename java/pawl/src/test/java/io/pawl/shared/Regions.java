package io.pawl.shared;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A region of a test, in a file of its own, and handles of it. Handles of one process are to each
 * other as processes; {@link #kill} ends one as SIGKILL ends a process.
 */
final class Regions implements AutoCloseable {
  static final int BYTES = 1 << 18;

  /** Short slices, so that what only a slice makes good does not take long. */
  static final RegionOptions OPTIONS = RegionOptions.defaults().slice(Duration.ofMillis(5));

  private final Path file;
  private final Deque<SharedRegion> handles = new ArrayDeque<>();

  Regions() {
    assumeFalse(
        "java".equals(System.getProperty("pawl.backend")), "the backend java has no regions");
    try {
      file = Files.createTempFile("pawl-region", "");
      Files.delete(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  Path file() {
    return file;
  }

  /** Attaches one more handle. */
  SharedRegion open() {
    return open(OPTIONS);
  }

  /** Attaches one more handle. */
  SharedRegion open(RegionOptions options) {
    try {
      return tryOpen(options);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Attaches one more handle, if the file can be used. */
  SharedRegion tryOpen(RegionOptions options) throws IOException {
    SharedRegion region = SharedRegion.create(file, BYTES, options);
    handles.add(region);
    return region;
  }

  /** Overwrites a number in the file. */
  void write(long offset, long value, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(0, value).limit(bytes);
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      assertThat(channel.write(buffer, offset)).isEqualTo(bytes);
    }
  }

  /** Truncates the file. */
  void truncate(long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      FileChannel _ = channel.truncate(size);
    }
  }

  /** Makes the file, empty, with the mode of a region. */
  void makeOwn() throws IOException {
    Path _ =
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** A descriptor, which is not closed, of memory with this in it. */
  @SuppressWarnings("restricted")
  static int descriptorOf(byte[] content) throws Throwable {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      int descriptor =
          (int)
              linker
                  .downcallHandle(
                      linker.defaultLookup().find("memfd_create").orElseThrow(),
                      FunctionDescriptor.of(JAVA_INT, ValueLayout.ADDRESS, JAVA_INT))
                  .invokeExact(arena.allocateFrom("pawl"), 1);
      Path own = Path.of("/proc/self/fd", Integer.toString(descriptor));
      try (FileChannel channel = FileChannel.open(own, WRITE)) {
        assertThat(channel.write(ByteBuffer.wrap(content), 0)).isEqualTo(content.length);
      }
      return descriptor;
    }
  }

  /** Ends a handle as the death of its process would, wherever its threads are. */
  void kill(SharedRegion region) {
    handles.remove(region);
    region.die();
  }

  /** Ends what is left, held or not. */
  @Override
  public void close() throws IOException {
    for (SharedRegion region : handles) {
      try {
        region.close();
      } catch (IllegalStateException _) {
        region.die();
      }
    }
    boolean _ = Files.deleteIfExists(file);
  }
}
