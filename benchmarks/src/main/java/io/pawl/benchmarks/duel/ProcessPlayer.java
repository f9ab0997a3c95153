package io.pawl.benchmarks.duel;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process that obeys commands from its standard input. */
final class ProcessPlayer implements Player {
  /** How long a turn may take beyond what was asked for. */
  private static final long PATIENCE = 60;

  private final String name;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter commands;
  private boolean isReady;

  private ProcessPlayer(String name, Process process) {
    this.name = name;
    this.process = process;
    this.answers = process.inputReader();
    this.commands = process.outputWriter();
  }

  /**
   * Starts a process, which need not be ready when this returns.
   *
   * @param name in messages
   * @param command the process
   * @param log where its errors go
   */
  static ProcessPlayer start(String name, List<String> command, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new ProcessPlayer(name, builder.start());
  }

  @Override
  public void awaitReady() throws IOException, InterruptedException {
    if (isReady) {
      return;
    }
    String line = answer();
    if (!line.equals("ready")) {
      throw new IOException(name + " says " + line);
    }
    isReady = true;
  }

  @Override
  public Turn turn(int millis, long seed, String task) throws IOException, InterruptedException {
    awaitReady();
    commands.write(millis + " " + seed + " " + task + "\n");
    commands.flush();
    return Turn.parse(answer());
  }

  @Override
  public OptionalLong pid() {
    return OptionalLong.of(process.pid());
  }

  private String answer() throws IOException, InterruptedException {
    AtomicBoolean late = new AtomicBoolean();
    Thread watchdog =
        Thread.startVirtualThread(() -> {
          try {
            TimeUnit.SECONDS.sleep(PATIENCE);
            late.set(true);
            process.destroyForcibly();
          } catch (InterruptedException e) {
            // The answer has come.
          }
        });
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException(name + (late.get() ? " does not answer" : " has failed"));
      }
      return line;
    } finally {
      watchdog.interrupt();
    }
  }

  @Override
  public void close() {
    try {
      commands.close();
      if (process.waitFor(5, TimeUnit.SECONDS)) {
        return;
      }
    } catch (IOException e) {
      // It has ended by itself.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
