package io.pawl.internal.fence;

import io.pawl.locks.Mutex;
import io.pawl.spi.NativeWait;

/** What {@link FencesTest} has done in a JVM of its own. */
final class FencesProbe {
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

  /** The parent ends the wait if it takes too long. */
  private static void lockUntilAsymmetric() throws InterruptedException {
    var _ = new Mutex();
    while (!Fences.isHeavyDear()) {
      Thread.sleep(1);
    }
    System.out.println("asymmetric");
  }

  /** A process-wide barrier that does not do much. */
  private static final class Barrier implements NativeWait {
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
