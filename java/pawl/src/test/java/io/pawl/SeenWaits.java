package io.pawl;

import io.pawl.observe.Names;
import io.pawl.testing.ThreadKind;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The main class of children in which a platform thread and a virtual thread wait in each scene,
 * all at once, so that a tool sees them.
 */
final class SeenWaits {

  /** Longer than the threshold of the events. */
  private static final long HELD_NANOS = TimeUnit.MILLISECONDS.toNanos(60);

  /** What a line begins with that tells of a wait. */
  static final String WAIT = "wait|";

  /** What a line begins with that tells of a scene which this system or backend does not have. */
  static final String NONE = "none|";

  /** What a line begins with that tells what {@code ThreadMXBean} shows. */
  static final String INFO = "info|";

  private SeenWaits() {}

  /** A wait that goes on. */
  private record Going(String name, Thread thread, WaitScenes.Wait scene) {

    /** Whether it shows, and so has been told. Waits for what processes share come in slices. */
    boolean isSeen() {
      return LockSupport.getBlocker(thread) != null
          && (thread.getState() != Thread.State.RUNNABLE || isOutside(name));
    }
  }

  /** Whether platform threads spend a wait in the operating system. */
  static boolean isOutside(String name) {
    return Stream.of(MoreScenes.ALL)
        .map(WaitScenes.Scene::name)
        .anyMatch(scene -> !scene.startsWith("Lazy") && name.startsWith(scene + "/"));
  }

  /**
   * Waits.
   *
   * @param args nothing; or {@code info}, to print what ThreadMXBean shows; or {@code jfr FILE}, to
   *     be recorded into a file; or {@code dump FILE}, to print a thread dump, and write one with
   *     virtual threads to a file
   */
  public static void main(String[] args) throws Exception {
    String tool = args.length == 0 ? "" : args[0];
    if (tool.equals("jfr")) {
      jcmd("JFR.start", "name=waits");
    }
    waitOnce();
    List<Going> all = begin();
    switch (tool) {
      case "info" -> all.forEach(SeenWaits::printInfo);
      case "dump" -> {
        jcmd("Thread.print");
        jcmd("Thread.dump_to_file", args[1]);
      }
      default -> {}
    }
    rest();
    for (Going going : all) {
      going.scene.end();
    }
    for (Going going : all) {
      going.thread.join();
    }
    if (tool.equals("jfr")) {
      jcmd("JFR.dump", "name=waits", "filename=" + args[1]);
    }
    System.out.println("done");
  }

  /** Has a first wait, which finds out who is to be told: others are not told meanwhile. */
  private static void waitOnce() throws InterruptedException {
    WaitScenes.Wait wait = WaitScenes.ALL[0].begin();
    Thread thread = Thread.ofPlatform().start(() -> await(wait));
    while (LockSupport.getBlocker(thread) == null) {
      LockSupport.parkNanos(100_000);
    }
    wait.end();
    thread.join();
  }

  private static List<Going> begin() {
    List<Going> all = new ArrayList<>();
    for (WaitScenes.Scene scene : scenes()) {
      for (ThreadKind kind : List.of(ThreadKind.PLATFORM, ThreadKind.VIRTUAL)) {
        if (scene.isFor(kind)) {
          try {
            all.add(begin(scene, kind));
          } catch (UnsupportedOperationException e) {
            System.out.println(NONE + scene + "/" + kind + "|" + e.getMessage());
          }
        }
      }
    }
    for (Going going : all) {
      while (!going.isSeen()) {
        LockSupport.parkNanos(100_000);
      }
    }
    return all;
  }

  static List<WaitScenes.Scene> scenes() {
    return Stream.of(WaitScenes.ALL, MoreScenes.ALL).flatMap(Stream::of).toList();
  }

  /** Has a thread wait that has the name of what it waits for. */
  private static Going begin(WaitScenes.Scene scene, ThreadKind kind) {
    String name = scene + "/" + kind;
    WaitScenes.Wait wait = scene.begin();
    Object subject = Names.name(wait.subject(), name);
    System.out.println(
        WAIT
            + name
            + "|"
            + scene.mode()
            + "|"
            + subject.getClass().getName()
            + "|"
            + Integer.toHexString(System.identityHashCode(subject)));
    Thread.Builder builder =
        kind == ThreadKind.PLATFORM ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
    Thread thread = builder.name(name).start(() -> await(wait));
    return new Going(name, thread, wait);
  }

  private static void await(WaitScenes.Wait wait) {
    try {
      wait.await();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Lets time pass, of which events have to have a part. */
  private static void rest() {
    for (long start = System.nanoTime(); System.nanoTime() - start < HELD_NANOS; ) {
      LockSupport.parkNanos(HELD_NANOS);
    }
  }

  private static void printInfo(Going going) {
    long[] id = {going.thread.threadId()};
    ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(id, true, true)[0];
    System.out.println(
        INFO
            + going.name
            + (info == null
                ? "|unknown"
                : "|"
                    + info.getThreadState()
                    + "|"
                    + info.getLockName()
                    + "|"
                    + info.getLockOwnerName()));
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
