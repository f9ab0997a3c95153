package io.pawl.stress;

import io.pawl.Pawl;
import io.pawl.internal.fence.Fences;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A kind of fences that a test is about. In a JVM that is started with {@link #arguments} nothing
 * of the application runs before that kind is in force: this class is its agent too.
 */
public enum FenceMode {
  ASYMMETRIC,
  SYMMETRIC;

  private static final Path AGENT = Path.of("target", "fence-mode.jar").toAbsolutePath();

  /**
   * Whether this JVM, and so one that it starts, can have these fences.
   *
   * @return false if the system does not provide them
   */
  public boolean isAvailable() {
    return this == SYMMETRIC || isInForce() || !hasNone();
  }

  private boolean isInForce() {
    String _ = Pawl.describe();
    return Fences.describe().startsWith(word());
  }

  /** Whether the system is the reason for symmetric fences; any other reason is a failure. */
  private static boolean hasNone() {
    return Fences.describe().contains("the system has no process-wide barrier");
  }

  private String word() {
    return this == ASYMMETRIC ? "asymmetric" : "symmetric";
  }

  /**
   * What a JVM is started with.
   *
   * @return arguments of the launcher
   * @throws IOException if the agent cannot be written
   */
  public List<String> arguments() throws IOException {
    writeAgent();
    String agent = "-javaagent:" + AGENT + "=" + name();
    return this == ASYMMETRIC
        ? List.of("--enable-native-access=ALL-UNNAMED", agent)
        : List.of("--enable-native-access=ALL-UNNAMED", agent, "-Dpawl.fence=symmetric");
  }

  /** The agent's class comes from the class path; its archive only names it. */
  private static void writeAgent() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", FenceMode.class.getName());
    new JarOutputStream(Files.newOutputStream(AGENT), manifest).close();
  }

  /**
   * Waits until the fences have settled; ends the JVM if they are of another kind.
   *
   * @param mode the name of the kind
   */
  public static void premain(String mode) {
    if (!valueOf(mode).isInForce()) {
      throw new IllegalStateException("Fences are not " + mode + " but " + Fences.describe());
    }
  }
}
