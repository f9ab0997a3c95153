package io.pawl.internal.backend;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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
  private static final String DRAFT = ".tmp";

  /** Far longer than it takes to write a draft. */
  private static final long OLD_MILLIS = TimeUnit.HOURS.toMillis(1);

  private LibraryCache() {}

  /**
   * A file of the cache.
   *
   * @param failure why no file could be loaded, or null if this one has been
   */
  record Loaded(File file, @Nullable String failure) {}

  /**
   * Loads the first file of the cache that will load, writing it first if it is not there. If all
   * are loaded by other class loaders, a file is returned that can be opened without JNI.
   *
   * @param load false to have a file that is not loaded
   */
  static Loaded load(String name, byte[] content, boolean load) throws IOException {
    File directory = directory();
    removeDrafts(directory);
    File usable = null;
    String failure = null;
    for (int number = 0; number < NUMBERS; number++) {
      File file = place(directory, name, number, content);
      if (file != null) {
        usable = file;
        if (!load) {
          break;
        }
        try {
          System.load(file.getPath());
          return new Loaded(file, null);
        } catch (UnsatisfiedLinkError e) {
          failure = e.toString();
        }
      }
    }
    if (usable != null) {
      return new Loaded(usable, failure);
    }
    throw new IOException("no usable file in " + directory);
  }

  /** Removes drafts of processes that have ended while they wrote. */
  static void removeDrafts(File directory) {
    File[] drafts = directory.listFiles((_, name) -> name.endsWith(DRAFT));
    for (File draft : drafts == null ? new File[0] : drafts) {
      if (System.currentTimeMillis() - draft.lastModified() > OLD_MILLIS) {
        boolean _ = draft.delete();
      }
    }
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
      File draft = new File(directory, hash + "-" + System.nanoTime() + DRAFT);
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
