package io.pawl.observe;

import io.pawl.locks.Condvar;
import io.pawl.locks.Mutex;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.consumer.RecordingStream;

/** The main class of children that wait, so that tools see it. */
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // it waits for the sake of waiting
final class RecordedWaits {

  /** Longer than the threshold of the events. */
  private static final long HELD_MILLIS = 60;

  private RecordedWaits() {}

  /**
   * Waits.
   *
   * @param args {@code wait}; or {@code jcmd FILE}, to be recorded into a file meanwhile; or {@code
   *     stream}, to print what a stream of events brings; or {@code print}, to print a thread dump
   */
  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "jcmd" -> {
        jcmd("JFR.start", "name=waits");
        waitForAll();
        jcmd("JFR.dump", "name=waits", "filename=" + args[1]);
      }
      case "stream" -> stream();
      case "print" -> holdWhile(() -> jcmd("Thread.print"));
      default -> waitForAll();
    }
    System.out.println("done");
  }

  private interface Action {
    void run() throws Exception;
  }

  private static void waitForAll() throws Exception {
    holdWhile(() -> TimeUnit.MILLISECONDS.sleep(HELD_MILLIS));
    Mutex mutex = new Mutex();
    Condvar condition = mutex.newCondition();
    mutex.lock();
    boolean _ = condition.await(HELD_MILLIS, TimeUnit.MILLISECONDS);
    mutex.unlock();
  }

  /** Holds a lock for which a thread waits. */
  private static void holdWhile(Action action) throws Exception {
    Mutex mutex = Names.name(new Mutex(), "orders");
    mutex.lock();
    Thread waiter =
        Thread.ofPlatform()
            .name("waiter")
            .start(() -> {
              mutex.lock();
              mutex.unlock();
            });
    while (LockSupport.getBlocker(waiter) == null) {
      Thread.onSpinWait();
    }
    action.run();
    mutex.unlock();
    waiter.join();
  }

  private static void stream() throws Exception {
    CountDownLatch all = new CountDownLatch(3);
    try (RecordingStream stream = new RecordingStream()) {
      for (String kind : List.of("LockWait", "ConditionWait", "LockLongHold")) {
        stream.enable("io.pawl." + kind).withThreshold(Duration.ofMillis(20));
        stream.onEvent("io.pawl." + kind, _ -> all.countDown());
      }
      stream.startAsync();
      waitForAll();
      if (!all.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError(all.getCount() + " kinds of events have not come");
      }
    }
  }

  private static void jcmd(String... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    words.add(Long.toString(ProcessHandle.current().pid()));
    Collections.addAll(words, command);
    int exit = new ProcessBuilder(words).redirectOutput(Redirect.INHERIT).start().waitFor();
    if (exit != 0) {
      throw new AssertionError(words + " failed with " + exit);
    }
  }
}
