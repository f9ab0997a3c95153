package io.pawl.callers;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pawl.kit.Limit;
import io.pawl.locks.Mutex;
import io.pawl.observe.Contention;
import io.pawl.observe.Names;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Waits for locks become timers of Micrometer. */
@Limit(60)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
final class LockMetricsTest {

  @Test
  void waitsAndHoldsAreTimed() throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    LockMetrics metrics = new LockMetrics(registry);
    Contention.addListener(metrics);
    try {
      Mutex mutex = Names.name(new Mutex(), "orders");
      mutex.lock();
      Thread waiter =
          Thread.ofPlatform()
              .start(() -> {
                mutex.lock();
                mutex.unlock();
              });
      while (waiter.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      mutex.unlock();
      waiter.join();
    } finally {
      assertThat(Contention.removeListener(metrics)).isTrue();
    }
    var wait =
        registry
            .get("pawl.wait")
            .tags("lock", "orders", "mode", "exclusive", "outcome", "acquired")
            .timer();
    assertThat(wait.count()).isEqualTo(1);
    var hold = registry.get("pawl.hold").tag("lock", "orders").timer();
    assertThat(hold.totalTime(TimeUnit.NANOSECONDS))
        .isPositive()
        .isLessThanOrEqualTo(wait.totalTime(TimeUnit.NANOSECONDS));
  }
}
