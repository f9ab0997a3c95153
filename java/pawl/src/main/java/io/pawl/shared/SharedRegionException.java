package io.pawl.shared;

import java.io.Serial;
import java.nio.file.FileSystemException;

/**
 * Thrown when a file can't be used as a region. Each reason is a class of its own; the message
 * names the file, the reason and what can be done.
 */
public sealed class SharedRegionException extends FileSystemException {

  @Serial private static final long serialVersionUID = 1L;

  private SharedRegionException(String file, String reason, String remedy) {
    super(file, null, reason + "; " + remedy);
  }

  /** The file is no region, or its creation was broken off and nobody has finished it. */
  public static final class NotARegion extends SharedRegionException {
    @Serial private static final long serialVersionUID = 1L;

    NotARegion(String file, String reason, String remedy) {
      super(file, reason, remedy);
    }
  }

  /** The region was made by a version, or on a processor, whose layout this one does not know. */
  public static final class Incompatible extends SharedRegionException {
    @Serial private static final long serialVersionUID = 1L;

    Incompatible(String file, String reason, String remedy) {
      super(file, reason, remedy);
    }
  }

  /**
   * The header contradicts itself or the size of the file, or handles are attached to a file that
   * is empty.
   */
  public static final class Corrupt extends SharedRegionException {
    @Serial private static final long serialVersionUID = 1L;

    Corrupt(String file, String reason) {
      super(
          file,
          reason,
          "the file has been truncated or overwritten: delete it when no process uses it, and"
              + " create it anew");
    }
  }

  /** The file belongs to another user, or others may read or write it. */
  public static final class Untrusted extends SharedRegionException {
    @Serial private static final long serialVersionUID = 1L;

    Untrusted(String file, String reason, String remedy) {
      super(file, reason, remedy);
    }
  }

  /** The file system does not share memory or locks between all that have the file open. */
  public static final class UnsuitableFileSystem extends SharedRegionException {
    @Serial private static final long serialVersionUID = 1L;

    UnsuitableFileSystem(String file, String reason, String remedy) {
      super(file, reason, remedy);
    }
  }

  /** Another system, or this one before it was started anew, has the region attached. */
  public static final class OtherSystem extends SharedRegionException {
    @Serial private static final long serialVersionUID = 1L;

    OtherSystem(String file, String reason, String remedy) {
      super(file, reason, remedy);
    }
  }

  /** All slots are taken by handles that live. */
  public static final class NoSlot extends SharedRegionException {
    @Serial private static final long serialVersionUID = 1L;

    NoSlot(String file, String reason, String remedy) {
      super(file, reason, remedy);
    }
  }

  /** The file could not be filled, as on a full disk. */
  public static final class NoSpace extends SharedRegionException {
    @Serial private static final long serialVersionUID = 1L;

    NoSpace(String file, String reason, String remedy) {
      super(file, reason, remedy);
    }
  }
}
