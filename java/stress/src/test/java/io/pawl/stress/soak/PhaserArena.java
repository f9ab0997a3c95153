package io.pawl.stress.soak;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.pawl.Phaser;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A Phaser, tiered, with parties that come and go. */
final class PhaserArena implements Arena {

  private final AtomicLong advances = new AtomicLong();
  private final Phaser root =
      new Phaser() {
        @Override
        protected boolean onAdvance(int phase, int registeredParties) {
          Arena.require(
              phase == (advances.getAndIncrement() & Integer.MAX_VALUE), "no phase is skipped");
          return false;
        }
      };
  private final Phaser[] leaves = {new Phaser(root), new Phaser(root)};

  @Override
  public void step(SplittableRandom random, int thread) throws InterruptedException {
    Phaser phaser = random.nextBoolean() ? root : leaves[random.nextInt(leaves.length)];
    if (random.nextInt(4) == 0) {
      watch(phaser, random);
      return;
    }
    int _ = phaser.register();
    try {
      for (int i = random.nextInt(4); i > 0; i--) {
        int before = phaser.getPhase();
        int next = phaser.arriveAndAwaitAdvance();
        Arena.require(next == ((before + 1) & Integer.MAX_VALUE), "a party sees every phase");
      }
    } finally {
      int _ = phaser.arriveAndDeregister();
    }
  }

  private static void watch(Phaser phaser, SplittableRandom random) throws InterruptedException {
    int phase = phaser.getPhase();
    try {
      int next = phaser.awaitAdvanceInterruptibly(phase, Arena.nanos(random), NANOSECONDS);
      Arena.require(next != phase, "an advance is to another phase");
    } catch (TimeoutException e) {
      // The parties may be late.
    }
  }

  @Override
  public void check() {
    Arena.require(root.getRegisteredParties() == 0, "nobody is registered");
    Arena.require(
        root.getPhase() == (advances.get() & Integer.MAX_VALUE), "every phase is counted");
    Arena.require(!root.isTerminated(), "the phaser lives");
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
