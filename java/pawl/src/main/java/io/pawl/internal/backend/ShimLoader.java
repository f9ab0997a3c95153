package io.pawl.internal.backend;

import io.pawl.internal.backend.ShimException.Kind;
import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the shim: the file that {@code -Dpawl.library.path} names, else one on {@code
 * java.library.path}, else the file bundled in the jar.
 *
 * <p>The bundled file is written to a directory of its own, which stays until all is linked. Where
 * that cannot work (no space, no permission to write or to execute) {@link #loadFromMemory} can. On
 * Windows a loaded file cannot be removed, so it stays in a cache. A file that another class loader
 * has loaded is copied in the same way.
 *
 * <p>{@link #load} may run on a thread that is about to wait for a lock. Where it can, it therefore
 * touches no class of the foreign-function API, builds strings without {@code invokedynamic} and
 * uses streams that an interrupt does not close.
 */
final class ShimLoader {
  private static final String NAMED = "named by -Dpawl.library.path";
  private static final String INSTALLED = "found on java.library.path";
  private static final String COPY = ", a copy since another class loader has loaded it";

  /** Any library that exports the function has its name somewhere. */
  private static final String MARK = "pawl_abi_version";

  private static final int MEMORY_FILES = 16;

  private ShimLoader() {}

  /**
   * Loads the shim.
   *
   * @return the shim, of the right ABI version
   */
  static Shim load(Platform platform) throws ShimException {
    try {
      String named = System.getProperty(Shim.PATH_PROPERTY);
      if (named != null) {
        return loadNamed(platform, new File(named).getAbsoluteFile());
      }
      StringBuilder passedOver = new StringBuilder();
      Shim installed = loadInstalled(platform, passedOver);
      return installed != null ? installed : loadBundled(platform, passedOver.toString());
    } catch (IllegalCallerException e) {
      throw new ShimException(Kind.DENIED, NativeAccess.denied(), e);
    }
  }

  /**
   * Loads the bundled file without a file system, by memfd_create(2). Linux only, and slow.
   *
   * @param since why not from a file, or null
   */
  static Shim loadFromMemory(Platform platform, @Nullable String since) throws ShimException {
    byte[] content = bundled(platform);
    String memoryOnly = "bundled, loaded from memory";
    String origin = since == null ? memoryOnly : memoryOnly.concat(", since ").concat(since);
    MemoryFile[] made = new MemoryFile[MEMORY_FILES];
    MemoryFile kept = null;
    try {
      for (int i = 0; i < MEMORY_FILES; i++) {
        // The one before stays open, so that this one gets another name.
        MemoryFile memory = MemoryFile.create("pawl", content);
        made[i] = memory;
        try {
          Shim shim = loadFile(memory.file(), origin, memory, Kind.UNUSABLE);
          kept = memory;
          return shim;
        } catch (UnsatisfiedLinkError e) {
          if (!isLoadedElsewhere(e)) {
            throw e;
          }
        }
      }
      throw new IOException("no name was free");
    } catch (IllegalCallerException e) {
      throw new ShimException(Kind.DENIED, NativeAccess.denied(), e);
    } catch (IOException | UnavailableException | UnsatisfiedLinkError e) {
      throw new ShimException(Kind.HINDERED, "nor from memory: ".concat(message(e)), e);
    } finally {
      for (MemoryFile memory : made) {
        if (memory != null && memory != kept) {
          memory.close();
        }
      }
    }
  }

  private static Shim loadNamed(Platform platform, File file) throws ShimException {
    try {
      return loadFile(file, NAMED, null, Kind.REFUSED);
    } catch (UnsatisfiedLinkError e) {
      if (isLoadedElsewhere(e)) {
        return loadCopy(platform, file, NAMED, Kind.REFUSED, e);
      }
      throw new ShimException(
          Kind.REFUSED,
          "-Dpawl.library.path names a file that does not load: "
              .concat(message(e))
              .concat("; name another file, or leave the property out to use the bundled one"),
          e);
    }
  }

  /**
   * Loads an installed shim. What has been loaded stays loaded, and JNI would look for its
   * functions there too: so no file is loaded before it has been asked what it is, without JNI.
   *
   * @param passedOver is told why what has been found is not taken
   */
  private static @Nullable Shim loadInstalled(Platform platform, StringBuilder passedOver)
      throws ShimException {
    File file = installedFile(platform);
    try {
      if (file == null) {
        return loadByName();
      }
      checkInstalled(file);
      return loadFile(file, INSTALLED, null, Kind.UNUSABLE);
    } catch (UnsatisfiedLinkError e) {
      if (file != null && isLoadedElsewhere(e)) {
        return loadCopy(platform, file, INSTALLED, Kind.UNUSABLE, e);
      }
      passedOver.append(file == null ? "" : message(e));
    } catch (ShimException e) {
      if (e.kind() == Kind.DENIED) {
        throw e;
      }
      passedOver.append(e.reason());
    }
    return null;
  }

  /** A class loader may have its own ways to find a library. */
  private static @Nullable Shim loadByName() throws ShimException {
    try {
      System.loadLibrary("pawl");
    } catch (UnsatisfiedLinkError e) {
      return null;
    }
    return checked(new Shim(null, INSTALLED, relocated(), null), Kind.UNUSABLE);
  }

  private static void checkInstalled(File file) throws ShimException {
    Shim shim = new Shim(file, INSTALLED, "not loaded", null);
    try {
      if (!mentions(read(file), MARK)) {
        throw new ShimException(Kind.UNUSABLE, noShim(shim, "it has no ".concat(MARK)), null);
      }
    } catch (IOException e) {
      throw new ShimException(Kind.UNUSABLE, noShim(shim, message(e)), e);
    }
    Shim _ = checked(shim, Kind.UNUSABLE);
  }

  /** The file that loadLibrary would find on the path. */
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

  private static Shim loadBundled(Platform platform, String passedOver) throws ShimException {
    byte[] content = bundled(platform);
    String since = passedOver.isEmpty() ? "" : ", since ".concat(passedOver);
    try {
      return loadTemporary(platform, content, "bundled", since, Kind.UNUSABLE);
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new ShimException(
          Kind.HINDERED,
          "the bundled shim cannot be loaded from a temporary file: ".concat(message(e)),
          "; set -Djava.io.tmpdir to a directory where files may be written and"
              .concat(" executed, or install the shim and name it by -Dpawl.library.path"),
          e);
    }
  }

  /** Loads a copy of a file, or opens the file itself if there can be none: JNI needs the copy. */
  private static Shim loadCopy(
      Platform platform, File file, String origin, Kind failure, UnsatisfiedLinkError first)
      throws ShimException {
    try {
      return loadTemporary(platform, read(file), origin.concat(COPY), "", failure);
    } catch (IOException | UnsatisfiedLinkError e) {
      String reasons = message(first).concat("; nor can a copy be loaded: ").concat(message(e));
      return checked(new Shim(file, origin, reasons, null), failure);
    }
  }

  private static Shim loadTemporary(
      Platform platform, byte[] content, String origin, String since, Kind failure)
      throws ShimException, IOException {
    if (platform.isWindows()) {
      LibraryCache.Loaded cached =
          LibraryCache.load(platform.libraryName(), content, relocated() == null);
      String noJni = relocated() != null ? relocated() : cached.failure();
      String cache = origin.concat(", cached").concat(since);
      return checked(new Shim(cached.file(), cache, noJni, null), failure);
    }
    PrivateDirectory directory = PrivateDirectory.write(platform.libraryName(), content);
    String removed = origin.concat(", removed after linking").concat(since);
    boolean loaded = false;
    try {
      Shim shim = loadFile(directory.file(), removed, directory, failure);
      loaded = true;
      return shim;
    } finally {
      if (!loaded) {
        directory.close();
      }
    }
  }

  private static Shim loadFile(
      File file, String origin, @Nullable AutoCloseable temporary, Kind failure)
      throws ShimException {
    String noJni = relocated();
    if (noJni == null) {
      System.load(file.getPath());
    }
    return checked(new Shim(file, origin, noJni, temporary), failure);
  }

  private static byte[] bundled(Platform platform) throws ShimException {
    try {
      byte[] content = Resource.read(platform.resource());
      if (content != null) {
        return content;
      }
    } catch (IOException e) {
      throw new ShimException(
          Kind.HINDERED, "the bundled shim cannot be read: ".concat(message(e)), e);
    }
    throw new ShimException(
        Kind.UNUSABLE,
        "no shim is bundled for "
            .concat(platform.directory())
            .concat("; build it from Pawl's directory native and name it by -Dpawl.library.path"),
        null);
  }

  /** Asks a shim for its version: by JNI if that knows it, which is fast. */
  private static Shim checked(Shim shim, Kind failure) throws ShimException {
    int version;
    try {
      version = shim.noJni() == null ? JniBindings.abiVersion() : ShimLinker.version(shim.lookup());
    } catch (UnsatisfiedLinkError e) {
      throw new ShimException(failure, noShim(shim, "it has no JNI entry points of Pawl"), e);
    } catch (UnavailableException | IllegalArgumentException e) {
      throw new ShimException(failure, noShim(shim, message(e)), e);
    }
    if (version != Shim.ABI_VERSION) {
      throw new ShimException(
          failure,
          shim.toString()
              .concat(" has ABI version ")
              .concat(Integer.toString(version))
              .concat(", but this Pawl needs ")
              .concat(Integer.toString(Shim.ABI_VERSION))
              .concat("; use the shim that came with it"),
          null);
    }
    return shim;
  }

  /**
   * Why JNI cannot know the shim's functions: a tool has moved the class that declares them to
   * another package. Such a tool changes whole names, so none stands here.
   */
  private static @Nullable String relocated() {
    String name = JniBindings.class.getName();
    return name.equals("io.".concat("pawl.internal.backend.JniBindings"))
        ? null
        : "JNI knows the shim's functions by the names of io."
            .concat("pawl, and the classes of this copy have been relocated to ")
            .concat(JniBindings.class.getPackageName());
  }

  private static boolean isLoadedElsewhere(UnsatisfiedLinkError e) {
    return message(e).contains("already loaded in another classloader");
  }

  private static String noShim(Shim shim, String why) {
    return shim.toString().concat(" is no Pawl shim: ").concat(why);
  }

  private static boolean mentions(byte[] content, String word) {
    outer:
    for (int i = 0; i + word.length() <= content.length; i++) {
      for (int j = 0; j < word.length(); j++) {
        if (content[i + j] != word.charAt(j)) {
          continue outer;
        }
      }
      return true;
    }
    return false;
  }

  private static byte[] read(File file) throws IOException {
    try (InputStream in = new FileInputStream(file)) {
      return in.readAllBytes();
    }
  }

  private static String message(Throwable t) {
    String message = t.getMessage();
    return message != null ? message : t.getClass().getName();
  }
}
