package io.pawl.internal.observe;

import io.pawl.internal.backend.ServiceThread;
import io.pawl.observe.ContentionProfile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The profile that the user demands by a system property, written when the JVM ends. */
final class ProfileAtExit {

  static final String PROPERTY = "pawl.profile";

  private ProfileAtExit() {}

  static void beginDemanded() {
    String file = System.getProperty(PROPERTY);
    if (file != null) {
      begin(file);
    }
  }

  private static void begin(String file) {
    ContentionProfile profile = ContentionProfile.start();
    try {
      Thread writer = ServiceThread.make(() -> write(profile, file), "pawl-profile", null);
      Runtime.getRuntime().addShutdownHook(writer);
      startChecking(file);
    } catch (IllegalStateException _) {
      profile.stop(); // it ends already
    } catch (Throwable t) {
      profile.stop();
      throw t;
    }
  }

  /** By a thread of its own: the current one may be in the middle of a lock. */
  private static void startChecking(String file) {
    Thread checker = ServiceThread.make(() -> check(file), "pawl-profile-check", null);
    checker.setDaemon(false); // or the JVM might end before it is told
    try {
      checker.start();
    } catch (OutOfMemoryError _) {
      // It is told at the end.
    }
  }

  private static void check(String file) {
    String reason = reasonAgainst(file);
    if (reason != null) {
      System.err.println("-D" + PROPERTY + "=" + file + " will not be written: " + reason);
    }
  }

  /** Why a file can't be written; null if that is not known before. */
  private static @Nullable String reasonAgainst(String file) {
    Path path;
    try {
      path = Path.of(file).toAbsolutePath();
    } catch (InvalidPathException e) {
      return e.toString();
    }
    Path folder = path.getParent();
    if (folder == null || Files.isDirectory(path)) {
      return "it is a folder";
    }
    if (!Files.isDirectory(folder)) {
      return "there is no folder " + folder;
    }
    return Files.isWritable(Files.exists(path) ? path : folder) ? null : "access is denied";
  }

  private static void write(ContentionProfile profile, String file) {
    try {
      profile.stop();
      profile.write(Path.of(file));
    } catch (Throwable e) {
      System.err.println("-D" + PROPERTY + "=" + file + " was not written: " + e);
    }
  }
}
