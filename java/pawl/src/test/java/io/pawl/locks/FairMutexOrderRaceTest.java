package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads that give up while the mutex is handed over keep the order of the others. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class FairMutexOrderRaceTest extends Kit {

  private static final int ROUNDS = 20_000;
  private static final int WAITERS = 5;

  private final FairMutex mutex = new FairMutex();

  /** Who had the mutex in this round, in order; guarded by it. */
  private final List<Integer> order = new ArrayList<>();

  private final @Nullable Thread[] leavers = new Thread[WAITERS + 1];

  /** Whether the holder of this round has the mutex. */
  private volatile boolean held;

  /** Whether all waiters of this round stand in line. */
  private volatile boolean complete;

  /** Whether all leavers of this round have been interrupted. */
  private volatile boolean interrupted;

  FairMutexOrderRaceTest(ThreadKind kind) {
    super(kind);
  }

  /** Queues behind so many others; gives up if interrupted. */
  private void waitInLine(int number) {
    boolean leaves = number % 2 == 0;
    leavers[number] = leaves ? Thread.currentThread() : null;
    Await.until("a place in the line", () -> held && mutex.getQueueLength() == number - 1);
    if (!leaves) {
      mutex.lock();
      addAndUnlock(number);
      return;
    }
    boolean left = false;
    try {
      mutex.lockInterruptibly();
      addAndUnlock(number);
    } catch (InterruptedException e) {
      left = true;
    }
    Await.until("the interrupt", () -> interrupted);
    assertThat(Thread.interrupted()).isNotEqualTo(left);
  }

  private void addAndUnlock(int number) {
    order.add(number);
    mutex.unlock();
  }

  private void interruptLeavers() {
    Await.until("a line", () -> complete);
    Rounds.dawdle();
    for (Thread leaver : leavers) {
      if (leaver != null) {
        leaver.interrupt();
      }
    }
    interrupted = true;
  }

  /** All that stayed had the mutex in the order of the line; perhaps some that were to leave. */
  private void check(int round) {
    assertThat(order).as("order in round %d", round).contains(1, 3, 5).isSorted();
    assertThat(order).doesNotHaveDuplicates();
    assertThat(mutex.isLocked()).isFalse();
    assertThat(mutex.getQueueLength()).isZero();
    order.clear();
    held = false;
    complete = false;
    interrupted = false;
  }

  @Test
  void leaversKeepTheOrderOfTheOthers() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::check,
            _ -> {
              mutex.lock();
              held = true;
              Await.until("a line", () -> mutex.getQueueLength() == WAITERS);
              complete = true;
              Rounds.dawdle();
              mutex.unlock();
            },
            _ -> interruptLeavers(),
            _ -> waitInLine(1),
            _ -> waitInLine(2),
            _ -> waitInLine(3),
            _ -> waitInLine(4),
            _ -> waitInLine(5));
    assertThat(rounds).isPositive();
  }
}
