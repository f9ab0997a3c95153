package io.pawl.examples.arc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.examples.Output;
import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples of chapter 6. */
@Limit(30)
class SharedOwnershipTest {

  private static final int THREADS = 4;

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

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void valueIsClosedAndBoxFreedOnceByTwoCounts(ThreadKind kind) {
    for (int round = 0; round < 50; round++) {
      Arc2 arc = Arc2.of(closes::incrementAndGet, frees::incrementAndGet);
      List<Arc2.Weak> weaks = Stream.generate(arc::downgrade).limit(THREADS).toList();
      Crew crew = new Crew(kind);
      for (Arc2.Weak weak : weaks) {
        crew.start(
            1,
            () -> {
              weak.upgrade()
                  .ifPresent(owner -> {
                    owner.retain().close();
                    owner.close();
                  });
              weak.close();
            });
      }
      arc.close();
      crew.join();
      assertThat(closes.get()).isEqualTo(round + 1);
      assertThat(frees.get()).isEqualTo(round + 1);
    }
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void valueIsClosedAndBoxFreedOnceByOneCount(ThreadKind kind) {
    for (int round = 0; round < 50; round++) {
      Arc3 arc = Arc3.of(closes::incrementAndGet, frees::incrementAndGet);
      List<Arc3.Weak> weaks = Stream.generate(arc::downgrade).limit(THREADS).toList();
      Crew crew = new Crew(kind);
      for (Arc3.Weak weak : weaks) {
        crew.start(
            1,
            () -> {
              weak.upgrade()
                  .ifPresent(owner -> {
                    assertThat(owner.isUnique()).isFalse();
                    owner.downgrade().close();
                    owner.close();
                  });
              weak.close();
            });
      }
      arc.close();
      crew.join();
      assertThat(closes.get()).isEqualTo(round + 1);
      assertThat(frees.get()).isEqualTo(round + 1);
    }
  }
}
