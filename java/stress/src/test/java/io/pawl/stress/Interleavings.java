package io.pawl.stress;

import io.pawl.Pawl;
import io.pawl.locks.LockSupport;
import java.lang.Thread.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.Lincheck;

/** Runs small programs under Lincheck's scheduler, which picks one interleaving after another. */
final class Interleavings {

  private static final int COUNT = Effort.of(50, 250);

  static {
    prepare();
  }

  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Body> ends = new ArrayList<>();

  private Interleavings() {}

  /** A program, or one thread of it. */
  interface Body {
    void run() throws Exception;
  }

  /** A class of its own: Interleavings is being initialized when it runs. */
  private static final class Sleeper implements Runnable {
    @Override
    public void run() {
      for (; ; ) {
        LockSupport.park();
      }
    }
  }

  /** A program that starts threads. */
  interface Program {
    void run(Interleavings run) throws Exception;
  }

  /**
   * Has done what the first wait of a process initializes, which is no part of an interleaving, and
   * has a thread sleep all the time, so that the thread that waits rely on is there all the time.
   */
  static void prepare() {
    String _ = Pawl.describe();
    Thread.ofPlatform().daemon().start(new Sleeper());
    while (!isRescuerThere()) {
      Thread.onSpinWait();
    }
  }

  private static boolean isRescuerThere() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(t -> t.getName().equals("pawl-wake") && t.getState() == State.TIMED_WAITING);
  }

  /**
   * Runs a program in many interleavings, and waits in each for the threads that it has started. An
   * interleaving in which a thread sleeps for ever, or throws something, fails.
   *
   * @param program what to run, with fresh objects each time
   */
  static void check(Program program) {
    Lincheck.runConcurrentTest(
        COUNT,
        () -> {
          Interleavings run = new Interleavings();
          try {
            program.run(run);
            for (Thread thread : run.threads) {
              thread.join();
            }
            for (Body body : run.ends) {
              body.run();
            }
          } catch (Exception e) {
            throw new AssertionError(e);
          }
          Throwable failure = run.failures.peek();
          if (failure != null) {
            throw new AssertionError(failure);
          }
        });
  }

  /** Starts a thread of the program. */
  Thread start(Body body) {
    Thread thread =
        new Thread(() -> {
          try {
            body.run();
          } catch (Throwable t) {
            failures.add(t);
          }
        });
    threads.add(thread);
    thread.start();
    return thread;
  }

  /** Has something looked at when all threads of the program have ended. */
  void atEnd(Body body) {
    ends.add(body);
  }

  /** Fails the program unless the fact holds. */
  static void require(boolean fact, String what) {
    if (!fact) {
      throw new AssertionError(what);
    }
  }
}
