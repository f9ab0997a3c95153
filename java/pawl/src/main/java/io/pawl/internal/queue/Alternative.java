package io.pawl.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * One of several things for which a thread waits at the same time, see {@link FirstOf}. It belongs
 * to one thread at a time.
 */
public abstract class Alternative {

  /** What has been taken. */
  protected @Nullable Object result;

  /** Why nothing could be taken, though the wait for it is over; null if something was. */
  protected @Nullable RuntimeException failure;

  /** Constructs an alternative. */
  protected Alternative() {}

  /**
   * What has been taken since {@link #forget}.
   *
   * @return the object, or null
   * @throws RuntimeException if the end of the wait is that nothing can be taken
   */
  public final @Nullable Object result() {
    if (failure != null) {
      throw failure;
    }
    return result;
  }

  /** Forgets what has been taken. */
  public void forget() {
    result = null;
    failure = null;
  }

  /**
   * Called before a wait, when nothing has been taken yet.
   *
   * @throws IllegalMonitorStateException if the current thread can't wait for this
   */
  protected void requireWaitable() {}

  /**
   * Takes it if it can be had now, by a thread that is in no queue for it.
   *
   * @return whether it has been taken; what it is, or what is wrong, is kept for {@link #result}
   */
  protected abstract boolean tryTake();

  /**
   * Lists a new record where it is notified when this may be had, and looks after that.
   *
   * @param w a record of the current thread, listed nowhere
   * @return whether it has been taken
   */
  abstract boolean enlist(Waiter w);

  /**
   * Takes it for a record that has been notified, or lists the record again.
   *
   * @param w the record
   * @return whether it has been taken
   */
  abstract boolean retry(Waiter w);

  /**
   * Ends the wait: takes the record out, and passes on a wake that it has consumed in vain.
   *
   * @param w the record, whatever has become of it, {@link #enlist} and {@link #retry} that have
   *     thrown something included
   * @param taken whether this is what has been taken
   */
  abstract void withdraw(Waiter w, boolean taken);
}
