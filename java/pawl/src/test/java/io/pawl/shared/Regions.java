package io.pawl.shared;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
