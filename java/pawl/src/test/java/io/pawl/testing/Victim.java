package io.pawl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The thread of a race that another one interrupts at some time, once in each round. */
public final class Victim {

  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

  /**
   * Runs what an interrupt may end. Fails unless the interrupt, which comes now or later, either
   * ends it or is kept.
   */
  public void run(Worker.Task interruptible) throws Exception {
    begin();
    boolean interrupted = false;
    try {
      interruptible.run();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    assertThat(end()).isNotEqualTo(interrupted);
  }

  /** Lets the current thread be interrupted from now on. */
  public void begin() {
    thread.set(Thread.currentThread());
  }

  /** Waits for the interrupt; returns the interrupted status, and clears it. */
  public boolean end() {
    Await.until("the interrupt", () -> thread.get() == null);
    return Thread.interrupted();
  }

  /** What the other thread does: interrupts the victim, soon after it has begun. */
  public void interrupt() {
    Await.until("a victim", () -> thread.get() != null);
    Rounds.dawdle();
    Thread victim = thread.get();
    if (victim != null) {
      victim.interrupt();
    }
    thread.set(null);
  }
}
