package io.pawl.locks;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Hunts for signals that are lost or spent on a thread that has given up. */
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "WaitNotInLoop" // each return is accounted for
})
abstract class ConditionRaceContract extends Kit {

  private static final int ROUNDS = 20_000;

  private final Exclusive exclusive;
  private final Lock lock;
  private final Condvar condition;

  /** How many items have been produced and not consumed; guarded by the lock. */
  private int items;

  /** Whether the first waiter of this round was signalled; null while it waits. */
  private volatile @Nullable Boolean outcome;

  private volatile @Nullable Thread first;

  ConditionRaceContract(ThreadKind kind, Exclusive exclusive) {
    super(kind);
    this.exclusive = exclusive;
    this.lock = exclusive.lock();
    this.condition = (Condvar) lock.newCondition();
  }

  private void assertQuiet(int round) {
    assertThat(items).as("items left over in round %d", round).isZero();
    assertThat(exclusive.isLocked().getAsBoolean()).as("locked after round %d", round).isFalse();
    assertThat(exclusive.queued().getAsInt()).as("queued after round %d", round).isZero();
    outcome = null;
    first = null;
  }

  private int waiting() {
    lock.lock();
    try {
      return condition.getWaitQueueLength();
    } finally {
      lock.unlock();
    }
  }

  private void signal() {
    lock.lock();
    condition.signal();
    lock.unlock();
  }

  // ---- Producers and consumers

  private void produce() {
    lock.lock();
    items++;
    condition.signal();
    lock.unlock();
  }

  private void consume() {
    lock.lock();
    while (items == 0) {
      condition.awaitUninterruptibly();
    }
    items--;
    lock.unlock();
  }

  @Test
  void everyItemReachesAConsumer() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertQuiet,
            _ -> consume(),
            _ -> produce(),
            _ -> consume(),
            _ -> produce());
    assertThat(rounds).isPositive();
  }

  // ---- One signal, two waiters, of which the first gives up at the same moment

  @Test
  void signalIsNotSpentOnAWaiterThatTimesOut() {
    playOneSignalForTwo(
        () -> condition.await(ThreadLocalRandom.current().nextInt(200_000), NANOSECONDS), false);
  }

  @Test
  void signalIsNotSpentOnAWaiterThatIsInterrupted() {
    playOneSignalForTwo(
        () -> {
          try {
            condition.await();
            return true;
          } catch (InterruptedException e) {
            return false;
          }
        },
        true);
  }

  private void playOneSignalForTwo(Callable<Boolean> wait, boolean interrupt) {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertQuiet,
            _ -> waitFirst(wait, interrupt),
            _ -> waitSecond(),
            _ -> signalOnce(),
            _ -> {
              if (interrupt) {
                interruptFirst();
              }
            });
    assertThat(rounds).isPositive();
  }

  private void waitFirst(Callable<Boolean> wait, boolean interrupt) throws Exception {
    lock.lock();
    first = Thread.currentThread();
    boolean signalled = wait.call();
    lock.unlock();
    outcome = signalled;
    if (interrupt) {
      Await.until("the interrupt", () -> first == null);
      assertThat(Thread.interrupted()).as("interrupted later").isEqualTo(signalled);
    }
  }

  private void waitSecond() {
    Await.until("the first waits", () -> first != null || outcome != null);
    lock.lock();
    condition.awaitUninterruptibly();
    lock.unlock();
  }

  private void signalOnce() {
    // The outcome is read first: a thread that waits afterwards is not the first one.
    Await.until("the second waits", () -> (outcome != null && waiting() == 1) || waiting() == 2);
    boolean gone = outcome != null;
    Rounds.dawdle();
    signal();
    if (gone) {
      return;
    }
    Await.until("the first comes back", () -> outcome != null);
    if (Boolean.TRUE.equals(outcome)) {
      signal();
    }
  }

  private void interruptFirst() {
    Await.until("both wait", () -> waiting() == 2 || outcome != null);
    Rounds.dawdle();
    Thread thread = first;
    if (thread != null) {
      thread.interrupt();
    }
    first = null;
  }
}
