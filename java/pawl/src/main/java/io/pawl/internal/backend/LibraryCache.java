package io.pawl.internal.backend;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Files that stay, named by their content, for systems on which a loaded library cannot be removed.
 *
 * <p>A name holds a checksum and a number. A file is used only if all its bytes are the expected
 * ones; with other content, or loaded by another class loader already, the next number is tried.
 */
final class LibraryCache {
  private static final int NUMBERS = 16;

  private LibraryCache() {}

  /** Loads the first file of the cache that will load, writing it first if it is not there. */
  static File load(String name, byte[] content) throws IOException {
    UnsatisfiedLinkError failure = null;
    for (int number = 0; number < NUMBERS; number++) {
      File file = place(directory(), name, number, content);
      if (file != null) {
        try {
          System.load(file.getPath());
          return file;
        } catch (UnsatisfiedLinkError e) {
          failure = e;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    throw new IOException("no usable file in " + directory());
  }

  /** Returns the file with a number if it holds the content, or can be made to; else null. */
  static @Nullable File place(File directory, String name, int number, byte[] content)
      throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    String hash = Long.toHexString(checksum.getValue()) + "-" + number;
    File file = new File(directory, hash + "-" + name);
    if (!file.exists()) {
      Files.createDirectories(directory.toPath());
      File draft = new File(directory, hash + "-" + System.nanoTime() + ".tmp");
      try (FileOutputStream out = new FileOutputStream(draft)) {
        out.write(content);
      }
      // A loser of the race to make the file uses the winner's.
      if (!draft.renameTo(file) && !draft.delete()) {
        draft.deleteOnExit();
      }
    }
    return file.isFile() && Arrays.equals(Files.readAllBytes(file.toPath()), content) ? file : null;
  }

  private static File directory() {
    String local = System.getenv("LOCALAPPDATA");
    String parent = local != null ? local : System.getProperty("java.io.tmpdir", ".");
    return new File(parent, "pawl").getAbsoluteFile();
  }
}
