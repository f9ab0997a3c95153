package io.pawl.internal.backend;

/** What {@link FaultProbe} does in each class loader. */
public final class FaultBody implements Runnable {
  /** Constructs it. */
  public FaultBody() {}

  @Override
  public void run() {
    boolean recovers = Boolean.getBoolean("pawl.test.recovers");
    boolean demanded = Preparation.isDemanded();
    try {
      if (!ContendedProbe.contend() && !demanded) {
        throw new AssertionError("no lock before");
      }
      while (Preparation.isPending() && !Boolean.getBoolean("pawl.test.hasty")) {
        Thread.onSpinWait();
      }
      while (!isSettled() && recovers) {
        Thread.onSpinWait();
      }
      if (!ContendedProbe.contend() && !demanded) {
        throw new AssertionError("no lock after");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (!Backend.describe().startsWith("backend: ")) {
      throw new AssertionError(Backend.describe());
    }
  }

  private static boolean isSettled() {
    try {
      return Backend.settled() != null;
    } catch (IllegalStateException _) {
      return false;
    }
  }
}
