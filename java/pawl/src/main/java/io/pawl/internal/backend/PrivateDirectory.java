package io.pawl.internal.backend;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A short-lived file in a directory that nobody else may enter.
 *
 * <p>The directory is created with mode 0700 or not at all, so its name need not be hard to guess
 * and whatever lies in it is ours.
 */
final class PrivateDirectory {
  private static final int ATTEMPTS = 100;

  private PrivateDirectory() {}

  /** Writes a file into a new directory under {@code java.io.tmpdir}. */
  static File write(String name, byte[] content) throws IOException {
    File file = new File(create(new File(System.getProperty("java.io.tmpdir", "/tmp"))), name);
    removeAtExit(file);
    boolean written = false;
    try {
      if (!file.createNewFile()) {
        throw new FileAlreadyExistsException(file.getPath());
      }
      try (FileOutputStream out = new FileOutputStream(file)) {
        out.write(content);
      }
      written = true;
      return file;
    } finally {
      if (!written) {
        remove(file);
      }
    }
  }

  /** Removes a file and its directory. */
  static void remove(File file) {
    boolean removed = file.delete();
    File directory = file.getParentFile();
    if (directory != null) {
      removed &= directory.delete();
    }
    if (!removed) {
      removeAtExit(file);
    }
  }

  /** Has what may be left be removed when the virtual machine ends, the directory last. */
  private static void removeAtExit(File file) {
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

  private static File create(File parent) throws IOException {
    // Not an EnumSet, which would call values() by reflection.
    Set<PosixFilePermission> mode =
        Set.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);
    for (int attempt = 0; ; attempt++) {
      String name = "pawl-".concat(Long.toHexString(System.nanoTime()));
      File directory = new File(parent, name).getAbsoluteFile();
      try {
        Files.createDirectory(directory.toPath(), PosixFilePermissions.asFileAttribute(mode));
        return directory;
      } catch (FileAlreadyExistsException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
