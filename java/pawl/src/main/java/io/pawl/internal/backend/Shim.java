package io.pawl.internal.backend;

import io.pawl.internal.backend.ShimException.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the shim and loads it into this class loader: the file that {@code -Dpawl.library.path}
 * names, else {@code System.loadLibrary("pawl")}, else the file bundled in the jar.
 *
 * <p>The bundled file is written to a directory of its own and removed as soon as it is loaded.
 * Where that cannot work (no space, no permission to write or to execute) {@link #loadFromMemory}
 * can, but needs a linked downcall first. On Windows a loaded file cannot be removed, so it stays
 * in a cache.
 *
 * <p>{@link #load} runs on a thread that is about to wait for a lock. It therefore touches no class
 * of the foreign-function API, builds strings without {@code invokedynamic} and uses streams that
 * an interrupt does not close.
 */
final class Shim {
  /** PAWL_ABI_VERSION of the pawl.h to which the bindings were written. */
  static final int ABI_VERSION = 1;

  /** The system property that names the file to load. */
  static final String PATH_PROPERTY = "pawl.library.path";

  private final @Nullable File file;
  private final String origin;
  private final boolean removed;

  private Shim(@Nullable File file, String origin, boolean removed) {
    this.file = file;
    this.origin = origin;
    this.removed = removed;
  }

  /**
   * Loads the shim.
   *
   * @param keep whether a bundled file has to stay until {@link #release}, to be opened again
   * @return the shim, loaded and of the right ABI version
   */
  static Shim load(Platform platform, boolean keep) throws ShimException {
    String explicit = System.getProperty(PATH_PROPERTY);
    if (explicit != null) {
      return loadExplicit(new File(explicit).getAbsoluteFile());
    }
    Shim installed = loadInstalled(platform);
    return installed != null ? installed : loadBundled(platform, keep);
  }

  /** Loads the bundled file without a file system, by memfd_create(2). Linux only, and slow. */
  static Shim loadFromMemory(Platform platform) throws ShimException {
    byte[] content = bundled(platform);
    try {
      File file = MemoryFile.create("pawl", content);
      System.load(file.getPath());
      return checked(new Shim(file, "bundled, loaded from memory", false), Kind.UNUSABLE);
    } catch (IllegalCallerException e) {
      throw new ShimException(Kind.DENIED, NativeAccess.denied(), e);
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new ShimException(
          Kind.UNUSABLE, "the bundled shim cannot be loaded from memory: " + e.getMessage(), e);
    }
  }

  /** A path to open the shim by, or null when there is none. */
  @Nullable Path path() {
    return file == null || removed ? null : file.toPath();
  }

  /** Removes a bundled file that was kept. */
  void release() {
    if (file != null && origin.equals(KEPT)) {
      PrivateDirectory.remove(file);
    }
  }

  @Override
  public String toString() {
    String where = file == null ? "on java.library.path" : file.getPath();
    return where.concat(" (").concat(origin).concat(")");
  }

  private static final String KEPT = "bundled, removed after linking";

  private static Shim loadExplicit(File file) throws ShimException {
    try {
      System.load(file.getPath());
    } catch (IllegalCallerException e) {
      throw new ShimException(Kind.DENIED, NativeAccess.denied(), e);
    } catch (UnsatisfiedLinkError e) {
      throw new ShimException(
          Kind.REFUSED,
          "-Dpawl.library.path names a file that does not load: "
              .concat(message(e))
              .concat("; name another file, or leave the property out to use the bundled one"),
          e);
    }
    return checked(new Shim(file, "named by -Dpawl.library.path", false), Kind.REFUSED);
  }

  private static @Nullable Shim loadInstalled(Platform platform) throws ShimException {
    try {
      System.loadLibrary("pawl");
    } catch (IllegalCallerException e) {
      throw new ShimException(Kind.DENIED, NativeAccess.denied(), e);
    } catch (UnsatisfiedLinkError e) {
      return null;
    }
    return checked(
        new Shim(installedFile(platform), "found on java.library.path", false), Kind.UNUSABLE);
  }

  /** Where loadLibrary is likely to have found the shim; a class loader may have its own ways. */
  private static @Nullable File installedFile(Platform platform) {
    String path = System.getProperty("java.library.path", "");
    for (int start = 0; start <= path.length(); ) {
      int end = path.indexOf(File.pathSeparatorChar, start);
      end = end < 0 ? path.length() : end;
      File file = new File(path.substring(start, end), platform.libraryName()).getAbsoluteFile();
      if (file.isFile()) {
        return file;
      }
      start = end + 1;
    }
    return null;
  }

  private static Shim loadBundled(Platform platform, boolean keep) throws ShimException {
    byte[] content = bundled(platform);
    try {
      if (platform.isWindows()) {
        File file = LibraryCache.load(platform.libraryName(), content);
        return checked(new Shim(file, "bundled, cached", false), Kind.UNUSABLE);
      }
      File file = PrivateDirectory.write(platform.libraryName(), content);
      try {
        System.load(file.getPath());
      } finally {
        if (!keep) {
          PrivateDirectory.remove(file);
        }
      }
      String origin = keep ? KEPT : "bundled, removed after loading";
      return checked(new Shim(file, origin, !keep), Kind.UNUSABLE);
    } catch (IllegalCallerException e) {
      throw new ShimException(Kind.DENIED, NativeAccess.denied(), e);
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new ShimException(
          Kind.UNWRITABLE,
          "the bundled shim cannot be loaded from a temporary file: "
              .concat(message(e))
              .concat("; set -Djava.io.tmpdir to a directory where files may be written and")
              .concat(" executed, or install the shim and name it by -Dpawl.library.path"),
          e);
    }
  }

  private static byte[] bundled(Platform platform) throws ShimException {
    try {
      byte[] content = Resource.read(platform.resource());
      if (content != null) {
        return content;
      }
    } catch (IOException e) {
      throw new ShimException(
          Kind.UNUSABLE, "the bundled shim cannot be read: ".concat(message(e)), e);
    }
    throw new ShimException(
        Kind.UNUSABLE,
        "no shim is bundled for "
            .concat(platform.directory())
            .concat("; build it from Pawl's directory native and name it by -Dpawl.library.path"),
        null);
  }

  private static Shim checked(Shim shim, Kind failure) throws ShimException {
    int version;
    try {
      version = JniBindings.abiVersion();
    } catch (UnsatisfiedLinkError e) {
      throw new ShimException(
          failure,
          shim.toString().concat(" is no Pawl shim: it has no JNI entry points of Pawl"),
          e);
    }
    if (version != ABI_VERSION) {
      throw new ShimException(
          failure,
          shim.toString()
              .concat(" has ABI version ")
              .concat(Integer.toString(version))
              .concat(", but this Pawl needs ")
              .concat(Integer.toString(ABI_VERSION))
              .concat("; use the shim that came with it"),
          null);
    }
    return shim;
  }

  private static String message(Throwable t) {
    String message = t.getMessage();
    return message != null ? message : t.getClass().getName();
  }
}
