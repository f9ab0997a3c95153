package io.pawl.benchmarks;

import io.pawl.benchmarks.duel.CompareCommand;
import picocli.CommandLine;

/**
 * The command {@code compare}: measures Pawl beside its peers in one go and prints how far the
 * targets are met.
 */
public final class Compare {
  private Compare() {}

  /** Runs the command, see {@code --help}. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new CompareCommand()).execute(args));
  }
}
