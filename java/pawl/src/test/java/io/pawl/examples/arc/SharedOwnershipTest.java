package io.pawl.examples.arc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.examples.Output;
import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples of chapter 6. */
@Limit(30)
class SharedOwnershipTest {

  private static final int THREADS = 3;

  private final Output output = new Output();
  private final AtomicInteger closes = new AtomicInteger();
  private final AtomicInteger frees = new AtomicInteger();

  @Test
  void lastOwnerClosesTheValue() {
    Arc1.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "a second owner has hello",
            "it has left, the first still has hello, closed 0 times",
            "the last one has left, closed 1 times");
  }

  @Test
  void closedHandleGivesTheValueNoMore() {
    Arc1<String> arc = Arc1.of("value", _ -> closes.incrementAndGet());
    arc.close();
    arc.close();
    assertThat(closes.get()).isEqualTo(1);
    assertThatThrownBy(arc::get).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(arc::retain).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void weakHandleDoesNotKeepTheValue() {
    Arc2.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "a weak handle has become an owner, 2 in all",
            "the last owner leaves",
            "  the value is closed",
            "the other weak handle finds the value: false",
            "it leaves too",
            "  the box is freed");
  }

  @Test
  void uniqueOwnerKnowsIt() {
    Arc3.run(1_000, output.stream());
    assertThat(output.lines())
        .hasSize(8)
        .startsWith(
            "the only owner: true",
            "beside a weak handle: false",
            "beside another owner: false",
            "alone again: true",
            "value closed",
            "box freed");
    assertThat(output.lines().subList(6, 8))
        .allMatch(line -> line.matches("one more owner and back, (one|two) counts?: \\d+ ns"));
  }

  /** An owner that leaves, beside threads that look whether there still is one. */
  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void valueIsClosedAndBoxFreedOnceByTwoCounts(ThreadKind kind) {
    Arc2[] arc = new Arc2[1];
    Arc2.Weak[] weaks = new Arc2.Weak[THREADS];
    race(
        kind,
        () -> {
          arc[0] = Arc2.of(closes::incrementAndGet, frees::incrementAndGet);
          Arrays.setAll(weaks, _ -> arc[0].downgrade());
        },
        () -> arc[0].close(),
        i -> {
          weaks[i]
              .upgrade()
              .ifPresent(owner -> {
                owner.retain().close();
                owner.close();
              });
          weaks[i].close();
        });
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void valueIsClosedAndBoxFreedOnceByOneCount(ThreadKind kind) {
    Arc3[] arc = new Arc3[1];
    Arc3.Weak[] weaks = new Arc3.Weak[THREADS];
    race(
        kind,
        () -> {
          arc[0] = Arc3.of(closes::incrementAndGet, frees::incrementAndGet);
          Arrays.setAll(weaks, _ -> arc[0].downgrade());
        },
        () -> arc[0].close(),
        i -> {
          weaks[i]
              .upgrade()
              .ifPresent(owner -> {
                assertThat(owner.isUnique()).isFalse();
                owner.downgrade().close();
                owner.close();
              });
          weaks[i].close();
        });
  }

  private void race(ThreadKind kind, Runnable prepare, Runnable leave, IntConsumer look) {
    prepare.run();
    Rounds.Part[] parts = new Rounds.Part[THREADS + 1];
    parts[THREADS] =
        _ -> {
          Rounds.dawdle();
          leave.run();
        };
    for (int i = 0; i < THREADS; i++) {
      int index = i;
      parts[i] =
          _ -> {
            Rounds.dawdle();
            look.accept(index);
          };
    }
    int _ =
        Rounds.play(
            new Crew(kind),
            Integer.MAX_VALUE,
            round -> {
              assertThat(closes.get()).isEqualTo(round + 1);
              assertThat(frees.get()).isEqualTo(round + 1);
              prepare.run();
            },
            parts);
  }
}
