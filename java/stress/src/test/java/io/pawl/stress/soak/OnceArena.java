package io.pawl.stress.soak;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.pawl.Once;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/** One Once after the other, with initializers that fail now and then. */
final class OnceArena implements Arena {

  private static final class Generation {
    private final Once once = new Once();
    private boolean running;
    private int made;
  }

  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final LongAdder made = new LongAdder();
  private final LongAdder begun = new LongAdder();
  private volatile Generation current = new Generation();

  @Override
  public void step(SplittableRandom random, int thread) throws InterruptedException {
    Generation generation = current;
    boolean fails = random.nextInt(4) == 0;
    try {
      switch (random.nextInt(4)) {
        case 0 -> generation.once.runForced(_ -> initialize(generation, fails));
        case 1 -> {
          if (!generation.once.await(Arena.nanos(random), NANOSECONDS)) {
            return;
          }
        }
        case 2 -> {
          if (!generation.once.awaitForced(Arena.nanos(random), NANOSECONDS)) {
            return;
          }
        }
        default -> generation.once.run(() -> initialize(generation, fails));
      }
      Arena.require(generation.once.isCompleted(), "what has returned has run");
      Arena.require(generation.made == 1, "one initializer has succeeded");
      replace(generation);
    } catch (Failure e) {
      Arena.require(fails, "who fails gets the failure");
    } catch (IllegalStateException e) {
      Arena.require(e.getCause() instanceof Failure, "others get it as the cause");
    }
  }

  private void initialize(Generation generation, boolean fails) {
    Arena.require(!generation.running, "one initializer runs at a time");
    generation.running = true;
    Thread.onSpinWait();
    generation.running = false;
    if (fails) {
      throw new Failure();
    }
    generation.made++;
    made.increment();
  }

  private synchronized void replace(Generation done) {
    if (current == done) {
      current = new Generation();
      begun.increment();
    }
  }

  @Override
  public void check() {
    int last = current.once.isCompleted() ? 1 : 0;
    Arena.require(made.sum() == begun.sum() + last, "every generation was made once");
  }

  @Override
  public String toString() {
    return current.once.toString();
  }
}
