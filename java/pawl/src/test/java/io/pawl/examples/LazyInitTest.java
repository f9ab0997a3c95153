package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.CyclicBarrier;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LazyInitTest {

  private static final int THREADS = 4;
  private static final int ROUNDS = 200;

  private final AtomicInteger made = new AtomicInteger();

  /** An object whose inside is written after it has been made. */
  private static final class Value {
    private int inside;
  }

  private Value make() {
    Value value = new Value();
    value.inside = 1 + made.getAndIncrement();
    return value;
  }

  /** All threads ask for the value of each round at the same time and get the same, whole. */
  private void race(ThreadKind kind, Function<Supplier<Value>, Supplier<Value>> type) {
    Map<Integer, Set<Value>> seen = new ConcurrentHashMap<>();
    Map<Integer, Supplier<Value>> rounds = new ConcurrentHashMap<>();
    CyclicBarrier barrier = new CyclicBarrier(THREADS);
    Crew crew = new Crew(kind);
    crew.start(
        THREADS,
        () -> {
          for (int round = 0; round < ROUNDS; round++) {
            Supplier<Value> lazy = rounds.computeIfAbsent(round, _ -> type.apply(this::make));
            int _ = barrier.await();
            Value value = lazy.get();
            assertThat(value.inside).isPositive();
            assertThat(lazy.get()).isSameAs(value);
            seen.computeIfAbsent(round, _ -> ConcurrentHashMap.newKeySet()).add(value);
          }
        });
    crew.join();
    assertThat(seen).hasSize(ROUNDS);
    assertThat(seen.values()).allSatisfy(values -> assertThat(values).hasSize(1));
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void racersAllGetTheWinnersValue(ThreadKind kind) {
    race(kind, LazyInit.Racing::new);
    assertThat(made.get()).isBetween(ROUNDS, THREADS * ROUNDS);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void oneTimeValueIsMadeOnce(ThreadKind kind) {
    race(kind, LazyInit.OneTime::new);
    assertThat(made.get()).isEqualTo(ROUNDS);
  }

  @Test
  void whoComesSecondThrowsItsOwnAway() {
    AtomicInteger depth = new AtomicInteger();
    LazyInit.Racing<?>[] lazy = new LazyInit.Racing<?>[1];
    LazyInit.Racing<Object> racing =
        new LazyInit.Racing<>(
            () -> depth.getAndIncrement() == 0 ? "late" + lazy[0].get() : "first");
    lazy[0] = racing;
    assertThat(racing.get()).isEqualTo("first");
    assertThat(depth.get()).isEqualTo(2);
  }

  @Test
  void programShowsBothKinds() {
    Output output = new Output();
    LazyInit.run("racing", LazyInit.Racing::new, output.stream());
    LazyInit.run("one-time", LazyInit.OneTime::new, output.stream());
    assertThat(output.lines()).hasSize(2);
    assertThat(output.lines().getFirst()).matches("racing: keys made [1-8], keys seen 1");
    assertThat(output.lines().getLast()).isEqualTo("one-time: keys made 1, keys seen 1");
  }
}
