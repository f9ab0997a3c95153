package io.pawl.shared;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;

/** Whether a file may hold a region, by where it is and whom it belongs to. */
final class FileChecks {
  /** File systems whose memory or locks do not reach from one machine, or client, to the next. */
  private static final Set<String> REFUSED =
      Set.of(
          "nfs",
          "nfs3",
          "nfs4",
          "cifs",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "ncpfs",
          "9p",
          "v9fs",
          "virtiofs",
          "afs",
          "ceph",
          "glusterfs",
          "lustre",
          "gfs2",
          "ocfs2",
          "sshfs",
          "webdav",
          "afpfs",
          "vboxsf",
          "vmhgfs",
          "prl_fs",
          "drvfs");

  private static final Set<PosixFilePermission> OWNERS =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private static final String FUSE = "fuse";
  private static final Path OWN_STATUS = Path.of("/proc/self/status");

  private FileChecks() {}

  /**
   * Refuses network file systems.
   *
   * @param path the file, or the directory in which it is going to be
   */
  static void fileSystem(Path path) throws IOException {
    FileStore store;
    try {
      store = Files.getFileStore(path);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw new SharedRegionException.UnsuitableFileSystem(
          path.toString(),
          "nobody tells on what file system it lies: " + e.getMessage(),
          "mount /proc, and let it list the mount, which that of a chroot often does not");
    }
    fileSystem(path, store.type());
  }

  static void fileSystem(Path path, String type) throws SharedRegionException {
    String lower = type.toLowerCase(Locale.ROOT);
    if (REFUSED.contains(lower) || lower.startsWith(FUSE) || lower.contains(".fuse")) {
      throw new SharedRegionException.UnsuitableFileSystem(
          path.toString(),
          "the file lies on a file system of type "
              + type
              + ", which other machines or a server"
              + " may change behind the mapping, and whose locks prove nothing",
          "take a local one, such as /dev/shm or /var/lib");
    }
  }

  /**
   * Refuses files of others, and files that others may read or write: a lock for reading on the
   * byte of a slot keeps it from everybody.
   *
   * @param name the file's name for messages
   * @param path a path that leads to it
   */
  static void access(String name, Path path) throws IOException {
    owner(name, path);
    if (!hasModes(path)) {
      return;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    if (!OWNERS.containsAll(permissions)) {
      throw new SharedRegionException.Untrusted(
          name,
          "others may read or write the file: its mode is "
              + PosixFilePermissions.toString(permissions),
          "chmod go= it, or allow other users in the RegionOptions if you trust them");
    }
  }

  private static boolean hasModes(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /**
   * Refuses files of others.
   *
   * @param name the file's name for messages
   * @param path a path that leads to it
   */
  static void owner(String name, Path path) throws IOException {
    if (!hasModes(path)) {
      return;
    }
    PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
    if (!isOwn(path, attributes)) {
      throw new SharedRegionException.Untrusted(
          name,
          "the file belongs to " + attributes.owner(),
          "run as that user, or allow other users in the RegionOptions if you trust that one");
    }
  }

  private static boolean isOwn(Path path, PosixFileAttributes attributes) throws IOException {
    if (Files.isReadable(OWN_STATUS)) {
      for (String line : Files.readAllLines(OWN_STATUS)) {
        if (line.startsWith("Uid:")) {
          // The real, the effective, the saved user, and that for files.
          String effective = line.split("\\s+", -1)[2];
          return effective.equals(String.valueOf(Files.getAttribute(path, "unix:uid")));
        }
      }
    }
    return attributes.owner().getName().equals(System.getProperty("user.name"));
  }
}
