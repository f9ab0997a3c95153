package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations on random trees have the same results, exceptions and messages as with the
 * phaser of the JDK. Operations that would wait are left out.
 */
@Limit(30)
class PhaserComparisonTest {

  private static final int TREES = 400;
  private static final int OPERATIONS = 200;

  private final List<Phaser> ours = new ArrayList<>();
  private final List<java.util.concurrent.Phaser> theirs = new ArrayList<>();
  private final List<String> log = new ArrayList<>();

  /** What onAdvance does, by phase: 0 terminates, 1 throws, others go on. */
  private static boolean advance(int seed, int phase) {
    int dice = new Random(seed * 31L + phase).nextInt(24);
    if (dice == 1) {
      throw new ArithmeticException("phase " + phase);
    }
    return dice == 0;
  }

  private static final class Ours extends Phaser {
    private final int seed;

    Ours(@Nullable Phaser parent, int parties, int seed) {
      super(parent, parties);
      this.seed = seed;
    }

    @Override
    protected boolean onAdvance(int phase, int registeredParties) {
      return advance(seed + registeredParties, phase);
    }
  }

  private static final class Theirs extends java.util.concurrent.Phaser {
    private final int seed;

    @SuppressWarnings("NullAway") // the parent may be null
    Theirs(java.util.concurrent.@Nullable Phaser parent, int parties, int seed) {
      super(parent, parties);
      this.seed = seed;
    }

    @Override
    protected boolean onAdvance(int phase, int registeredParties) {
      return advance(seed + registeredParties, phase);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void sameOperationsHaveSameResults(int firstSeed) {
    for (int i = 0; i < TREES; i++) {
      compareTree(firstSeed * TREES + i);
    }
  }

  private void compareTree(int seed) {
    Random random = new Random(seed);
    ours.clear();
    theirs.clear();
    log.clear();
    grow(random, seed);
    for (int i = 0; i < OPERATIONS; i++) {
      if (ours.size() < 6 && random.nextInt(10) == 0) {
        grow(random, seed);
      } else {
        operate(random);
      }
      compareAll(seed);
    }
  }

  private void grow(Random random, int seed) {
    int parties = random.nextInt(3);
    int above = ours.isEmpty() ? -1 : random.nextInt(ours.size());
    if (above >= 0 && parties > 0 && registrationWaits(above)) {
      return;
    }
    log.add("new " + above + " " + parties);
    ours.add(new Ours(above < 0 ? null : ours.get(above), parties, seed));
    theirs.add(new Theirs(above < 0 ? null : theirs.get(above), parties, seed));
  }

  private void operate(Random random) {
    int which = random.nextInt(ours.size());
    Phaser our = ours.get(which);
    java.util.concurrent.Phaser their = theirs.get(which);
    int number = random.nextInt(4);
    int operation = random.nextInt(40);
    log.add(operation + " on " + which + " " + number);
    if (operation < 20) {
      if (mayArrive(which)) {
        compare(our::arrive, their::arrive);
      }
    } else if (operation < 25) {
      if (mayArrive(which)) {
        compare(our::arriveAndDeregister, their::arriveAndDeregister);
      }
    } else if (operation < 30) {
      if (!registrationWaits(which)) {
        compare(our::register, their::register);
      }
    } else if (operation < 33) {
      if (!registrationWaits(which)) {
        compare(() -> our.bulkRegister(number), () -> their.bulkRegister(number));
      }
    } else if (operation < 36) {
      if (mayArrive(which) && arrivalIsLast(which)) {
        compare(our::arriveAndAwaitAdvance, their::arriveAndAwaitAdvance);
      }
    } else if (operation < 39) {
      int phase = their.getPhase() + number - 1;
      compare(
          () -> our.awaitAdvanceInterruptibly(phase, 0, TimeUnit.DAYS),
          () -> their.awaitAdvanceInterruptibly(phase, 0, TimeUnit.DAYS));
      if (phase != their.getPhase()) {
        compare(() -> our.awaitAdvance(phase), () -> their.awaitAdvance(phase));
      }
    } else if (number == 0 || isStuck()) {
      our.forceTermination();
      their.forceTermination();
    }
  }

  /** Whether an arrival is refused, or is not one on behalf of a child. */
  private boolean mayArrive(int which) {
    java.util.concurrent.Phaser their = theirs.get(which);
    long children =
        theirs.stream().filter(p -> p.getParent() == their && p.getUnarrivedParties() > 0).count();
    return their.getUnarrivedParties() == 0 || their.getUnarrivedParties() > children;
  }

  /** Whether onAdvance has thrown, so that only termination ends a wait. */
  private boolean isStuck() {
    java.util.concurrent.Phaser root = theirs.get(0);
    return !root.isTerminated() && (thrown || hasArrived(root));
  }

  private boolean thrown;

  private static boolean hasArrived(java.util.concurrent.Phaser phaser) {
    return phaser.getRegisteredParties() > 0 && phaser.getUnarrivedParties() == 0;
  }

  private boolean registrationWaits(int which) {
    if (isStuck()) {
      return true;
    }
    for (java.util.concurrent.Phaser p = theirs.get(which);
        p != null && !p.isTerminated();
        p = p.getParent()) {
      if (hasArrived(p)) {
        return true;
      }
      if (p.getRegisteredParties() > 0) {
        return false;
      }
    }
    return false;
  }

  private boolean arrivalIsLast(int which) {
    for (java.util.concurrent.Phaser p = theirs.get(which);
        p != null && !p.isTerminated();
        p = p.getParent()) {
      if (p.getUnarrivedParties() > 1) {
        return false;
      }
    }
    return true;
  }

  private void compare(Callable<Integer> our, Callable<Integer> their) {
    String expected = resultOf(their);
    thrown |= expected.contains("ArithmeticException");
    assertThat(resultOf(our)).as("%s", log).isEqualTo(expected);
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it is, it is compared
  private static String resultOf(Callable<Integer> operation) {
    try {
      return "returns " + operation.call();
    } catch (Exception e) {
      return withoutIdentity(e.getClass() + " " + e.getMessage());
    }
  }

  /** Leaves out the names and the hash codes of objects. */
  private static String withoutIdentity(String text) {
    return text.replaceAll("io\\.pawl\\.PhaserComparisonTest\\$\\w+@\\w+", "phaser");
  }

  private void compareAll(int seed) {
    for (int i = 0; i < ours.size(); i++) {
      Phaser our = ours.get(i);
      java.util.concurrent.Phaser their = theirs.get(i);
      assertThat(describe(our))
          .as("%s of seed %s after %s", i, seed, log)
          .isEqualTo(describe(their));
    }
    if (theirs.get(0).isTerminated()) {
      thrown = false;
    }
  }

  private static String describe(Phaser p) {
    return withoutIdentity(
        p
            + " "
            + p.getPhase()
            + " "
            + p.isTerminated()
            + " "
            + p.getRegisteredParties()
            + " "
            + p.getArrivedParties()
            + " "
            + p.getUnarrivedParties());
  }

  private static String describe(java.util.concurrent.Phaser p) {
    return withoutIdentity(
        p
            + " "
            + p.getPhase()
            + " "
            + p.isTerminated()
            + " "
            + p.getRegisteredParties()
            + " "
            + p.getArrivedParties()
            + " "
            + p.getUnarrivedParties());
  }
}
