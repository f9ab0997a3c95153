package io.pawl.callers;

import io.micrometer.core.instrument.MeterRegistry;
import io.pawl.observe.ContentionListener;
import io.pawl.observe.Names;
import io.pawl.observe.Release;
import io.pawl.observe.Wait;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An example: publishes waits for locks, and holds for which others waited, as timers of
 * Micrometer. Registered once by {@code Contention.addListener(new LockMetrics(registry))}.
 *
 * <p>The tag {@code lock} is the name that was given by {@link Names}, or else the class: there are
 * as many series as there are names and classes, not as there are locks.
 */
final class LockMetrics implements ContentionListener {

  private final MeterRegistry registry;

  LockMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void waitEnded(Wait wait) {
    String outcome = Objects.toString(wait.outcome()).toLowerCase(Locale.ROOT);
    String mode = wait.mode().name().toLowerCase(Locale.ROOT);
    registry
        .timer(
            "pawl.wait",
            "lock",
            label(wait.name(), wait.subject()),
            "mode",
            mode,
            "outcome",
            outcome)
        .record(wait.nanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void released(Release release) {
    registry
        .timer("pawl.hold", "lock", label(release.name(), release.subject()))
        .record(release.longest(), TimeUnit.NANOSECONDS);
  }

  private static String label(@Nullable String name, Object subject) {
    return name == null ? subject.getClass().getSimpleName() : name;
  }
}
