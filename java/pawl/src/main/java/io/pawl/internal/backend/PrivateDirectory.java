package io.pawl.internal.backend;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A short-lived file in a directory that nobody else may enter.
 *
 * <p>The directory is created with mode 0700 or not at all, so its name need not be hard to guess
 * and whatever lies in it is ours. The name holds the number of the process, so that what a process
 * has left behind that could not end in order can be told.
 */
final class PrivateDirectory implements AutoCloseable {
  private static final String PREFIX = "pawl-";
  private static final int ATTEMPTS = 100;

  /** Far longer than a file is needed, also by a process that cannot be seen from here. */
  private static final long OLD_MILLIS = TimeUnit.MINUTES.toMillis(10);

  /** How many entries are looked at: the directory is shared by all. */
  private static final int ENTRIES = 20_000;

  // Not an EnumSet, which would call values() by reflection.
  private static final Set<PosixFilePermission> MODE =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final File file;

  private PrivateDirectory(File file) {
    this.file = file;
  }

  /** Writes a file into a new directory under {@code java.io.tmpdir}. */
  static PrivateDirectory write(String name, byte[] content) throws IOException {
    File file = new File(create(parent()), name);
    PrivateDirectory directory = new PrivateDirectory(file);
    directory.removeAtExit();
    boolean written = false;
    try {
      if (!file.createNewFile()) {
        throw new FileAlreadyExistsException(file.getPath());
      }
      try (FileOutputStream out = new FileOutputStream(file)) {
        out.write(content);
      }
      written = true;
      return directory;
    } finally {
      if (!written) {
        directory.close();
      }
    }
  }

  File file() {
    return file;
  }

  /** Removes the file and its directory. */
  @Override
  public void close() {
    boolean removed = file.delete();
    File directory = file.getParentFile();
    if (directory != null) {
      removed &= directory.delete();
    }
    if (!removed) {
      removeAtExit();
    }
  }

  /**
   * Removes what processes have left behind that have ended long ago. A link is never followed, and
   * a directory stays if anything about it is not as expected.
   */
  static void removeOld() {
    removeOld(parent());
  }

  /** Does so in one directory. */
  static void removeOld(File parent) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent.toPath())) {
      int seen = 0;
      for (Path entry : entries) {
        if (++seen > ENTRIES) {
          return;
        }
        if (isLeft(entry)) {
          removeAll(entry);
        }
      }
    } catch (Exception | Error _) {
      // What cannot be seen cannot be removed.
    }
  }

  private static boolean isLeft(Path directory) {
    long process = processOf(String.valueOf(directory.getFileName()));
    if (process < 0 || ProcessHandle.of(process).isPresent()) {
      return false;
    }
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      long age = System.currentTimeMillis() - attributes.lastModifiedTime().toMillis();
      return attributes.isDirectory()
          && attributes.permissions().equals(MODE)
          && attributes.owner().getName().equals(System.getProperty("user.name"))
          && age > OLD_MILLIS;
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }

  /** What is not empty afterwards stays. */
  private static void removeAll(Path directory) {
    boolean _ = new File(directory.toFile(), Platform.current().libraryName()).delete();
    boolean _ = directory.toFile().delete();
  }

  /** The number in a name that {@link #create} gives, or -1. */
  private static long processOf(String name) {
    int end = name.lastIndexOf('-');
    if (!name.startsWith(PREFIX) || end <= PREFIX.length()) {
      return -1;
    }
    try {
      long _ = Long.parseUnsignedLong(name.substring(end + 1), 16);
      return Long.parseLong(name.substring(PREFIX.length(), end));
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  /** Has what may be left be removed when the virtual machine ends, the directory last. */
  private void removeAtExit() {
    try {
      File directory = file.getParentFile();
      if (directory != null) {
        directory.deleteOnExit();
      }
      file.deleteOnExit();
    } catch (IllegalStateException _) {
      // It is ending.
    }
  }

  private static File parent() {
    return new File(System.getProperty("java.io.tmpdir", "/tmp"));
  }

  private static File create(File parent) throws IOException {
    String prefix = PREFIX.concat(Long.toString(ProcessHandle.current().pid())).concat("-");
    for (int attempt = 0; ; attempt++) {
      String name = prefix.concat(Long.toHexString(System.nanoTime()));
      File directory = new File(parent, name).getAbsoluteFile();
      try {
        Files.createDirectory(directory.toPath(), PosixFilePermissions.asFileAttribute(MODE));
        return directory;
      } catch (FileAlreadyExistsException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
