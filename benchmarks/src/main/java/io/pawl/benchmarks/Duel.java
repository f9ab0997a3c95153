package io.pawl.benchmarks;

import io.pawl.benchmarks.duel.DuelCommand;
import picocli.CommandLine;

/** The command that runs single cells in pairs. */
public final class Duel {
  private Duel() {}

  /** Runs the command, see {@code --help}. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new DuelCommand()).execute(args));
  }
}
