package io.pawl.internal.backend;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A shim that has been found: a file that can be opened, and its JNI entry points if JNI has been
 * able to load it into this class loader.
 *
 * <p>Its functions are looked up in this very file. A lookup in whatever the class loader has
 * loaded might find those of another library, and needs JNI, which loads a file into one class
 * loader at a time and knows functions by the names of classes that may have been relocated.
 */
final class Shim {
  /** PAWL_ABI_VERSION of the pawl.h to which the bindings were written. */
  static final int ABI_VERSION = 3;

  /** The system property that names the file to load. */
  static final String PATH_PROPERTY = "pawl.library.path";

  private final @Nullable File file;
  private final String origin;
  private final @Nullable String noJni;
  private final @Nullable AutoCloseable temporary;
  private @Nullable SymbolLookup lookup;

  /**
   * Describes a shim.
   *
   * @param file the file, or null if only the class loader knows it
   * @param origin where it comes from, in words
   * @param noJni why JNI cannot call it, or null if it has been loaded
   * @param temporary what is to be removed when nobody needs to open the file any more
   */
  Shim(
      @Nullable File file,
      String origin,
      @Nullable String noJni,
      @Nullable AutoCloseable temporary) {
    this.file = file;
    this.origin = origin;
    this.noJni = noJni;
    this.temporary = temporary;
  }

  /** A path to open the shim by, or null when there is none. */
  @Nullable Path path() {
    return file == null ? null : file.toPath();
  }

  /** Why JNI cannot call the shim, or null if it can. */
  @Nullable String noJni() {
    return noJni;
  }

  /**
   * Opens the shim for downcalls, once. It stays open as long as this object or something that was
   * found in it is in use.
   *
   * @throws IllegalArgumentException if it is no library
   */
  SymbolLookup lookup() {
    SymbolLookup opened = lookup;
    if (opened == null) {
      lookup = opened = open();
    }
    return opened;
  }

  @SuppressWarnings("restricted")
  private SymbolLookup open() {
    return file == null
        ? SymbolLookup.loaderLookup()
        : SymbolLookup.libraryLookup(file.getPath(), Arena.ofAuto());
  }

  /** Removes what is only needed to open the shim. */
  void release() {
    if (temporary != null) {
      try {
        temporary.close();
      } catch (Exception _) {
        // It will be removed when the virtual machine ends, or later.
      }
    }
  }

  @Override
  public String toString() {
    String where = file == null ? "on java.library.path" : file.getPath();
    return where.concat(" (").concat(origin).concat(")");
  }
}
