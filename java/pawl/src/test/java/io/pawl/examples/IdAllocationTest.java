package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdAllocationTest {

  private static final int THREADS = 4;

  /** Hands out the last ids below a limit to threads that ask for more, and counts each id. */
  private static void race(ThreadKind kind, int ids, int limit) {
    int first = limit - ids;
    IdAllocation allocation = new IdAllocation(first, limit);
    AtomicIntegerArray times = new AtomicIntegerArray(ids);
    AtomicInteger refused = new AtomicInteger();
    Crew crew = new Crew(kind);
    crew.start(
        THREADS,
        () -> {
          for (int i = 0; i < ids; i++) {
            OptionalInt id = allocation.allocate();
            int next = allocation.next();
            if (next < first || next > limit) {
              throw new AssertionError("The counter is at " + next);
            }
            if (id.isPresent()) {
              int _ = times.incrementAndGet(id.getAsInt() - first);
            } else {
              int _ = refused.incrementAndGet();
            }
          }
        });
    crew.join();
    assertThat(IntStream.range(0, ids).map(times::get)).containsOnly(1);
    assertThat(refused.get()).isEqualTo((THREADS - 1) * ids);
    assertThat(allocation.next()).isEqualTo(limit);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void eachIdIsGivenOnceAndNoneBeyondTheLimit(ThreadKind kind) {
    race(kind, 20_000, 20_000);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void counterNeverPassesTheLargestInteger(ThreadKind kind) {
    race(kind, 20_000, Integer.MAX_VALUE);
  }

  @Test
  void refusalsLeaveTheCounterAlone() {
    IdAllocation allocation = new IdAllocation(Integer.MAX_VALUE - 1, Integer.MAX_VALUE);
    assertThat(allocation.allocate()).hasValue(Integer.MAX_VALUE - 1);
    for (int i = 0; i < 1000; i++) {
      assertThat(allocation.allocate()).isEmpty();
      assertThat(allocation.next()).isEqualTo(Integer.MAX_VALUE);
    }
  }

  @Test
  void programGrantsAllAndNoMore() {
    Output output = new Output();
    IdAllocation.run(1000, 4, 300, output.stream());
    assertThat(output.lines())
        .containsExactly(
            "4 threads asked 300 times each for one of 1000 ids",
            "granted 1000, refused 200",
            "the counter stands at 1000");
  }
}
