package io.pawl.stress.soak;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.pawl.Exchanger;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** An exchanger of numbers, none of which may be lost or doubled. */
final class ExchangerArena implements Arena {

  private final Exchanger<Long> exchanger = new Exchanger<>();
  private final AtomicLong next = new AtomicLong();
  private final LongAdder given = new LongAdder();
  private final LongAdder got = new LongAdder();
  private final LongAdder exchanges = new LongAdder();

  @Override
  public void step(SplittableRandom random, int thread) throws InterruptedException {
    long mine = next.getAndIncrement();
    try {
      long other = exchanger.exchange(mine, Arena.nanos(random) * 2, NANOSECONDS);
      Arena.require(other != mine, "nobody meets himself");
      given.add(mine * mine);
      got.add(other * other);
      exchanges.increment();
    } catch (TimeoutException e) {
      // Nobody came.
    }
  }

  @Override
  public void check() {
    Arena.require(given.sum() == got.sum(), "what one gives another gets");
    Arena.require(exchanges.sum() % 2 == 0, "it takes two to exchange");
  }

  @Override
  public String toString() {
    return "exchanges " + exchanges;
  }
}
