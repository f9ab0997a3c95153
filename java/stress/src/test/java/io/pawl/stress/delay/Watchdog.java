package io.pawl.stress.delay;

import static java.util.stream.Collectors.joining;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

/**
 * Finds crews of which no thread goes on. It looks and reports; it wakes nobody and touches no
 * lock, so that it hides nothing.
 */
final class Watchdog {

  private final List<Crew> crews;
  private final long limit;
  private final long[] seen;
  private final long[] since;

  Watchdog(List<Crew> crews, long limitNanos) {
    this.crews = crews;
    this.limit = limitNanos;
    seen = new long[crews.size()];
    since = new long[crews.size()];
    Arrays.fill(since, System.nanoTime());
  }

  /** Fails if a crew has stood still for longer than the limit. */
  void look() {
    long now = System.nanoTime();
    for (int i = 0; i < crews.size(); i++) {
      Crew crew = crews.get(i);
      if (crew.failure() != null) {
        throw new AssertionError("A thread has failed", crew.failure());
      }
      if (crew.steps() != seen[i] || !crew.isAlive()) {
        seen[i] = crew.steps();
        since[i] = now;
      } else if (now - since[i] > limit) {
        throw new AssertionError(
            (crew.subject().free().getAsBoolean()
                    ? "A waiter sleeps although its lock is free: "
                    : "Nobody goes on: ")
                + report(crew));
      }
    }
  }

  private static String report(Crew crew) {
    Object it = crew.subject().it();
    return it
        + "\n"
        + fields(it, "", 3)
        + crew.threads().stream().map(Watchdog::stack).collect(joining())
        + Arrays.stream(ManagementFactory.getThreadMXBean().dumpAllThreads(true, true))
            .map(ThreadInfo::toString)
            .collect(joining());
  }

  private static String stack(Thread thread) {
    return thread
        + " "
        + thread.getState()
        + "\n"
        + Arrays.stream(thread.getStackTrace())
            .map(frame -> "    " + frame + "\n")
            .collect(joining());
  }

  /** The fields of an object of the library, and of those that it refers to. */
  private static String fields(Object object, String indent, int depth) {
    StringBuilder text = new StringBuilder();
    for (Class<?> c = object.getClass();
        c.getName().startsWith("io.pawl.");
        c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())) {
          continue;
        }
        try {
          field.setAccessible(true);
          Object value = field.get(object);
          text.append(indent).append(field.getName()).append(": ").append(value).append('\n');
          if (value != null && depth > 0 && value.getClass().getName().startsWith("io.pawl.")) {
            text.append(fields(value, indent + "    ", depth - 1));
          }
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
    return text.toString();
  }
}
