package io.pawl.parity;

import java.lang.reflect.InvocationTargetException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedTransferQueue;
import org.jspecify.annotations.Nullable;

/**
 * A thread that makes one call after the other. Whether a call has returned, or waits and goes on
 * waiting unless another actor does something, can be told: a virtual thread's state changes in the
 * unpark, not some time after it.
 */
final class Actor {

  /**
   * What a call has come to.
   *
   * @param value what it returned
   * @param thrown what it threw instead
   * @param interrupted whether it left the thread interrupted
   */
  record Outcome(@Nullable Object value, @Nullable Throwable thrown, boolean interrupted) {}

  private static final class Call {
    private final Callable<@Nullable Object> body;
    private final boolean waitsLong;
    private volatile boolean started;
    private volatile @Nullable Outcome outcome;

    private Call(Callable<@Nullable Object> body, boolean waitsLong) {
      this.body = body;
      this.waitsLong = waitsLong;
    }
  }

  private static final Call END = new Call(() -> null, false);

  private final LinkedTransferQueue<Call> calls = new LinkedTransferQueue<>();
  private final Thread thread;
  private @Nullable Call current;

  Actor(int index) {
    thread = Thread.ofVirtual().name("actor-" + index).start(this::run);
  }

  Thread thread() {
    return thread;
  }

  /**
   * Begins a call.
   *
   * @param waitsLong whether a timed wait in it is as good as one without end
   */
  void begin(Callable<@Nullable Object> body, boolean waitsLong) {
    current = new Call(body, waitsLong);
    calls.add(current);
  }

  /** Whether no call is under way. */
  boolean isIdle() {
    return current == null;
  }

  /** Whether the call under way has returned, or waits. */
  boolean isQuiet() {
    Call call = current;
    if (call == null || call.outcome != null) {
      return true;
    }
    if (!call.started || thread.isInterrupted()) {
      return false;
    }
    Thread.State state = thread.getState();
    return state == Thread.State.WAITING || (call.waitsLong && state == Thread.State.TIMED_WAITING);
  }

  /**
   * What the call under way has come to, which is then over; null if there is none, or it waits.
   */
  @Nullable Outcome takeOutcome() {
    Call call = current;
    Outcome outcome = call == null ? null : call.outcome;
    if (outcome != null) {
      current = null;
    }
    return outcome;
  }

  /**
   * Ends the thread if it is idle. A thread that waits for good is left to the garbage collector.
   */
  void end() {
    calls.add(END);
  }

  private void run() {
    try {
      for (Call call = calls.take(); call != END; call = calls.take()) {
        call.started = true;
        call.outcome = outcome(call);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("Interrupted between calls", e);
    }
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it is, it is the outcome
  private static Outcome outcome(Call call) {
    Object value = null;
    Throwable thrown = null;
    try {
      value = call.body.call();
    } catch (InvocationTargetException e) {
      thrown = Objects.requireNonNull(e.getCause());
    } catch (Throwable e) {
      thrown = e;
    }
    return new Outcome(value, thrown, Thread.interrupted());
  }
}
