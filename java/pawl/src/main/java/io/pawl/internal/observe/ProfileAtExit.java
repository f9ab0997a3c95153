package io.pawl.internal.observe;

import io.pawl.internal.backend.ServiceThread;
import io.pawl.observe.ContentionProfile;
import java.nio.file.Path;

/** The profile that the user demands by a system property, written when the JVM ends. */
final class ProfileAtExit {

  static final String PROPERTY = "pawl.profile";

  private ProfileAtExit() {}

  static void begin(String file) {
    ContentionProfile profile = ContentionProfile.start();
    Thread writer = ServiceThread.make(() -> write(profile, file), "pawl-profile", null);
    try {
      Runtime.getRuntime().addShutdownHook(writer);
    } catch (IllegalStateException _) {
      profile.stop(); // it ends already
    } catch (Throwable t) {
      profile.stop();
      throw t;
    }
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
