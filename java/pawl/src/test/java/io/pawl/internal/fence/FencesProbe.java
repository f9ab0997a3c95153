package io.pawl.internal.fence;

import io.pawl.locks.Condvar;
import io.pawl.locks.Mutex;
import io.pawl.spi.NativeWait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What {@link FencesTest} has done in a JVM of its own. */
final class FencesProbe {
  /** What the waiter waits for; guarded by the mutex. */
  private static boolean ready;

  private FencesProbe() {}

  /**
   * Prints what came of it.
   *
   * @param args the action
   */
  public static void main(String[] args) throws InterruptedException {
    switch (args[0]) {
      case "refused" -> Fences.useBarrier(new Barrier(NativeWait.ENOSYS, 0, 0));
      case "unregistered" -> Fences.useBarrier(new Barrier(0, NativeWait.ENOSYS, 0));
      case "failing" -> failLater();
      case "racing" -> {
        failAtOnce();
        return;
      }
      case "overflowing" -> {
        overflow();
        return;
      }
      default -> {
        lockUntilAsymmetric();
        return;
      }
    }
    System.out.println(Fences.describe());
  }

  private static void failLater() {
    Fences.useBarrier(new Barrier(0, 0, NativeWait.EPERM));
    System.out.println(Fences.isHeavyDear());
    Fences.heavy();
    System.out.println(Fences.isHeavyDear());
  }

  /** Sleepers find the barrier broken while it is still being put in force. */
  private static void failAtOnce() {
    List<Thread> sleepers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Thread sleeper = new Thread(FencesProbe::fenceForEver);
      sleeper.setDaemon(true);
      sleeper.start();
      sleepers.add(sleeper);
    }
    int broken = 0;
    for (int round = 0; round < 1000; round++) {
      Fences.useBarrier(new Barrier(0, 0, NativeWait.EPERM));
      Fences.heavy();
      if (Fences.isHeavyDear() || !Fences.describe().startsWith("symmetric")) {
        broken++;
      }
    }
    System.out.println(broken + " of " + sleepers.size());
  }

  private static void fenceForEver() {
    while (true) {
      Fences.heavy();
    }
  }

  /**
   * A thread that has become the heir overflows in its heavy fence: the thread listed behind it has
   * to be woken all the same.
   */
  private static void overflow() throws InterruptedException {
    Mutex mutex = new Mutex();
    Condvar condition = mutex.newCondition();
    Thread waiter =
        new Thread(() -> {
          mutex.lock();
          try {
            while (!ready) {
              condition.awaitUninterruptibly();
            }
          } finally {
            mutex.unlock();
          }
        });
    Thread victim =
        new Thread(() -> {
          try {
            mutex.lock();
          } catch (StackOverflowError _) {
            System.out.println("overflow");
          }
        });
    waiter.start();
    while (waiter.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    CountDownLatch inFence = new CountDownLatch(1);
    CountDownLatch signalled = new CountDownLatch(1);
    mutex.lock();
    try {
      Fences.useBarrier(new Overflow(victim, inFence, signalled));
      victim.start();
      inFence.await();
      ready = true;
      condition.signal();
    } finally {
      mutex.unlock();
    }
    signalled.countDown();
    victim.join();
    waiter.join();
    System.out.println("woken");
  }

  /** The parent ends the wait if it takes too long. */
  private static void lockUntilAsymmetric() throws InterruptedException {
    var _ = new Mutex();
    while (!Fences.isHeavyDear()) {
      Thread.sleep(1);
    }
    System.out.println("asymmetric");
  }

  /** A process-wide barrier in which one thread overflows its stack. */
  private static final class Overflow extends Barrier {
    private final Thread victim;
    private final CountDownLatch inFence;
    private final CountDownLatch mayOverflow;

    Overflow(Thread victim, CountDownLatch inFence, CountDownLatch mayOverflow) {
      super(0, 0, 0);
      this.victim = victim;
      this.inFence = inFence;
      this.mayOverflow = mayOverflow;
    }

    @Override
    public int barrier() {
      if (Thread.currentThread() != victim) {
        return 0;
      }
      inFence.countDown();
      try {
        mayOverflow.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      throw new StackOverflowError();
    }
  }

  /** A process-wide barrier that does not do much. */
  private static class Barrier implements NativeWait {
    private final int registered;
    private final int first;
    private final int later;
    private int calls;

    Barrier(int registered, int first, int later) {
      this.registered = registered;
      this.first = first;
      this.later = later;
    }

    @Override
    public int registerBarrier() {
      return registered;
    }

    @Override
    public int barrier() {
      return calls++ == 0 ? first : later;
    }

    @Override
    public int await(long address, int expected, long deadline, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int wake(long address, int count, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int requeue(long from, int expected, int wake, int move, long to, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
