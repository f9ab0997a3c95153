package io.pawl.stress.soak;

import io.pawl.locks.LockSupport;
import java.util.List;
import java.util.SplittableRandom;

/** Threads that park, and unpark others for no reason, which every wait has to cope with. */
final class ParkArena implements Arena {

  private final List<Thread> targets;

  /**
   * Makes an arena.
   *
   * @param targets who is unparked
   */
  ParkArena(List<Thread> targets) {
    this.targets = targets;
  }

  @Override
  public void step(SplittableRandom random, int thread) {
    switch (random.nextInt(4)) {
      case 0 -> LockSupport.parkNanos(this, Arena.nanos(random));
      case 1 -> LockSupport.parkUntil(this, System.currentTimeMillis() + 1);
      case 2 -> {
        LockSupport.unpark(Thread.currentThread());
        LockSupport.park(this);
      }
      default -> LockSupport.unpark(targets.get(random.nextInt(targets.size())));
    }
    Arena.require(LockSupport.getBlocker(Thread.currentThread()) == null, "no blocker is left");
  }

  @Override
  public void check() {}

  @Override
  public String toString() {
    return "park";
  }
}
