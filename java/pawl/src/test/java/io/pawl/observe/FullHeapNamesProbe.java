package io.pawl.observe;

import io.pawl.locks.Mutex;

/** The main class of a child that gives names until its heap is full. */
final class FullHeapNamesProbe {

  private static final Mutex[] MUTEXES = new Mutex[400_000];
  private static final Mutex SPARE = new Mutex();

  private static int named;
  private static byte[] ballast = new byte[1 << 20];

  private FullHeapNamesProbe() {}

  /** Prints whether the heap was full, and what became of the names. */
  @SuppressWarnings("LockNotBeforeTry") // nothing comes between
  public static void main(String[] args) {
    String state = fill();
    ballast = new byte[0];
    boolean kept = true;
    for (int i = 0; i < named; i++) {
      kept &= Integer.toString(i).equals(Names.of(MUTEXES[i]));
      MUTEXES[i].lock();
      MUTEXES[i].unlock();
    }
    SPARE.lock();
    SPARE.unlock();
    Names.name(SPARE, "spare");
    System.out.println(
        state
            + (kept ? ", all kept" : ", some lost")
            + ("spare".equals(Names.of(SPARE)) ? ", and again" : ", and never again"));
  }

  private static String fill() {
    try {
      while (named < MUTEXES.length) {
        Mutex mutex = new Mutex();
        String name = Integer.toString(named);
        MUTEXES[named] = mutex;
        Names.name(mutex, name);
        named++;
      }
      return "not full";
    } catch (OutOfMemoryError _) {
      return ballast.length == 0 ? "" : "full";
    }
  }
}
