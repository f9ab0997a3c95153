package io.pawl.internal.observe;

import io.pawl.observe.ContentionListener;
import io.pawl.observe.Wait;
import io.pawl.observe.Wait.Outcome;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Those who want to know where threads wait, and how the queues tell them. */
public final class Observers {

  /*
   * Who is to be told stands in an array that is replaced, never changed, and that is null while there is
   * nobody: a thread that has to wait reads one field to see that. A wait keeps the array of its beginning,
   * so who is told of that is told of its end.
   *
   * What is told may fail in any way, and whoever tells is in the middle of a wait or a release: began,
   * ended and released throw nothing but what a stack that has no room for their own frame does. A wait
   * that can't be told is not.
   *
   * Memory order
   *   registered  volatile; replaced with the monitor of the class held
   */

  /** The result of a wait in which something was thrown; the others are those of AcquireQueue. */
  public static final int FAILED = 3;

  private static volatile Registration @Nullable [] registered;

  private Observers() {}

  /** Loads this class before a thread comes here at the end of its memory. */
  public static void initialize() {
    Recording.initialize();
  }

  /**
   * Finds out what there is. Called before the first wait is told, with room on the stack and in
   * memory.
   */
  public static void prepare() {
    WaitingTime.initialize(new WaitingTime.State());
    WaitRecord.initialize(Outcome.FAILED, Wait.Mode.EXCLUSIVE);
    ReleaseRecord.initialize();
    Recording.prepare();
  }

  /**
   * Begins what the user demands. Throws nothing.
   *
   * @return whether nothing is left to begin
   */
  public static boolean beginDemanded() {
    return Demands.begin();
  }

  /**
   * Adds a listener.
   *
   * @param listener who is to be told
   */
  public static synchronized void add(ContentionListener listener) {
    Registration added = new Registration(Objects.requireNonNull(listener, "listener"));
    Inside.initialize();
    Registration[] old = registered;
    Registration[] all = old == null ? new Registration[1] : Arrays.copyOf(old, old.length + 1);
    all[all.length - 1] = added;
    registered = all;
  }

  /**
   * Removes a listener.
   *
   * @param listener who has been told
   * @return whether it was there
   */
  public static synchronized boolean remove(ContentionListener listener) {
    Objects.requireNonNull(listener, "listener");
    Registration[] old = registered;
    for (int i = 0; old != null && i < old.length; i++) {
      if (old[i].listener == listener) {
        registered = without(old, i);
        return true;
      }
    }
    return false;
  }

  private static Registration @Nullable [] without(Registration[] old, int place) {
    if (old.length == 1) {
      return null;
    }
    Registration[] all = Arrays.copyOf(old, old.length - 1);
    System.arraycopy(old, place + 1, all, place, all.length - place);
    return all;
  }

  /**
   * Whether anybody wants to know.
   *
   * @return false if a wait need not be told
   */
  public static boolean arePresent() {
    return registered != null || Recording.isOn();
  }

  /**
   * Tells that the current thread begins to wait.
   *
   * @param blocker what thread dumps show
   * @param mode what it waits for
   * @param queueLength how many wait before it
   * @param owners tells who holds what is waited for; null if nobody knows
   * @param charged to what the wait is charged, or null
   * @return what {@link #ended} is to be given; null if nobody has been told
   */
  public static @Nullable WaitRecord began(
      Object blocker,
      Wait.Mode mode,
      int queueLength,
      @Nullable OwnerLookup owners,
      @Nullable WaitingTime charged) {
    WaitRecord wait = null;
    try {
      Registration[] all = registered;
      boolean recorded = Recording.begin();
      if ((all == null && !recorded) || (all != null && !Inside.enter())) {
        return null;
      }
      try {
        WaitRecord w = new WaitRecord(blocker, mode, queueLength, owners, charged, all);
        w.begin();
        wait = w;
        if (recorded) {
          w.event = Recording.waitBegan(w);
        }
        for (int i = 0; all != null && i < all.length; i++) {
          all[i].waitBegan(w);
        }
      } finally {
        if (all != null) {
          Inside.leave();
        }
      }
    } catch (Throwable _) {
      // Who has been told is told of the end, others are not.
    }
    return wait;
  }

  /**
   * Tells that the wait of the current thread has ended.
   *
   * @param wait what {@link #began} has returned
   * @param result {@link #FAILED}, or how it has ended in the words of the queues
   */
  public static void ended(@Nullable WaitRecord wait, int result) {
    if (wait == null) {
      return;
    }
    try {
      wait.end(outcome(wait, result));
      record(wait);
      tellEnded(wait);
    } catch (Throwable _) {
      // They find out that it is over.
    }
  }

  private static void record(WaitRecord wait) {
    if (wait.event != null) {
      try {
        Recording.waitEnded(wait.event, wait);
      } catch (Throwable _) {
        // It is not recorded; listeners are told all the same.
      }
    }
  }

  private static void tellEnded(WaitRecord wait) {
    Registration[] all = wait.told;
    if (all != null && Inside.enter()) {
      try {
        for (Registration one : all) {
          one.waitEnded(wait);
        }
      } finally {
        Inside.leave();
      }
    }
  }

  private static Outcome outcome(WaitRecord wait, int result) {
    return switch (result) {
      case 0 -> wait.isForLock() ? Outcome.ACQUIRED : Outcome.SIGNALLED;
      case 1 -> Outcome.TIMED_OUT;
      case 2 -> Outcome.INTERRUPTED;
      default -> Outcome.FAILED;
    };
  }

  /**
   * Tells that the current thread has released something for which others wait.
   *
   * @param release what is known of it
   */
  public static void released(ReleaseRecord release) {
    try {
      record(release);
      Registration[] all = registered;
      if (all != null && Inside.enter()) {
        try {
          for (Registration one : all) {
            one.released(release);
          }
        } finally {
          Inside.leave();
        }
      }
    } catch (Throwable _) {
      // It is not told.
    }
  }

  private static void record(ReleaseRecord release) {
    try {
      release.record();
    } catch (Throwable _) {
      // It is not recorded; listeners are told all the same.
    }
  }
}
