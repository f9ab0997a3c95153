package io.pawl.stress.delay;

import io.pawl.Semaphore;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import java.util.function.IntSupplier;

/**
 * What runs in the JVM with the patched classes: a thread that is let loose once another one can be
 * seen in the queue of a fair lock is served after it.
 */
@SuppressWarnings("ThreadPriorityCheck") // more threads than processors look on
final class ArrivalOrder {

  private record Fair(Runnable lock, Runnable unlock, IntSupplier queued) {}

  private final Fair fair;
  private volatile int firstMayGo;
  private volatile int secondMayGo;

  /**
   * How many have been served in this round; guarded by the lock, and read by who waits for the
   * end.
   */
  private volatile int served;

  /** Guarded by the lock. */
  private int swapped;

  private ArrivalOrder(Fair fair) {
    this.fair = fair;
  }

  /**
   * Plays rounds with each kind of lock. Ends with 0, or with 1 if a thread was overtaken.
   *
   * @param args how many rounds
   */
  public static void main(String[] args) {
    int rounds = Integer.parseInt(args[0]);
    ReentrantLock lock = new ReentrantLock(true);
    Semaphore permits = new Semaphore(1, true);
    ReentrantReadWriteLock both = new ReentrantReadWriteLock(true);
    int swapped =
        play("ReentrantLock", new Fair(lock::lock, lock::unlock, lock::getQueueLength), rounds)
            + play(
                "Semaphore",
                new Fair(
                    permits::acquireUninterruptibly, permits::release, permits::getQueueLength),
                rounds)
            + play(
                "ReentrantReadWriteLock",
                new Fair(both.writeLock()::lock, both.writeLock()::unlock, both::getQueueLength),
                rounds);
    System.out.println(Delay.count() + " delays");
    System.exit(swapped == 0 ? 0 : 1);
  }

  private static int play(String name, Fair fair, int rounds) {
    ArrivalOrder order = new ArrivalOrder(fair);
    order.play(rounds);
    System.out.println(name + ": overtaken in " + order.swapped + " of " + rounds + " rounds");
    return order.swapped;
  }

  private void play(int rounds) {
    start(1, rounds);
    start(2, rounds);
    for (int round = 1; round <= rounds; round++) {
      fair.lock.run();
      served = 0;
      firstMayGo = round;
      awaitQueued(1);
      secondMayGo = round;
      awaitQueued(2);
      fair.unlock.run();
      while (served < 2) {
        Thread.yield();
      }
    }
  }

  private void awaitQueued(int count) {
    while (fair.queued.getAsInt() < count) {
      Thread.yield();
    }
  }

  private void start(int number, int rounds) {
    Thread thread =
        new Thread(() -> {
          for (int round = 1; round <= rounds; round++) {
            while ((number == 1 ? firstMayGo : secondMayGo) < round) {
              Thread.yield();
            }
            fair.lock.run();
            int before = served;
            if (number == 1 && before == 1) {
              swapped++;
            }
            served = before + 1;
            fair.unlock.run();
          }
        });
    thread.setDaemon(true);
    thread.start();
  }
}
