package io.pawl.atomic;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.internal.queue.Waiter;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is woken on an AtomicWord, by number, by bits, and after having been moved. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class AtomicWordWakeTest extends Kit {

  /** A thread may wake for no reason, but hardly in each round. */
  private static final int ROUNDS = 10;

  private final AtomicWord word = new AtomicWord();
  private final AtomicWord target = new AtomicWord();

  AtomicWordWakeTest(ThreadKind kind) {
    super(kind);
  }

  private interface Wait {
    void run(AtomicWord word) throws Exception;
  }

  /** Threads of which each waits once on the word, and counts when it returns. */
  private List<Worker> startWaiters(int count, AtomicInteger returned) {
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Wait wait = i % 2 == 0 ? w -> w.waitWhile(0) : w -> assertThat(timedWait(w)).isTrue();
      workers.add(
          crew.start(() -> {
            wait.run(word);
            returned.incrementAndGet();
          }));
      workers.getLast().awaitBlocked();
    }
    return workers;
  }

  private static boolean timedWait(AtomicWord word) throws InterruptedException {
    return word.waitWhileInterruptibly(0, 1, HOURS);
  }

  private static void join(List<Worker> workers) {
    workers.forEach(Worker::join);
  }

  /** Lets a thread that has been woken by mistake show itself before the count is read. */
  private void settle(AtomicInteger returned, int expected) {
    Await.until("the threads woken", () -> returned.get() >= expected);
    crew.start(() -> {}).join();
  }

  @Test
  void wakeReachesAsManyAsItSays() {
    AtomicInteger returned = new AtomicInteger();
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      workers.add(
          crew.start(() -> {
            assertThat(timedWait(word)).isTrue();
            returned.incrementAndGet();
          }));
      workers.getLast().awaitBlocked();
    }
    word.wake(4);
    settle(returned, 4);
    assertThat(returned).hasValue(4);
    wakeUntilDone(word, workers);
  }

  @Test
  void wakeReachesThoseInTheOperatingSystemToo() {
    int threads = 6;
    for (int i = 0; i < threads; i++) {
      Worker taker = crew.start(i % 2 == 0 ? () -> take(false) : () -> take(true));
      taker.awaitBlocked();
    }
    for (int i = 0; i < threads; i += 2) {
      word.getAndAdd(2);
      word.wake(2);
    }
    crew.join();
    assertThat(word.get()).isZero();
  }

  private void take(boolean interruptibly) throws InterruptedException {
    for (; ; ) {
      int permits = word.get();
      if (permits > 0) {
        if (word.compareAndSet(permits, permits - 1)) {
          return;
        }
      } else if (interruptibly) {
        word.waitWhileInterruptibly(0);
      } else {
        word.waitWhile(0);
      }
    }
  }

  /** A thread that is shown as blocked may not sleep yet when it is woken. */
  private static void wakeUntilDone(AtomicWord word, List<Worker> workers) {
    Await.until(
        "the end of all waits",
        () -> {
          word.wake(Integer.MAX_VALUE);
          return workers.stream().allMatch(Worker::isDone);
        });
    join(workers);
  }

  @Test
  void wakeOfNobodyWakesNobody() {
    AtomicInteger returned = new AtomicInteger();
    List<Worker> workers = startWaiters(1, returned);
    word.wake(0);
    word.set(1);
    wakeUntilDone(word, workers);
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> word.wake(-1));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> word.wakeBits(-1, 1));
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> word.wakeBits(1, 0));
  }

  // ---- Bits

  @Test
  void wakeByBitsReachesThoseThatWaitForOneOfThem() {
    Queue<Integer> order = new ConcurrentLinkedQueue<>();
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int bit = 1 << (i % 4);
      workers.add(
          crew.start(() -> {
            word.waitForBits(0, bit);
            order.add(bit);
          }));
      workers.getLast().awaitBlocked();
    }
    word.wakeBits(1, 4);
    Await.until("one of bit 2", () -> order.size() == 1);
    assertThat(order).containsExactly(4);
    word.wakeBits(Integer.MAX_VALUE, 2 | 4);
    Await.until("the others of bits 1 and 2", () -> order.size() == 4);
    assertThat(order).containsExactlyInAnyOrder(4, 2, 2, 4);
    word.wakeAll();
    join(workers);
    assertThat(order).hasSize(8);
  }

  @Test
  void wakeByBitsReachesThoseThatNameNone() {
    AtomicInteger returned = new AtomicInteger();
    List<Worker> workers = startWaiters(4, returned);
    word.set(1);
    Await.until(
        "the end of all waits",
        () -> {
          word.wakeBits(Integer.MAX_VALUE, 1 << 31);
          return returned.get() == 4;
        });
    join(workers);
  }

  @Test
  void waitForBitsEndsAsAnyWait() {
    List<ThrowingCallable> wrong =
        List.of(
            () -> word.waitForBits(0, 0),
            () -> word.waitForBits(0, 0, 1, HOURS),
            () -> word.waitForBitsInterruptibly(0, 0),
            () -> word.waitForBitsInterruptibly(0, 0, 1, HOURS));
    for (ThrowingCallable wait : wrong) {
      assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(wait);
    }
    crew.start(
            () -> {
              assertThat(word.waitForBits(1, 1, 1, HOURS)).isTrue();
              assertThat(word.waitForBits(0, 1, 0, HOURS)).isFalse();
              assertThat(word.waitForBits(0, 1, 100, MICROSECONDS)).isFalse();
              assertThat(word.waitForBitsInterruptibly(0, 1, 100, MICROSECONDS)).isFalse();
              Thread.currentThread().interrupt();
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(() -> word.waitForBitsInterruptibly(0, 1));
            })
        .join();
    word.close();
  }

  // ---- Moving

  /** Fails if those that could be moved are woken, as long as there is no backend too. */
  @Test
  void requeueWakesOneAndNoMore() {
    boolean exact = false;
    for (int round = 0; round < ROUNDS && !exact; round++) {
      word.set(0);
      AtomicInteger returned = new AtomicInteger();
      List<Worker> workers = startWaiters(6, returned);
      word.set(1);
      assertThat(word.requeueTo(target, 1)).isTrue();
      settle(returned, 1);
      exact = returned.get() == 1;
      wakeUntilDone(target, workers);
    }
    if (System.getProperty("os.name", "").equals("Linux")) {
      assertThat(exact).isTrue();
    }
  }

  @Test
  void wordKeepsAFewTargetsOnly() {
    AtomicWord source = new AtomicWord();
    assertThat(source.requeueTo(word, 0)).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(word.requeueTo(new AtomicWord(), 0)).isTrue();
    }
    assertThat(word.targets()).isEqualTo(RequeueTargets.MOST);
    List<Worker> workers = startWaiters(4, new AtomicInteger());
    word.set(1);
    assertThat(word.requeueTo(target, 1)).isTrue();
    wakeUntilDone(target, workers);
  }

  @Test
  void wordKeepsNoTargetsOfThreadsThatAreGone() {
    AtomicWord source = new AtomicWord();
    for (int i = 0; i < 5; i++) {
      assertThat(word.requeueTo(new AtomicWord(), 0)).isTrue();
      assertThat(word.targets()).isEqualTo(1);
    }
    assertThat(source.requeueTo(word, 0)).isTrue();
    assertThat(word.requeueTo(target, 0)).isTrue();
    assertThat(word.targets()).isEqualTo(2);
    assertThat(source.requeueTo(target, 0)).isTrue();
    assertThat(word.requeueTo(target, 0)).isTrue();
    assertThat(word.targets()).isEqualTo(1);
  }

  @Test
  void closedWordIsNoSourceAnyMore() {
    AtomicWord source = new AtomicWord();
    assertThat(source.requeueTo(word, 0)).isTrue();
    assertThat(word.requeueTo(new AtomicWord(), 0)).isTrue();
    source.close();
    assertThat(word.requeueTo(target, 0)).isTrue();
    assertThat(word.targets()).isEqualTo(1);
  }

  @Test
  void wordKeepsItsTargetsUntilAllHaveReturned() {
    List<Worker> workers = startWaiters(4, new AtomicInteger());
    word.set(1);
    assertThat(word.requeueTo(target, 1)).isTrue();
    for (int i = 2; i <= 4; i++) {
      assertThat(word.requeueTo(new AtomicWord(), 1)).isTrue();
      assertThat(word.targets()).isEqualTo(i);
    }
    wakeUntilDone(target, workers);
    assertThat(word.requeueTo(new AtomicWord(), 1)).isTrue();
    assertThat(word.targets()).isEqualTo(1);
  }

  @Test
  void eachThatHasBeenMovedIsWokenByTheTarget() {
    AtomicInteger returned = new AtomicInteger();
    List<Worker> workers = startWaiters(8, returned);
    word.set(1);
    assertThat(word.requeueTo(target, 1)).isTrue();
    for (int i = 0; i < 8; i++) {
      target.wakeOne();
    }
    join(workers);
  }

  @Test
  void thoseThatHaveBeenMovedCanBeMovedAgain() {
    AtomicWord last = new AtomicWord();
    AtomicInteger returned = new AtomicInteger();
    List<Worker> workers = startWaiters(8, returned);
    word.set(1);
    target.set(2);
    assertThat(word.requeueTo(target, 1)).isTrue();
    assertThat(target.requeueTo(last, 2)).isTrue();
    wakeUntilDone(last, workers);
    word.close();
    target.close();
    last.close();
  }

  @Test
  void thoseThatHaveBeenMovedCanBeMovedBack() {
    List<Worker> workers = startWaiters(8, new AtomicInteger());
    word.set(1);
    target.set(2);
    assertThat(word.requeueTo(target, 1)).isTrue();
    assertThat(target.requeueTo(word, 2)).isTrue();
    wakeUntilDone(word, workers);
    assertThat(word.queue().size()).isZero();
    assertThat(target.queue().size()).isZero();
    word.close();
    target.close();
  }

  /** Whoever has moved it may not have listed it yet. */
  @Test
  void recordThatHasBeenMovedBackIsNotUsedAgain() {
    Worker one = crew.start(() -> assertThat(timedWait(word)).isTrue());
    one.awaitBlocked();
    Worker two = crew.start(() -> assertThat(timedWait(word)).isTrue());
    two.awaitBlocked();
    Worker moved =
        crew.start(() -> {
          Waiter before = Waiter.take();
          before.release();
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> timedWait(word));
          assertThat(Waiter.take()).isNotSameAs(before);
        });
    moved.awaitBlocked();
    word.set(1);
    assertThat(word.requeueTo(target, 1)).isTrue();
    one.join();
    assertThat(target.requeueTo(word, 0)).isTrue();
    two.join();
    moved.interrupt();
    moved.join();
  }

  @Test
  void threadThatHasBeenMovedCanBeInterrupted() {
    Worker first = crew.start(() -> assertThat(timedWait(word)).isTrue());
    first.awaitBlocked();
    Worker second =
        crew.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> word.waitWhileInterruptibly(0)));
    second.awaitBlocked();
    word.set(1);
    assertThat(word.requeueTo(target, 1)).isTrue();
    first.join();
    second.interrupt();
    second.join();
    word.close();
    target.close();
  }

  @Test
  void movingAmongTimeoutsInterruptsAndWakesLosesNobody() {
    AtomicInteger ended = new AtomicInteger();
    int threads = 4;
    int rounds = 300;
    crew.start(
        threads,
        () -> {
          for (int i = 0; i < rounds; i++) {
            try {
              if (i % 3 == 0) {
                word.waitForBits(0, 1 << (i % 2), 50, MICROSECONDS);
              } else {
                word.waitWhileInterruptibly(0, 50 + i % 7, MICROSECONDS);
              }
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
          ended.incrementAndGet();
        });
    AtomicWord[] words = {word, target};
    for (int i = 0; ended.get() < threads; i++) {
      boolean _ = words[i % 2].requeueTo(words[1 - i % 2], 0);
      words[(i / 2) % 2].wakeBits(1 + i % 2, 1 + i % 3);
    }
    crew.join();
    word.close();
    target.close();
    Worker after =
        crew.start(() -> assertThat(new AtomicWord().waitWhile(0, 1, MILLISECONDS)).isFalse());
    after.join();
  }
}
