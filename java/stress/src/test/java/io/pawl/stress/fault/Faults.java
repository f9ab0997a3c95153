package io.pawl.stress.fault;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Points at which patched classes fail on demand. A point does nothing unless its thread is
 * {@linkplain #expose exposed} and a {@link Plan} is in force; else the plan counts it and may
 * throw an error.
 */
public final class Faults {

  /** What may fail at a point. */
  enum Point {
    /** An object is about to be allocated. */
    ALLOCATION,
    /** Room on the stack is asked for. */
    ROOM,
    /** The thread is about to wait, or has waited. */
    AWAIT,
    /** A thread is about to be woken, or has been. */
    WAKE,
    /** Waiters are about to be moved, or have been. */
    REQUEUE,
    /** The process-wide barrier is about to be executed, or has been. */
    BARRIER
  }

  /** What is thrown, and at which kinds of points. */
  enum Failure {
    OUT_OF_MEMORY,
    STACK_OVERFLOW;

    boolean concerns(Point point) {
      return point != (this == OUT_OF_MEMORY ? Point.ROOM : Point.ALLOCATION);
    }

    Error error(Point point) {
      String message = "injected, " + point;
      return this == OUT_OF_MEMORY
          ? new OutOfMemoryError(message)
          : new StackOverflowError(message);
    }
  }

  private static final Set<Thread> EXPOSED = ConcurrentHashMap.newKeySet();

  private static volatile @Nullable Plan plan;
  private static volatile boolean refusesRescuer;

  private Faults() {}

  /** Before an allocation. */
  public static void allocation() {
    meet(Point.ALLOCATION);
  }

  /** At the beginning of a method that asks for stack. */
  public static void room() {
    meet(Point.ROOM);
  }

  /** Before and after a wait. */
  public static void await() {
    meet(Point.AWAIT);
  }

  /** Before and after a wake. */
  public static void wake() {
    meet(Point.WAKE);
  }

  /** Before and after a requeue. */
  public static void requeue() {
    meet(Point.REQUEUE);
  }

  /** Before and after a process-wide barrier. */
  public static void barrier() {
    meet(Point.BARRIER);
  }

  /** Before the thread is started that makes up for wakes which have failed. */
  public static void rescue() {
    if (refusesRescuer) {
      throw new OutOfMemoryError("refused");
    }
    meet(Point.ALLOCATION);
  }

  /** From now on there is no thread that makes up for wakes, whoever would start it. */
  static void refuseRescuer() {
    refusesRescuer = true;
  }

  private static void meet(Point point) {
    Plan p = plan;
    if (p != null && EXPOSED.contains(Thread.currentThread())) {
      p.meet(point);
    }
  }

  /** Puts a plan in force, or none. */
  static void follow(@Nullable Plan next) {
    plan = next;
  }

  /** From now on the points that the current thread meets count. */
  static void expose() {
    boolean _ = EXPOSED.add(Thread.currentThread());
  }

  /** Ends what {@link #expose} began. */
  static void hide() {
    boolean _ = EXPOSED.remove(Thread.currentThread());
  }

  /** Which of the points met in one play fail: the n-th, and some that follow. */
  static final class Plan {
    private final Failure failure;
    private final int first;
    private final int following;
    private final AtomicInteger met = new AtomicInteger();
    private final Set<Error> thrown = ConcurrentHashMap.newKeySet();

    /**
     * Constructs a plan.
     *
     * @param failure what is thrown
     * @param first at which point first, counted from 1
     * @param following at how many of the next points as well
     */
    Plan(Failure failure, int first, int following) {
      this.failure = failure;
      this.first = first;
      this.following = following;
    }

    private void meet(Point point) {
      if (failure.concerns(point)) {
        int past = met.incrementAndGet() - first;
        if (past >= 0 && past <= following) {
          Error error = failure.error(point);
          thrown.add(error);
          throw error;
        }
      }
    }

    /** How many points have been met. */
    int met() {
      return met.get();
    }

    /** What has been thrown; where, the traces tell. */
    Set<Error> thrown() {
      return thrown;
    }

    /** Whether something is, or was caused by, what has been thrown here. */
    boolean hasThrown(Throwable t) {
      for (Throwable cause = t; cause != null; cause = cause.getCause()) {
        if (cause instanceof Error error && thrown.contains(error)) {
          return true;
        }
      }
      return false;
    }
  }
}
