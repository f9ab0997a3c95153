package io.pawl.agent;

import io.pawl.kit.ChildJvm;
import java.nio.file.Path;

/** Children that run with the agent, which is the jar that the build has packed. */
final class Children {
  private static final Path AGENT = Path.of(System.getProperty("pawl.agent.jar"));

  private Children() {}

  static Path agentJar() {
    return AGENT;
  }

  /** Pawl, as the build has it. */
  static Path pawl() {
    try {
      return ChildJvm.classesOf(Class.forName("io.pawl.Pawl"));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** A child without the agent. */
  static ChildJvm plain() {
    return ChildJvm.java().with("--enable-native-access=ALL-UNNAMED", "-Xshare:auto");
  }

  /** A child with the agent. */
  static ChildJvm withAgent(String options) {
    return plain().with("-javaagent:" + AGENT + (options.isEmpty() ? "" : "=" + options));
  }
}
