package io.pawl;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Threads come to, arrive at and leave phasers of a tree with three tiers. None sees a phase that
 * is not later than the one it has arrived in, and no phase ends before all that take part in it
 * have arrived.
 */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class PhaserTreeTest extends Kit {

  private static final Duration DURATION = Duration.ofMillis(500);
  private static final int THREADS = 6;
  private static final int PHASES = 1 << 20;

  /** How many parties are known to have yet to arrive in a phase. */
  private final AtomicIntegerArray missing = new AtomicIntegerArray(PHASES);

  private final Phaser root =
      new Phaser() {
        @Override
        protected boolean onAdvance(int phase, int registeredParties) {
          assertThat(missing.get(phase)).isZero();
          return phase == PHASES - 2;
        }
      };
  private final List<Phaser> tree = new ArrayList<>();

  PhaserTreeTest(ThreadKind kind) {
    super(kind);
    tree.add(root);
    for (int i = 0; i < 2; i++) {
      Phaser middle = new Phaser(root);
      tree.add(middle);
      for (int j = 0; j < 2; j++) {
        tree.add(new Phaser(middle));
      }
    }
  }

  @Test
  void nobodyPassesAPhaseEarlyOrGoesBack() {
    long end = System.nanoTime() + DURATION.toNanos();
    // One party stays, so that the tree is never empty and each phase has its end.
    int stays = root.register();
    crew.start(
        THREADS,
        () -> {
          int last = 0;
          while (System.nanoTime() - end < 0 && !root.isTerminated()) {
            last = visit(tree.get(ThreadLocalRandom.current().nextInt(tree.size())), last);
          }
        });
    for (int phase = stays; System.nanoTime() - end < 0 && !root.isTerminated(); ) {
      assertThat(root.arrive()).isEqualTo(phase);
      int next = root.awaitAdvance(phase);
      if (next >= 0) {
        assertThat(next).isEqualTo(phase + 1);
      }
      phase = next;
    }
    int _ = root.arriveAndDeregister();
    crew.join();
    if (!root.isTerminated()) {
      for (Phaser phaser : tree) {
        assertThat(phaser.getRegisteredParties()).as("%s", phaser).isZero();
        assertThat(phaser.getPhase()).isEqualTo(root.getPhase());
      }
    }
  }

  /** Registers, takes part in some phases and leaves. */
  private int visit(Phaser phaser, int last) throws InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int phase = phaser.register();
    if (phase < 0) {
      return last;
    }
    assertThat(phase).isGreaterThanOrEqualTo(last);
    for (int phases = random.nextInt(4); phases > 0; phases--) {
      missing.getAndIncrement(phase);
      if (random.nextInt(8) == 0) {
        Rounds.dawdle();
      }
      assertThat(phaser.getPhase()).isEqualTo(phase);
      missing.getAndDecrement(phase);
      int next = takePart(phaser, phase, random.nextInt(3));
      if (next < 0) {
        return phase;
      }
      assertThat(next).isEqualTo(phase + 1);
      phase = next;
    }
    assertThat(phaser.getPhase()).isEqualTo(phase);
    assertThat(phaser.arriveAndDeregister()).isEqualTo(phase);
    return phase;
  }

  private static int takePart(Phaser phaser, int phase, int how) throws InterruptedException {
    if (how == 0) {
      return phaser.arriveAndAwaitAdvance();
    }
    assertThat(phaser.arrive()).isEqualTo(phase);
    while (how == 1) {
      try {
        return phaser.awaitAdvanceInterruptibly(phase, 20, MICROSECONDS);
      } catch (TimeoutException e) {
        assertThat(phaser.getPhase()).isBetween(phase, phase + 1);
      }
    }
    return phaser.awaitAdvance(phase);
  }
}
