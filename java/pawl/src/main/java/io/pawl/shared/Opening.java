package io.pawl.shared;

import io.pawl.internal.backend.PeerCalls;
import io.pawl.spi.NativeWait;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes files, and says why one cannot be opened. */
final class Opening {
  private static final int ENXIO = -6;
  private static final int ENODEV = -19;
  private static final int EISDIR = -21;
  private static final int ENFILE = -23;
  private static final int EMFILE = -24;

  private Opening() {}

  /**
   * Makes an empty file.
   *
   * @return false if it exists already
   */
  static boolean make(Path file) throws IOException {
    try {
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
      return true;
    } catch (FileAlreadyExistsException _) {
      return false; // another process was faster
    }
  }

  /** Turns the result of an open into a peer, or an exception as the JDK would throw it. */
  static long opened(String name, long result) throws IOException {
    if (result >= 0) {
      return result;
    }
    throw switch ((int) result) {
      case PeerCalls.ENOENT -> new NoSuchFileException(name);
      case PeerCalls.EACCES, PeerCalls.EROFS, NativeWait.EPERM ->
          new AccessDeniedException(
              name,
              null,
              "a region is opened for reading and writing, and this may not be written");
      case PeerCalls.ELOOP ->
          new SharedRegionException.Untrusted(
              name, "the path ends in a symbolic link", "name the file itself");
      case EISDIR, ENXIO, ENODEV -> special(name);
      case EMFILE, ENFILE ->
          new FileSystemException(
              name, null, "too many files are open; raise the limit of the process or the system");
      default -> new FileSystemException(name, null, "it cannot be opened: error " + result);
    };
  }

  /**
   * Refuses what is no regular file: a pipe or a device has no size, and looks empty.
   *
   * @param name the file's name for messages
   * @param path a path that leads to it
   */
  static void regular(String name, Path path) throws SharedRegionException {
    if (!Files.isRegularFile(path)) {
      throw special(name);
    }
  }

  private static SharedRegionException special(String name) {
    return new SharedRegionException.NotARegion(
        name, "it is a directory, a device or a pipe", "name a file");
  }
}
