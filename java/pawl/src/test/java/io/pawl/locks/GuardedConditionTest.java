package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Conditions of guarded data, and its end. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class GuardedConditionTest extends Kit {

  @SuppressWarnings("UnnecessaryLambda") // it is negated, and has a name
  private static final Predicate<Deque<Integer>> NOT_EMPTY = q -> !q.isEmpty();

  private final Guarded<Deque<Integer>> queue = new Guarded<>(new ArrayDeque<>());
  private final GuardedCondition<Deque<Integer>> notEmpty = queue.newCondition();

  GuardedConditionTest(ThreadKind kind) {
    super(kind);
  }

  private void put(int item) {
    queue.run(q -> {
      q.add(item);
      notEmpty.signal();
    });
  }

  private int take() throws InterruptedException {
    return notEmpty.when(NOT_EMPTY, Deque::remove);
  }

  private int takeByGuard() throws InterruptedException {
    try (Guard<Deque<Integer>> g = queue.lock()) {
      notEmpty.awaitUntil(NOT_EMPTY);
      return g.done(g.value().remove());
    }
  }

  private Worker startWaiter(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private void assertFreeAndHealthy() {
    crew.start(() -> queue.run(q -> assertThat(q).isNotNull())).join();
  }

  private void poison() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            queue.with(_ -> {
              throw new IOException("half-way");
            }));
  }

  // ---- Waiting

  @Test
  void dataThatIsReadyIsNotWaitedFor() throws Exception {
    put(1);
    put(2);
    put(3);
    assertThat(take()).isEqualTo(1);
    assertThat(takeByGuard()).isEqualTo(2);
    assertThat(notEmpty.<Integer, RuntimeException>when(NOT_EMPTY, Deque::remove, 0, HOURS))
        .isEqualTo(3);
    assertFreeAndHealthy();
  }

  @Test
  void takersWaitForWhatIsPut() {
    AtomicInteger sum = new AtomicInteger();
    Worker _ = startWaiter(() -> sum.addAndGet(take()));
    Worker _ = startWaiter(() -> sum.addAndGet(takeByGuard()));
    Worker _ = startWaiter(() -> sum.addAndGet(takeUninterruptibly()));
    Worker _ =
        startWaiter(() ->
            sum.addAndGet(
                notEmpty.<Integer, RuntimeException>when(NOT_EMPTY, Deque::remove, 1, HOURS)));
    put(1);
    put(10);
    put(100);
    put(1000);
    crew.join();
    assertThat(sum.get()).isEqualTo(1111);
    assertFreeAndHealthy();
  }

  private int takeUninterruptibly() {
    try (Guard<Deque<Integer>> g = queue.lock()) {
      notEmpty.awaitUntilUninterruptibly(NOT_EMPTY);
      return g.done(g.value().remove());
    }
  }

  @Test
  void eachItemIsTakenOnce() {
    int rounds = 5_000;
    AtomicInteger sum = new AtomicInteger();
    crew.start(
        2,
        () -> {
          for (int i = 0; i < rounds; i++) {
            int _ = sum.addAndGet(i % 2 == 0 ? take() : takeByGuard());
          }
        });
    crew.start(
        2,
        () -> {
          for (int i = 0; i < rounds; i++) {
            put(i);
          }
        });
    crew.join();
    assertThat(sum.get()).isEqualTo(rounds * (rounds - 1));
    assertThat(queue.<Integer, RuntimeException>with(Deque::size)).isZero();
  }

  @Test
  void signalAllHasEveryWaiterLook() {
    AtomicInteger seen = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      Worker _ = startWaiter(() -> seen.addAndGet(notEmpty.when(NOT_EMPTY, Deque::peek)));
    }
    queue.run(q -> {
      assertThat(notEmpty.hasWaiters()).isTrue();
      q.add(1);
      notEmpty.signalAll();
    });
    crew.join();
    assertThat(seen.get()).isEqualTo(3);
    queue.run(_ -> assertThat(notEmpty.hasWaiters()).isFalse());
  }

  @Test
  void waiterSeesDataThatHasBeenReplaced() {
    Worker waiter = startWaiter(() -> assertThat(takeByGuard()).isEqualTo(7));
    try (Guard<Deque<Integer>> g = queue.lock()) {
      g.set(new ArrayDeque<>());
      g.value().add(7);
      notEmpty.signal();
      g.done();
    }
    waiter.join();
  }

  @Test
  void signalOfOneConditionDoesNotWakeThoseOfAnother() {
    GuardedCondition<Deque<Integer>> empty = queue.newCondition();
    put(1);
    AtomicInteger looks = new AtomicInteger();
    Worker waiter =
        startWaiter(() ->
            empty.when(
                q -> {
                  looks.incrementAndGet();
                  return q.isEmpty();
                },
                Deque::size));
    queue.run(_ -> notEmpty.signalAll());
    assertFreeAndHealthy();
    assertThat(looks.get()).isEqualTo(1);
    queue.run(q -> {
      q.clear();
      empty.signal();
    });
    waiter.join();
  }

  // ---- Timeouts and interrupts

  @Test
  void waitTimesOutAndLeavesTheDataAlone() throws Exception {
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> notEmpty.when(NOT_EMPTY, Deque::remove, 0, HOURS));
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> notEmpty.when(NOT_EMPTY, Deque::remove, 1, MILLISECONDS));
    try (Guard<Deque<Integer>> g = queue.lock()) {
      assertThat(notEmpty.awaitUntil(NOT_EMPTY, 0, HOURS)).isFalse();
      assertThat(notEmpty.awaitUntil(NOT_EMPTY, 1, MILLISECONDS)).isFalse();
      g.value().add(1);
      g.done();
      assertThat(notEmpty.awaitUntil(NOT_EMPTY, 0, HOURS)).isTrue();
    }
    assertFreeAndHealthy();
  }

  @Test
  void timeIncludesTheWaitForTheData() {
    try (Guard<Deque<Integer>> _ = queue.lock()) {
      crew.start(() ->
              assertThatExceptionOfType(TimeoutException.class)
                  .isThrownBy(() -> notEmpty.when(_ -> true, Deque::size, 1, MILLISECONDS)))
          .join();
    }
    assertFreeAndHealthy();
  }

  @Test
  void interruptEndsAWaitAndDoesNotPoison() {
    Worker untimed = startWaiter(() -> assertInterrupted(this::take));
    Worker timed =
        startWaiter(
            () -> assertInterrupted(() -> notEmpty.when(NOT_EMPTY, Deque::remove, 1, HOURS)));
    Worker guard = startWaiter(() -> assertInterrupted(this::takeByGuard));
    untimed.interrupt();
    timed.interrupt();
    guard.interrupt();
    crew.join();
    put(1);
    assertFreeAndHealthy();
  }

  private static void assertInterrupted(Worker.Task task) {
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(task::run);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void uninterruptibleWaitPreservesTheInterrupt() {
    Worker waiter =
        startWaiter(() -> {
          assertThat(takeUninterruptibly()).isEqualTo(1);
          assertThat(Thread.interrupted()).isTrue();
        });
    waiter.interrupt();
    put(1);
    waiter.join();
  }

  /** The signal of one that has been interrupted goes to another. */
  @Test
  void interruptedWaiterLeavesTheSignalToTheOther() {
    AtomicInteger taken = new AtomicInteger();
    Worker victim =
        startWaiter(() -> {
          try {
            int _ = notEmpty.when(NOT_EMPTY, q -> q.remove() + taken.getAndIncrement());
          } catch (InterruptedException _) {
            // The other takes it.
          }
        });
    Worker _ =
        startWaiter(() -> {
          notEmpty.when(
              q -> !q.isEmpty() || taken.get() > 0,
              q -> q.poll() == null ? 0 : taken.incrementAndGet());
        });
    victim.interrupt();
    put(1);
    queue.run(_ -> notEmpty.signalAll());
    crew.join();
    assertThat(taken.get()).isEqualTo(1);
  }

  // ---- Poison

  /** GuardedData, I3. */
  @Test
  void waitersFindThePoison() {
    Worker _ = startWaiter(() -> assertRefused(PoisonedException.class, this::take));
    Worker _ = startWaiter(() -> assertRefused(PoisonedException.class, this::takeByGuard));
    Worker _ = startWaiter(() -> assertRefused(PoisonedException.class, this::takeUninterruptibly));
    poison();
    crew.join();
    assertRefused(PoisonedException.class, this::take);
    queue.clearPoison();
    assertFreeAndHealthy();
  }

  @Test
  void waitersFindThePoisonOfAGuardThatIsNotDone() {
    Worker waiter = startWaiter(() -> assertRefused(PoisonedException.class, this::take));
    try (Guard<Deque<Integer>> g = queue.lock()) {
      g.value().add(1);
    }
    waiter.join();
  }

  private static void assertRefused(Class<? extends Exception> with, Worker.Task task) {
    assertThatExceptionOfType(with).isThrownBy(task::run);
  }

  @Test
  void functionThatThrowsAfterAWaitPoisons() {
    put(1);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            notEmpty.when(
                NOT_EMPTY,
                _ -> {
                  throw new IOException("half-way");
                }));
    assertThat(queue.isPoisoned()).isTrue();
    crew.start(() -> assertRefused(PoisonedException.class, queue::lock)).join();
  }

  @Test
  void predicateThatThrowsPoisons() {
    Predicate<Deque<Integer>> fails =
        _ -> {
          throw new ArithmeticException("for the test");
        };
    assertRefused(ArithmeticException.class, () -> notEmpty.when(fails, Deque::size));
    assertThat(queue.isPoisoned()).isTrue();
    queue.clearPoison();
    try (Guard<Deque<Integer>> _ = queue.lock()) {
      assertRefused(ArithmeticException.class, () -> notEmpty.awaitUntil(fails));
    }
    assertThat(queue.isPoisoned()).isTrue();
    queue.clearPoison();
    assertFreeAndHealthy();
  }

  /** Others get at the data while it waits. */
  @Test
  void waitStatesThatTheDataIsInOrder() {
    Worker waiter =
        startWaiter(() -> {
          try (Guard<Deque<Integer>> g = queue.lock()) {
            g.value().clear();
            notEmpty.awaitUntil(NOT_EMPTY);
          }
        });
    put(1);
    waiter.join();
    assertFreeAndHealthy();
  }

  // ---- Mistakes

  @Test
  void onlyTheHolderOfAGuardWaits() {
    assertRefused(IllegalMonitorStateException.class, () -> notEmpty.awaitUntil(NOT_EMPTY));
    assertRefused(IllegalMonitorStateException.class, notEmpty::signal);
    assertRefused(IllegalMonitorStateException.class, notEmpty::signalAll);
    assertRefused(IllegalMonitorStateException.class, notEmpty::hasWaiters);
    queue.run(_ ->
        assertRefused(IllegalMonitorStateException.class, () -> notEmpty.awaitUntil(NOT_EMPTY)));
    try (Guard<Deque<Integer>> _ = queue.lock()) {
      assertRefused(IllegalMonitorStateException.class, this::take);
    }
    assertFreeAndHealthy();
  }

  @Test
  void guardIsOfNoUseToThePredicate() throws InterruptedException {
    try (Guard<Deque<Integer>> g = queue.lock()) {
      notEmpty.awaitUntil(_ -> {
        assertRefused(IllegalMonitorStateException.class, g::value);
        assertRefused(IllegalMonitorStateException.class, g::close);
        return true;
      });
      g.value().clear();
      g.done();
    }
    assertFreeAndHealthy();
  }

  // ---- Readers and writers

  @Test
  void writersWaitAndReadersDoNot() {
    RwGuarded<Deque<Integer>> shared = new RwGuarded<>(new ArrayDeque<>());
    GuardedCondition<Deque<Integer>> filled = shared.newCondition();
    Worker waiter =
        startWaiter(() ->
            assertThat(filled.<Integer, RuntimeException>when(NOT_EMPTY, Deque::remove))
                .isEqualTo(5));
    assertThat(shared.<Integer, RuntimeException>read(Deque::size)).isZero();
    shared.read(_ -> {
      assertRefused(IllegalMonitorStateException.class, filled::signal);
      return 0;
    });
    shared.run(q -> {
      q.add(5);
      filled.signal();
    });
    waiter.join();
    assertThat(shared.isPoisoned()).isFalse();
  }

  // ---- Taking the data out

  @Test
  void dataIsTakenOutOnce() {
    put(4);
    assertThat(queue.intoInner()).containsExactly(4);
    assertRefused(IllegalStateException.class, queue::intoInner);
    assertRefused(IllegalStateException.class, queue::lock);
    assertRefused(IllegalStateException.class, queue::lockForced);
    assertRefused(IllegalStateException.class, queue::tryLock);
    assertRefused(IllegalStateException.class, () -> queue.run(Deque::clear));
    assertRefused(IllegalStateException.class, this::take);
    assertThat(queue.isPoisoned()).isFalse();
    queue.clearPoison();
    assertRefused(IllegalStateException.class, queue::lock);
    assertThat(queue.toString()).contains("[Taken out, ").contains("[Unlocked]");
  }

  /** GuardedData, I3. */
  @Test
  void waitersFindThatTheDataIsGone() {
    Worker _ = startWaiter(() -> assertRefused(IllegalStateException.class, this::take));
    Worker _ = startWaiter(() -> assertRefused(IllegalStateException.class, this::takeByGuard));
    assertThat(queue.intoInner()).isEmpty();
    crew.join();
  }

  /** GuardedData, I4. */
  @Test
  void aGuardThatHasWaitedCannotTouchDataThatIsGone() {
    Worker _ =
        startWaiter(() -> {
          try (Guard<Deque<Integer>> g = queue.lock()) {
            assertRefused(IllegalStateException.class, () -> notEmpty.awaitUntil(NOT_EMPTY));
            assertRefused(IllegalStateException.class, g::value);
            assertRefused(IllegalStateException.class, () -> g.set(new ArrayDeque<>()));
          }
        });
    assertThat(queue.intoInner()).isEmpty();
    crew.join();
    assertThat(queue.isPoisoned()).isFalse();
    assertRefused(IllegalStateException.class, queue::intoInner);
  }

  @Test
  void poisonedDataIsNotTakenOut() {
    poison();
    assertRefused(PoisonedException.class, queue::intoInner);
    queue.clearPoison();
    assertThat(queue.intoInner()).isEmpty();
  }

  @Test
  void holderDoesNotTakeTheDataOut() {
    try (Guard<Deque<Integer>> _ = queue.lock()) {
      assertRefused(IllegalMonitorStateException.class, queue::intoInner);
    }
    assertFreeAndHealthy();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed in the middle
  void readersKeepTheDataFromBeingTakenOut() {
    RwGuarded<Integer> shared = new RwGuarded<>(3);
    RwGuarded.ReadGuard<Integer> reader = shared.readLock();
    Worker taker = startWaiter(() -> assertThat(shared.intoInner()).isEqualTo(3));
    assertThat(reader.value()).isEqualTo(3);
    reader.close();
    taker.join();
    assertRefused(IllegalStateException.class, shared::readLock);
    assertRefused(IllegalStateException.class, shared::writeLockForced);
    crew.start(() -> assertRefused(IllegalStateException.class, shared::writeLock)).join();
  }
}
