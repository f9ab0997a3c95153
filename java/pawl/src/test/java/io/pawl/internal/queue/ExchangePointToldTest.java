package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.park.Deadlines;
import io.pawl.observe.Contention;
import io.pawl.observe.Wait.Outcome;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.ToldWaits;
import io.pawl.testing.Worker;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of the two threads of an exchange, one waits. */
@ParameterizedClass
@EnumSource(
    value = ThreadKind.class,
    names = {"PLATFORM", "VIRTUAL"})
class ExchangePointToldTest extends Kit {

  private static final int EXCHANGES = 4_000;

  /** So that no thread waits for ever whose fellows have ended. */
  private static final long TIME_NANOS = 10_000_000;

  private final ExchangePoint point = new ExchangePoint();
  private final AtomicInteger exchanged = new AtomicInteger();

  ExchangePointToldTest(ThreadKind kind) {
    super(kind);
  }

  private void exchange() {
    while (exchanged.get() < EXCHANGES) {
      Object got = point.exchange(point, "mine", Deadlines.after(TIME_NANOS));
      if (got != ExchangePoint.TIMED_OUT) {
        exchanged.incrementAndGet();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void offerThatMeetsAnotherIsNotToldAsAWait(int threads) {
    ToldWaits told = new ToldWaits();
    Contention.addListener(told);
    try {
      Worker[] workers = new Worker[threads];
      for (int i = 0; i < threads; i++) {
        workers[i] = crew.start(this::exchange);
      }
      for (Worker worker : workers) {
        worker.join();
      }
    } finally {
      assertThat(Contention.removeListener(told)).isTrue();
    }
    assertThat(told.ended().stream().filter(wait -> wait.outcome() == Outcome.SIGNALLED).count())
        .isEqualTo(exchanged.get() / 2);
  }
}
