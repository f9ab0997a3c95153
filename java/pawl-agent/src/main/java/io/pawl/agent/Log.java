package io.pawl.agent;

import io.pawl.agent.Options.Verbosity;
import java.io.PrintStream;

/**
 * Writes lines to standard error. A logging framework would be started here before the application
 * has configured it.
 */
final class Log {
  private final Verbosity verbosity;

  /** The JVM's own stream: the application may put one of its own in its place. */
  private final PrintStream out = System.err;

  Log(Verbosity verbosity) {
    this.verbosity = verbosity;
  }

  void skipped(String internalName, String reason) {
    if (verbosity != Verbosity.OFF) {
      write(internalName.replace('/', '.') + " keeps the JDK's locks: " + reason);
    }
  }

  void rewritten(String internalName) {
    if (verbosity == Verbosity.ALL) {
      write(internalName.replace('/', '.') + " uses Pawl's locks");
    }
  }

  void error(String message) {
    write("error: " + message);
  }

  private void write(String line) {
    out.println("pawl-agent: " + line);
  }
}
