package io.pawl.benchmarks;

import io.pawl.shared.RegionOptions;
import io.pawl.shared.SharedMutex;
import io.pawl.shared.SharedRegion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Locks between processes by the names that the scenarios give them. */
final class ProcessLocks {
  private static final long REGION_BYTES = 1 << 16;

  private ProcessLocks() {}

  /** A file in memory, if there is a place for one, that goes with this JVM. */
  static Path temporaryFile() throws IOException {
    Path memory = Path.of("/dev/shm");
    Path file =
        Files.isWritable(memory)
            ? Files.createTempFile(memory, "pawl-benchmark", "")
            : Files.createTempFile("pawl-benchmark", "");
    file.toFile().deleteOnExit();
    return file;
  }

  /** The region in a file. */
  static SharedRegion region(Path file) throws IOException {
    return SharedRegion.create(file, REGION_BYTES, RegionOptions.defaults());
  }

  static Guarded guarded(String name) {
    try {
      return switch (name) {
        case "SharedMutex" -> new OfSharedMutex();
        case "pthread robust" -> new OfRobust();
        case "pthread robust, critical" -> new OfCriticalRobust();
        case "FileLock" -> new OfFileLock();
        case "OFD lock" -> new OfDescription();
        default -> throw new IllegalArgumentException(name);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class OfSharedMutex extends Guarded {
    private final SharedMutex lock;

    OfSharedMutex() throws IOException {
      lock = region(temporaryFile()).mutex("m");
    }

    @Override
    long run(int steps) {
      lock.lock();
      try {
        return section(steps);
      } finally {
        lock.unlock();
      }
    }
  }

  private static MemorySegment robust() {
    MemorySegment mutex = Arena.global().allocate(64, 64);
    Posix.makeMutex(mutex);
    return mutex;
  }

  private static final class OfRobust extends Guarded {
    private final MemorySegment mutex = robust();

    @Override
    long run(int steps) {
      Posix.lock(mutex);
      try {
        return section(steps);
      } finally {
        Posix.unlock(mutex);
      }
    }
  }

  private static final class OfCriticalRobust extends Guarded {
    private final MemorySegment mutex = robust();

    @Override
    long run(int steps) {
      Posix.lockFree(mutex);
      try {
        return section(steps);
      } finally {
        Posix.unlockFree(mutex);
      }
    }
  }

  private static final class OfFileLock extends Guarded {
    private final FileChannel channel;

    OfFileLock() throws IOException {
      channel = FileChannel.open(temporaryFile(), StandardOpenOption.WRITE);
    }

    @Override
    long run(int steps) {
      try (FileLock _ = channel.lock()) {
        return section(steps);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class OfDescription extends Guarded {
    private final int descriptor;
    private final MemorySegment lock = Posix.byteLock();

    OfDescription() throws IOException {
      descriptor = Posix.open(temporaryFile().toString());
    }

    @Override
    long run(int steps) {
      Posix.lockByte(descriptor, lock);
      try {
        return section(steps);
      } finally {
        Posix.unlockByte(descriptor, lock);
      }
    }
  }
}
