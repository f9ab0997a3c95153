package io.pawl.examples.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.CountDownLatch;
import io.pawl.examples.Output;
import io.pawl.kit.Limit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The examples of chapter 1. */
@Limit(30)
class ThreadsTest {

  private final Output output = new Output();

  @Test
  void scopeEndsAfterItsThreads() {
    AtomicInteger done = new AtomicInteger();
    CountDownLatch closing = new CountDownLatch(1);
    try (Scope scope = new Scope()) {
      for (int i = 0; i < 4; i++) {
        Thread _ =
            scope.start(() -> {
              closing.await();
              int _ = done.incrementAndGet();
            });
      }
      closing.countDown();
    }
    assertThat(done.get()).isEqualTo(4);
  }

  @Test
  void scopeFailsAsItsThreadsDo() {
    Scope scope = new Scope();
    ArithmeticException failure = new ArithmeticException("for the test");
    Thread _ =
        scope.start(() -> {
          throw failure;
        });
    assertThatThrownBy(scope::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("for the test")
        .hasCause(failure);
  }

  @Test
  void interruptDoesNotCutAScopeShort() {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    try (Scope scope = new Scope()) {
      Thread _ =
          scope.start(() -> {
            go.await();
            int _ = done.incrementAndGet();
          });
      Thread.currentThread().interrupt();
      go.countDown();
    }
    assertThat(done.get()).isEqualTo(1);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void scopedThreadsReadOneList() {
    ScopedThreads.run(List.of(1, 2, 3), output.stream());
    assertThat(output.lines()).hasSize(6).contains("length: 3").containsSubsequence("1", "2", "3");
    assertThat(output.lines().subList(4, 6))
        .containsExactly(
            "both have ended", "A thread has failed: Index 7 out of bounds for length 3");
  }

  @Test
  void parkedConsumerGetsAllInOrder() {
    Parking.run(50, 10_000, output.stream());
    assertThat(output.lines()).hasSize(51);
    for (int i = 0; i < 50; i++) {
      assertThat(output.lines().get(i)).isEqualTo("took " + i);
    }
    assertThat(output.lines().getLast()).matches("the consumer parked \\d+ times for 50 items");
  }

  @Test
  void consumersTakeEachItemOnce() {
    CondvarQueue.run(3, 2_000, output.stream());
    assertThat(output.lines()).containsExactly("3 consumers took 6000 of 6000 items once");
  }

  @Test
  void poisonedAccountsAreRefusedAndRepaired() {
    Poisoning.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "after a transfer the sum is 100",
            "A thread has failed: For input string: \"refused by the bank\"",
            "the next one is refused: poisoned by java.lang.NumberFormatException:"
                + " For input string: \"refused by the bank\"",
            "by force, the sum is 40",
            "repaired, the sum is 100");
  }
}
