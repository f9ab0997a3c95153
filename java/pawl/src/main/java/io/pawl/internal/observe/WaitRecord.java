package io.pawl.internal.observe;

import io.pawl.observe.Wait;
import org.jspecify.annotations.Nullable;

/** What is known of one wait. Made, and ended, by the thread that waits. */
public final class WaitRecord implements Wait {

  private final Object blocker;
  private final Mode mode;
  private final Thread thread = Thread.currentThread();
  private final @Nullable OwnerLookup owners;
  private final @Nullable Thread previousOwner;
  private final int queueLength;
  private final long start = System.nanoTime();

  /** Who has been told that the wait began, and will be told that it has ended. */
  final @Nullable Registration @Nullable [] told;

  /** What this wait is charged to. */
  private final @Nullable WaitingTime charged;

  private WaitingTime.@Nullable State departure;

  /** The event of the flight recorder, or null. */
  @Nullable Object event;

  private long nanos;

  /** Volatile: publishes nanos. */
  private volatile @Nullable Outcome outcome;

  WaitRecord(
      Object blocker,
      Mode mode,
      int queueLength,
      @Nullable OwnerLookup owners,
      @Nullable WaitingTime charged,
      @Nullable Registration @Nullable [] told) {
    this.blocker = blocker;
    this.mode = mode;
    this.queueLength = queueLength;
    this.owners = owners;
    this.previousOwner = owners == null ? null : owners.ownerOf(blocker);
    this.charged = charged;
    this.told = told;
  }

  /** Loads this class and those of what it tells, before there may be no memory for them. */
  static void initialize(Outcome outcome, Mode mode) {}

  /** Whether it waits for a lock or permits, and not for what another thread is to do. */
  boolean isForLock() {
    return mode.compareTo(Mode.PERMITS) <= 0;
  }

  /** Has the wait counted, if somebody is charged with it. */
  void begin() {
    if (charged != null) {
      departure = charged.began(start);
    }
  }

  /** Ends the wait; allocates nothing. */
  void end(Outcome how) {
    if (charged != null && departure != null) {
      charged.ended(start, departure);
    }
    nanos = System.nanoTime() - start;
    outcome = how;
  }

  @Override
  public Object subject() {
    return Subjects.of(blocker);
  }

  @Override
  public @Nullable String name() {
    return Subjects.nameOf(blocker);
  }

  @Override
  public Mode mode() {
    return mode;
  }

  @Override
  public Thread thread() {
    return thread;
  }

  @Override
  public @Nullable Thread previousOwner() {
    return previousOwner;
  }

  @Override
  public @Nullable Thread currentOwner() {
    return owners == null ? null : owners.ownerOf(blocker);
  }

  @Override
  public int queueLength() {
    return queueLength;
  }

  @Override
  public long startNanos() {
    return start;
  }

  @Override
  public long nanos() {
    return outcome == null ? System.nanoTime() - start : nanos;
  }

  @Override
  public @Nullable Outcome outcome() {
    return outcome;
  }
}
