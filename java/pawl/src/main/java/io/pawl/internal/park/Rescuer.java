package io.pawl.internal.park;

import io.pawl.internal.backend.ServiceThread;
import io.pawl.internal.queue.StackRoom;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that wakes which have failed are done, whoever sleeps and whatever cannot be started.
 */
class Rescuer implements Runnable {

  /*
   * Algorithm: a thread, the rescuer, tries the wakes that are owed until they succeed. When a wake has failed it is
   * too late to start it: that may fail for the same reason, and everybody else may be asleep. So it is there
   * first. Whoever is to sleep for long counts itself, and then looks whether the rescuer runs. If so it may sleep;
   * else it starts the rescuer, and sleeps for a short time only. The rescuer ends when nobody has been counted
   * for a while.
   *
   * States of the rescuer
   *
   *   none -- who is to sleep, or owes a wake --> STARTING -- its thread runs --> RUNS
   *    ^                                              |                           |  ^
   *    +--- it could not be started ------------------+     nobody for IDLE_NANOS |  | somebody is counted,
   *    |                                                                          v  | or a wake is owed
   *    +---- nobody is counted, nothing is owed -------------------------------- ENDING
   *
   * Who is counted: who parks in LockSupport, and who waits natively without a timer of its own that ends the wait
   * soon. So all are, but for those whose native wait ends by itself at the limit of pawl.native.wait, as there is
   * no watcher of long waits; they are counted when they go on in LockSupport. With pawl.native.wait=0, with the
   * backend java and on virtual threads all waits are in LockSupport; with forever, or a limit beyond SOON_NANOS, each
   * native wait is counted. The watcher itself pays nothing: while it is awake, those that it watches are counted,
   * and it does not see one whose word is NOTIFIED and whose wake has failed.
   *
   * Invariants
   *   I1  Whoever sleeps for longer than SOON_NANOS is counted, and has then seen RUNS.
   *   I2  RUNS is left by the rescuer alone, for ENDING, and it goes only after it has found nobody counted since.
   *       So while somebody of I1 sleeps, the rescuer is there. It looks at least each LONGEST_PAUSE_NANOS; that
   *       it is woken when something is owed spares the time, and nothing depends on it.
   *   I3  While there is no rescuer, whoever sleeps is back soon by itself, and nobody depends on a wake that has
   *       failed. Whoever is to sleep, or unparks, then tries what is owed, so that it does not come late.
   *   I4  An error that comes before the count leaves nobody asleep; one after it, or in leave, leaves a count that is
   *       too high, and with it a rescuer that does not end.
   *   I5  Whoever has tried to start the rescuer does not sleep this time: what that waits for in the JDK may have
   *       taken its permit of LockSupport. To try what is owed may take it too, where the JDK has no memory for
   *       the wake of a virtual thread and pauses: who does so sleeps for a short time only.
   *
   * Memory order
   *   state     volatile. A sleeper counts itself, then reads it; the rescuer stores ENDING, then reads the count: one
   *             of them sees the other.
   *   thread    volatile
   */
  private static final int NONE = 0;
  static final int STARTING = 1;
  private static final int RUNS = 2;
  private static final int ENDING = 3;

  /** For how long a thread may sleep of which nobody knows. */
  static final long SOON_NANOS = 64_000_000;

  private static final long FIRST_PAUSE_NANOS = 1_000_000;

  /** The longest time between two attempts. */
  private static final long LAST_PAUSE_NANOS = 64_000_000;

  /** The longest time between two looks while nothing is owed. */
  private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

  /** Soon: as long as its thread lives, a class loader from which Pawl was loaded cannot go. */
  private static final long IDLE_NANOS = LONGEST_PAUSE_NANOS;

  private static final long FIRST_DELAY_NANOS = 1_000_000_000;
  private static final long LAST_DELAY_NANOS = 64_000_000_000L;

  private static final String THREAD_NAME = "pawl-wake";

  private static final AtomicIntegerFieldUpdater<Rescuer> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Rescuer.class, "state");

  /** The one of all parkers. */
  static final Rescuer INSTANCE = new Rescuer(IDLE_NANOS);

  private final OwedWakes owed = new OwedWakes();
  private final Sleepers sleepers = new Sleepers();
  private final Backoff starts = new Backoff(FIRST_DELAY_NANOS, LAST_DELAY_NANOS);
  private final long idleNanos;

  private volatile int state;
  private volatile @Nullable Thread thread;

  /**
   * Constructs one that does not run.
   *
   * @param idleNanos for how long nobody has slept when it ends
   */
  Rescuer(long idleNanos) {
    this.idleNanos = idleNanos;
  }

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {}

  /**
   * Makes up for a wake that has failed.
   *
   * @param parker whose wake it was
   */
  final void add(Parker parker) {
    if (!owed.wakes(parker)) {
      owed.add(parker);
      hurry();
    }
  }

  /**
   * Tries the wakes that are owed, if there are any and no rescuer runs.
   *
   * @return whether this has tried to start it
   */
  final boolean pay() {
    if (owed.exist() && state != RUNS) {
      owed.pay();
      return owed.exist() && start();
    }
    return false;
  }

  /**
   * The current thread is about to sleep. It {@linkplain #leave leaves} afterwards, unless this has
   * thrown.
   *
   * @param deadline until when it is to sleep at the latest
   * @return until when it may: the deadline, or one that comes soon, or has come
   */
  final long enter(long deadline) {
    if (state != RUNS) {
      StackRoom.forStep(); // it does not stay counted for want of stack in what follows
    }
    sleepers.come();
    return state == RUNS ? deadline : alone(deadline);
  }

  /** The current thread sleeps no more. */
  final void leave() {
    sleepers.go();
  }

  private long alone(long deadline) {
    boolean disturbed = pay();
    long soon = Deadlines.sooner(deadline, SOON_NANOS);
    if (soon != deadline) {
      disturbed |= start();
    }
    return disturbed ? System.nanoTime() : soon;
  }

  /** Whether there is a rescuer. */
  final boolean isRunning() {
    return state == RUNS;
  }

  /** Has the rescuer look now, if it can be told. */
  private void hurry() {
    Thread running = thread;
    if (running == null) {
      boolean _ = start();
    } else {
      try {
        LockSupport.unpark(running);
      } catch (Throwable _) {
        // It looks by itself, a little later.
      }
    }
  }

  /**
   * Starts the rescuer unless there is one, or there was none to be had a short time ago.
   *
   * @return whether this has tried to
   */
  private boolean start() {
    if (state != NONE || !starts.isDue() || !STATE.compareAndSet(this, NONE, STARTING)) {
      return false;
    }
    boolean started = false;
    try {
      // What a start waits for in the JDK would clear it.
      Object blocker = LockSupport.getBlocker(Thread.currentThread());
      start(ServiceThread.make(this, THREAD_NAME, null));
      started = true;
      LockSupport.setCurrentBlocker(blocker);
      starts.succeeded();
    } catch (Throwable _) {
      if (!started) {
        state = NONE;
        starts.failed();
      }
    }
    return true;
  }

  /** Starts the thread of a rescuer. */
  void start(Thread thread) {
    thread.start();
  }

  /** What the rescuer does, whatever is thrown. */
  @Override
  public final void run() {
    if (!STATE.compareAndSet(this, STARTING, RUNS)) {
      return;
    }
    thread = Thread.currentThread();
    long lastUse = System.nanoTime();
    int arrivals = 0;
    long pause = FIRST_PAUSE_NANOS;
    boolean busy = false;
    boolean over = false;
    while (!over) {
      try {
        boolean wasBusy = busy;
        busy = owed.exist();
        if (busy) {
          owed.pay();
        }
        long longest = busy ? LAST_PAUSE_NANOS : LONGEST_PAUSE_NANOS;
        pause = busy == wasBusy ? Math.min(2 * pause, longest) : FIRST_PAUSE_NANOS;
        boolean _ = Thread.interrupted();
        LockSupport.parkNanos(pause);
        int before = arrivals;
        arrivals = sleepers.arrivals();
        if (isNeeded() || arrivals != before) {
          lastUse = System.nanoTime();
        } else if (System.nanoTime() - lastUse >= idleNanos) {
          over = ends();
        }
      } catch (Throwable _) {
        state = RUNS;
      }
    }
  }

  /** Whether anybody relies on the rescuer, or anything is owed. */
  boolean isNeeded() {
    return owed.exist() || !sleepers.none();
  }

  /** Says that it is none any more, unless it is needed after all. */
  private boolean ends() {
    state = ENDING;
    if (isNeeded()) {
      state = RUNS;
      return false;
    }
    thread = null;
    state = NONE;
    return true;
  }
}
