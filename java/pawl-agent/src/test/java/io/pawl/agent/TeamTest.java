package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.kit.Limit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@Limit(60)
class TeamTest {

  @Test
  void resultsComeInTheOrderOfTheParts() {
    List<Integer> parts = IntStream.range(0, 1000).boxed().toList();
    assertThat(Team.map(parts, part -> part, 4)).isEqualTo(parts);
    assertThat(Team.map(List.of(), part -> part, 4)).isEmpty();
  }

  @Test
  void partsAreDoneAtTheSameTime() {
    CyclicBarrier all = new CyclicBarrier(3);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    assertThat(
            Team.map(
                List.of(1, 2, 3),
                part -> {
                  threads.add(Thread.currentThread());
                  return meet(all);
                },
                3))
        .hasSize(3);
    assertThat(threads).hasSize(3).contains(Thread.currentThread());
  }

  @Test
  void helperThatIsHeldUpIsNotWaitedFor() {
    Thread caller = Thread.currentThread();
    CyclicBarrier begun = new CyclicBarrier(2);
    CountDownLatch never = new CountDownLatch(1);
    Set<Integer> helped = ConcurrentHashMap.newKeySet();
    List<Integer> results =
        Team.map(
            List.of(1, 2),
            part -> {
              if (helped.add(part)) {
                int _ = meet(begun);
                if (Thread.currentThread() != caller) {
                  awaitForEver(never);
                }
              }
              return part;
            },
            2);
    assertThat(results).containsExactly(1, 2);
    never.countDown();
  }

  @Test
  void whatAPartThrowsTheCallerThrows() {
    assertThatThrownBy(() ->
            Team.map(
                List.of(1),
                part -> {
                  throw new StackOverflowError();
                },
                2))
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  void interruptIsKept() {
    Thread.currentThread().interrupt();
    assertThat(Team.map(List.of(1, 2, 3), part -> part, 2)).containsExactly(1, 2, 3);
    assertThat(Thread.interrupted()).isTrue();
  }

  private static int meet(CyclicBarrier barrier) {
    try {
      return barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitForEver(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
