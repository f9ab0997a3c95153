package io.pawl.observe;

import io.pawl.locks.Mutex;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** A program whose threads keep each other waiting, some for longer than others. */
final class ProfileProbe {

  static final String NAME = "shared";

  private static final int WAITERS = 2;
  private static final int TIMES = 5;
  private static final long SHORT_NANOS = 2_000_000;
  private static final long LONG_NANOS = 20 * SHORT_NANOS;

  private final Mutex mutex = Names.name(new Mutex(), NAME);

  /**
   * Keeps threads waiting; then says whether there is JMX.
   *
   * @param args nothing; or a folder that is made, in place of that, once a line has been written
   *     to standard error, which is printed
   */
  public static void main(String[] args) throws Exception {
    if (args.length > 0) {
      System.out.print(lineOfError());
      Files.createDirectory(Path.of(args[0]));
      return;
    }
    new ProfileProbe().work();
    try {
      ContentionProfile.start().register();
      System.out.println("registered");
    } catch (IllegalStateException e) {
      System.out.println(e.getMessage());
    }
  }

  /** The first line that is written to standard error while threads are kept waiting. */
  private static String lineOfError() throws InterruptedException {
    PrintStream before = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    new ProfileProbe().work();
    while (!told.toString(StandardCharsets.UTF_8).endsWith("\n")) {
      Thread.onSpinWait();
    }
    System.setErr(before);
    return told.toString(StandardCharsets.UTF_8);
  }

  void work() throws InterruptedException {
    for (int i = 0; i < TIMES; i++) {
      holdLong();
      holdShort();
    }
  }

  private void holdLong() throws InterruptedException {
    hold(LONG_NANOS);
  }

  private void holdShort() throws InterruptedException {
    hold(SHORT_NANOS);
  }

  private void hold(long nanos) throws InterruptedException {
    Thread[] waiters = new Thread[WAITERS];
    mutex.lock();
    try {
      for (int i = 0; i < WAITERS; i++) {
        waiters[i] = Thread.ofPlatform().start(this::pass);
      }
      while (mutex.getQueueLength() < WAITERS) {
        Thread.onSpinWait();
      }
      for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
        LockSupport.parkNanos(nanos);
      }
    } finally {
      mutex.unlock();
    }
    for (Thread waiter : waiters) {
      waiter.join();
    }
  }

  private void pass() {
    try (var _ = mutex.acquire()) {
      // It has been waited for.
    }
  }
}
