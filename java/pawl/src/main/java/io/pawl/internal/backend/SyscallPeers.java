package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.pawl.internal.backend.SyscallLinker.Linked;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Peers on Linux without a shim: open-file-description locks, by {@code fcntl(2)} through {@code
 * syscall(2)}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html">F_OFD_SETLK</a>
 */
final class SyscallPeers implements PeerCalls {
  private static final int AT_FDCWD = -100;
  private static final long O_RDWR = 2;
  private static final long O_CLOEXEC = 0x8_0000;
  private static final long F_OFD_GETLK = 36;
  private static final long F_OFD_SETLK = 37;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;

  /** What is known without a number of its own. */
  private static final int EIO = -5;

  /** The byte of slot 0; the one before is that for creation. */
  private static final long FIRST_BYTE = 1L << 40;

  /** struct flock, where off_t has 64 bits: l_type, l_whence, l_start, l_len, l_pid. */
  private static final long FLOCK_BYTES = 32;

  private static final long FLOCK_START = 8;
  private static final long FLOCK_LENGTH = 16;

  private final Linked linked;

  SyscallPeers(Linked linked) {
    this.linked = linked;
  }

  @Override
  public long open(Path path) {
    return open(path, linked.numbers().noFollow());
  }

  @Override
  public long reopen(int descriptor) {
    return open(pathOf(descriptor), 0);
  }

  private long open(Path path, long flags) {
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom(path.toString(), ShimPeers.fileNames()).address();
      long all = O_RDWR | O_CLOEXEC | flags;
      return call(arena, linked.numbers().openat(), AT_FDCWD, name, all);
    }
  }

  @Override
  public int close(long peer) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) call(arena, linked.numbers().close(), peer, 0, 0);
    }
  }

  @Override
  public int at(long peer, Path path) {
    try {
      Object own = fileKey(pathOf(peer));
      try {
        return own.equals(fileKey(path)) ? 1 : 0;
      } catch (NoSuchFileException _) {
        return 0;
      }
    } catch (AccessDeniedException _) {
      return EACCES;
    } catch (IOException _) {
      return EIO;
    }
  }

  private static Object fileKey(Path path) throws IOException {
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    if (key == null) {
      throw new IOException("no file key");
    }
    return key;
  }

  @Override
  public int claim(long peer, int slot) {
    return lock(peer, F_OFD_SETLK, FIRST_BYTE + slot, F_WRLCK);
  }

  @Override
  public int alive(long peer, int slot) {
    int found = lock(peer, F_OFD_GETLK, FIRST_BYTE + slot, F_WRLCK);
    return found < 0 ? found : found == F_UNLCK ? 0 : 1;
  }

  @Override
  public int creation(long peer, boolean take) {
    return lock(peer, F_OFD_SETLK, FIRST_BYTE - 1, take ? F_WRLCK : F_UNLCK);
  }

  /** Returns what the kernel says of the type: for F_OFD_GETLK, that of the lock in the way. */
  private int lock(long peer, long command, long first, short type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flock = arena.allocate(FLOCK_BYTES, Long.BYTES);
      flock.set(JAVA_SHORT, 0, type);
      flock.set(JAVA_LONG, FLOCK_START, first);
      flock.set(JAVA_LONG, FLOCK_LENGTH, 1);
      int result = (int) call(arena, linked.numbers().fcntl(), peer, command, flock.address());
      if (result < 0) {
        return result == EACCES ? EAGAIN : result;
      }
      return command == F_OFD_GETLK ? flock.get(JAVA_SHORT, 0) : 0;
    }
  }

  private long call(Arena arena, long number, long a, long b, long c) {
    MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
    try {
      long result = (long) linked.capturing().invokeExact(errno, number, a, b, c, 0L, 0L, 0L);
      return result >= 0 ? result : -errno.get(JAVA_INT, linked.errno());
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public Path pathOf(long peer, Path path) {
    return pathOf(peer);
  }

  private static Path pathOf(long peer) {
    return Path.of("/proc/self/fd", Long.toString(peer));
  }
}
