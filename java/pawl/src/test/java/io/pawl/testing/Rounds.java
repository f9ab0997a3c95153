package io.pawl.testing;

import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A race that is run again and again by the same threads for a bounded time. All of them meet
 * before each round, so no traffic of the next round makes up for a wake lost in this one.
 */
public final class Rounds {

  /** What one thread does in each round. */
  @FunctionalInterface
  public interface Part {
    void play(int round) throws Exception;
  }

  /** For how long; where the same races are run on several backends, less. */
  private static final Duration DURATION =
      Duration.ofMillis(Long.getLong("pawl.test.race.millis", 200));

  /** What part of that a brief race takes. */
  private static final int BRIEF = 3;

  private final int max;
  private final long end;
  private final CyclicBarrier barrier;
  private int round = -1;
  private volatile boolean over;
  private volatile @Nullable Throwable failure;

  private Rounds(Duration duration, int max, int parties, Part check) {
    this.end = System.nanoTime() + duration.toNanos();
    this.max = max;
    this.barrier =
        new CyclicBarrier(
            parties,
            () -> {
              try {
                if (round >= 0) {
                  check.play(round);
                }
              } catch (Exception e) {
                throw new AssertionError("Check of round " + round + " failed", e);
              }
              round++;
              over = round == this.max || (round > 0 && System.nanoTime() - end > 0);
            });
  }

  /**
   * Plays rounds until the time is over, one at least.
   *
   * @param crew whose threads play
   * @param max the most rounds
   * @param check called between the rounds, while all threads stand still
   * @param parts what the threads do, one each
   * @return the number of rounds
   */
  public static int play(Crew crew, int max, Part check, Part... parts) {
    return play(crew, DURATION, max, check, parts);
  }

  /** Plays rounds as {@link #play} does, for a third of the time. */
  public static int playBriefly(Crew crew, int max, Part check, Part... parts) {
    return play(crew, DURATION.dividedBy(BRIEF), max, check, parts);
  }

  private static int play(Crew crew, Duration duration, int max, Part check, Part... parts) {
    Rounds rounds = new Rounds(duration, max, parts.length, check);
    for (Part part : parts) {
      Worker _ = crew.start(() -> rounds.run(part));
    }
    crew.join();
    return rounds.round;
  }

  private void run(Part part) throws Exception {
    for (; ; ) {
      meet();
      if (over) {
        return;
      }
      try {
        part.play(round);
      } catch (Throwable t) {
        failure = t;
        barrier.reset();
        throw t;
      }
    }
  }

  private void meet() throws InterruptedException {
    try {
      int _ = barrier.await(Await.LIMIT.toMillis() / 2, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("Round " + round + " does not end\n" + Threads.dump(), e);
    } catch (BrokenBarrierException e) {
      throw new AssertionError("Another thread failed in round " + round, failure);
    }
  }

  /** Lets a random short time pass, up to some thousand steps. */
  public static void dawdle() {
    for (int i = ThreadLocalRandom.current().nextInt(2_000); i > 0; i--) {
      Thread.onSpinWait();
    }
  }
}
