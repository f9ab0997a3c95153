package io.pawl.rcu;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The actions of an {@link Rcu} that wait for a grace period, and the thread that runs them. */
final class Deferral {

  /*
   * Algorithm: actions are pushed onto a stack. The thread that finds no worker starts one. The worker
   * takes the whole stack, waits for a grace period, runs what it has taken, oldest first, and takes
   * the stack again, until it is empty.
   *
   * newest    null            no worker, nothing to do
   *           NOTHING         a worker, and nothing that it has not taken
   *           another task    a worker, or one that is being started; the stack
   *
   * Transitions (w: by the worker)
   *
   *   null --push, then start a worker--> task <--push-- NOTHING
   *    ^                                   |  w: take      |  ^
   *    |                                   +---------------|--+
   *    +---------------- w: nothing more ------------------+
   *
   * Invariants
   *   I1  There is one worker at most: one is started by whoever replaces null, or unattended by 0, and
   *       newest is null again, or unattended 1, when the worker is about to end.
   *   I2  A batch is taken before the grace period begins, so what was done before its actions were
   *       deferred precedes the period.
   *   I3  A worker that fails, or does not start, leaves backlog and newest as they are, and unattended
   *       set: the next that defers starts another. It does not fail for want of memory: somebody may wait
   *       for its actions who defers nothing more.
   *   I4  Once the task has been made, to add it needs no memory, and no stack but a few frames, until the
   *       stack has it. So who makes it before a change, and adds it after that, does not forget it.
   *   I5  An action that leaves the worker interrupted does not interrupt the next.
   *
   * Memory order
   *   newest      volatile CAS; publishes the tasks
   *   unattended  volatile
   *   backlog     plain: the worker's; start of a thread, or unattended, hands it on
   */
  private static final long PAUSE_NANOS = 1_000_000;

  private static final Task NOTHING = new Task(() -> {});

  private static final AtomicReferenceFieldUpdater<Deferral, @Nullable Task> NEWEST =
      AtomicReferenceFieldUpdater.newUpdater(Deferral.class, Task.class, "newest");
  private static final AtomicIntegerFieldUpdater<Deferral> UNATTENDED =
      AtomicIntegerFieldUpdater.newUpdater(Deferral.class, "unattended");

  private final GraceSync sync;
  private volatile @Nullable Task newest;
  private volatile int unattended;
  private volatile @Nullable Thread worker;

  /** What has been taken and not been run, oldest first. */
  private @Nullable Task backlog;

  Deferral(GraceSync sync) {
    this.sync = sync;
  }

  /** An action, and the one below it. */
  static final class Task {
    private final Runnable action;
    private @Nullable Task next;

    Task(Runnable action) {
      this.action = action;
    }

    void run() {
      action.run();
    }
  }

  /** Has a task run, even if this throws because no worker can be started. */
  void add(Task task) {
    Task top;
    do {
      top = newest;
      task.next = top == NOTHING ? null : top;
    } while (!NEWEST.compareAndSet(this, top, task));
    if (top == null || (unattended != 0 && UNATTENDED.compareAndSet(this, 1, 0))) {
      start();
    }
  }

  /** Whether the current thread runs the actions. */
  boolean isWorker() {
    return Thread.currentThread() == worker;
  }

  private void start() {
    boolean started = false;
    try {
      Thread _ =
          Thread.ofVirtual()
              .name("pawl-rcu")
              .inheritInheritableThreadLocals(false)
              .start(this::work);
      started = true;
    } finally {
      if (!started) {
        unattended = 1;
      }
    }
  }

  private void work() {
    worker = Thread.currentThread();
    boolean done = false;
    try {
      while (take()) {
        awaitPeriod();
        runBacklog();
      }
      done = true;
    } finally {
      if (!done) {
        unattended = 1;
      }
    }
  }

  /** Waits for a grace period, again and again while there is no memory for that. */
  private void awaitPeriod() {
    for (boolean over = false; !over; ) {
      try {
        sync.await();
        over = true;
      } catch (VirtualMachineError _) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      LockSupport.parkNanos(PAUSE_NANOS);
    } catch (VirtualMachineError _) {
      Thread.onSpinWait();
    }
  }

  /** Takes what has been deferred; false, and no worker any more, if there is nothing. */
  private boolean take() {
    while (backlog == null) {
      Task top = NEWEST.getAndSet(this, NOTHING);
      if (top == NOTHING) {
        if (NEWEST.compareAndSet(this, NOTHING, null)) {
          return false;
        }
      } else {
        reverse(top);
      }
    }
    return true;
  }

  private void reverse(@Nullable Task newestFirst) {
    Task oldestFirst = null;
    for (Task task = newestFirst; task != null; ) {
      Task older = task.next;
      task.next = oldestFirst;
      oldestFirst = task;
      task = older;
    }
    backlog = oldestFirst;
  }

  private void runBacklog() {
    for (Task task; (task = backlog) != null; ) {
      backlog = task.next;
      try {
        task.run();
      } catch (Throwable t) {
        report(t);
      }
      boolean _ = Thread.interrupted();
    }
  }

  @SuppressWarnings("CatchingUnchecked") // as the virtual machine does
  private static void report(Throwable thrown) {
    Thread current = Thread.currentThread();
    try {
      current.getUncaughtExceptionHandler().uncaughtException(current, thrown);
    } catch (Throwable _) {
      // Ignored, as where a thread ends.
    }
  }
}
