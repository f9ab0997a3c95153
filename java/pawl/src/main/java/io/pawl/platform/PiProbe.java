package io.pawl.platform;

import io.pawl.internal.backend.PiLocks;
import io.pawl.internal.backend.ServiceThread;
import java.util.concurrent.FutureTask;
import java.util.function.IntSupplier;

/** Finds out, once, whether the system has locks with priority inheritance. */
final class PiProbe {

  private static volatile boolean ready;

  private PiProbe() {}

  /** Leases the word of a lock, which is free. */
  static long lease(Object owner) {
    if (!ready) {
      PiLocks.require();
    }
    long leased = PiThread.WORDS.lease(owner);
    if (!ready) {
      IntSupplier probe = () -> probe(leased);
      int result = Thread.currentThread().isVirtual() ? onAPlatformThread(probe) : probe.getAsInt();
      if (result != 0) {
        throw new UnsupportedOperationException(
            "The system has no locks with priority inheritance: error " + result);
      }
      ready = true;
    }
    return leased;
  }

  private static int probe(long word) {
    int result = PiLocks.tryLock(word);
    if (result == 0) {
      int _ = PiLocks.unlock(word);
      PiLocks.settle(word);
    }
    return result;
  }

  /** Has another thread do something, and returns or throws what it does. */
  static int onAPlatformThread(IntSupplier action) {
    FutureTask<Integer> task = new FutureTask<>(action::getAsInt);
    Thread prober = ServiceThread.make(task, "pawl-probe", null);
    prober.start();
    boolean interrupted = false;
    for (; ; ) {
      try {
        prober.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return resultOf(task);
  }

  private static int resultOf(FutureTask<Integer> task) {
    if (task.state() == FutureTask.State.SUCCESS) {
      return task.resultNow();
    }
    Throwable cause =
        task.state() == FutureTask.State.FAILED
            ? task.exceptionNow()
            : new OutOfMemoryError("A thread ended before it had begun");
    if (cause instanceof Error error) {
      throw error;
    }
    throw cause instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(cause);
  }
}
