package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Allocation;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What Guarded promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class GuardedTest extends Kit {

  private final Guarded<List<Integer>> guarded = new Guarded<>(new ArrayList<>());

  GuardedTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startWaiter(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private void leaveUndone() {
    try (Guard<List<Integer>> g = guarded.lock()) {
      g.set(List.of());
    }
  }

  private static void fail(String message) throws IOException {
    throw new IOException(message);
  }

  @SuppressWarnings("MustBeClosed") // closed through its alias
  private void assertFreeAndHealthy() {
    assertThat(guarded.isPoisoned()).isFalse();
    try (Guard<List<Integer>> g = Objects.requireNonNull(guarded.tryLock())) {
      assertThat(g.value()).isNotNull();
      g.done();
    }
  }

  /** Poisoned, and yet nobody holds the lock. */
  private PoisonedException assertPoisonedAndFree() {
    assertThat(guarded.isPoisoned()).isTrue();
    crew.start(
            () -> assertThatExceptionOfType(PoisonedException.class).isThrownBy(guarded::tryLock))
        .join();
    return org.assertj.core.api.Assertions.catchThrowableOfType(
        PoisonedException.class, guarded::lock);
  }

  // ---- Exclusion

  @Test
  void holdersExcludeEachOtherInEitherForm() {
    int rounds = 2_000;
    crew.start(
        2,
        () -> {
          for (int i = 0; i < rounds; i++) {
            guarded.run(list -> list.add(list.size()));
          }
        });
    crew.start(
        2,
        () -> {
          for (int i = 0; i < rounds; i++) {
            try (Guard<List<Integer>> g = guarded.lock()) {
              g.value().add(g.value().size());
              g.done();
            }
          }
        });
    crew.join();
    List<Integer> all = guarded.with(List::copyOf);
    assertThat(all).hasSize(4 * rounds);
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i)).isEqualTo(i);
    }
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed in the middle
  void waiterGetsTheDataWhenTheGuardIsClosed() {
    Guard<List<Integer>> g = guarded.lock();
    Worker waiter = startWaiter(() -> guarded.run(list -> list.add(2)));
    g.value().add(1);
    g.done();
    g.close();
    waiter.join();
    assertThat(guarded.<List<Integer>, RuntimeException>with(List::copyOf)).containsExactly(1, 2);
  }

  @Test
  @SuppressWarnings("MustBeClosed") // nothing to close
  void dataThatIsHeldIsRefusedToThoseInAHurry() {
    try (Guard<List<Integer>> _ = guarded.lock()) {
      crew.start(
              () -> {
                assertThat(guarded.tryLock()).isNull();
                assertThat(guarded.tryLock(0, HOURS)).isNull();
                assertThat(guarded.tryLock(1, MILLISECONDS)).isNull();
              })
          .join();
    }
    assertFreeAndHealthy();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed by what it is given to
  void everyWayOfLockingGivesTheData() throws InterruptedException {
    assertGivesTheData(guarded.lock());
    assertGivesTheData(guarded.lockInterruptibly());
    assertGivesTheData(guarded.tryLock());
    assertGivesTheData(guarded.tryLock(1, HOURS));
    assertGivesTheData(guarded.lockForced());
    assertFreeAndHealthy();
  }

  private static void assertGivesTheData(@Nullable Guard<List<Integer>> guard) {
    try (Guard<List<Integer>> g = Objects.requireNonNull(guard)) {
      assertThat(g.value()).isEmpty();
      assertThat(g.done("result")).isEqualTo("result");
    }
  }

  @Test
  void dataIsReplaced() {
    List<Integer> other = List.of(3);
    try (Guard<List<Integer>> g = guarded.lock()) {
      g.set(other);
      assertThat(g.value()).isSameAs(other);
      g.done();
    }
    assertThat(guarded.<List<Integer>, RuntimeException>with(list -> list)).isSameAs(other);
  }

  @Test
  void interruptEndsAWaitAndDoesNotPoison() {
    try (Guard<List<Integer>> _ = guarded.lock()) {
      Worker untimed =
          startWaiter(() ->
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(guarded::lockInterruptibly));
      Worker timed =
          startWaiter(() ->
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(() -> guarded.tryLock(1, HOURS)));
      untimed.interrupt();
      timed.interrupt();
      crew.join();
    }
    assertFreeAndHealthy();
  }

  @Test
  void lockingAllocatesNothing() {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 200_000; i++) {
      allocation.round(i);
      try (Guard<List<Integer>> g = guarded.lock()) {
        g.value().clear();
        g.done();
      }
    }
    allocation.assertNone();
  }

  // ---- Poison

  @Test
  void functionThatThrowsPoisons() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            guarded.with(list -> {
              list.add(1);
              fail("half-way");
              return list.add(2);
            }))
        .withMessage("half-way");
    assertThat(assertPoisonedAndFree())
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("half-way");
  }

  @Test
  void consumerThatThrowsPoisonsWhateverItThrows() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() ->
            guarded.run(_ -> {
              throw new AssertionError("broken");
            }));
    assertThat(assertPoisonedAndFree()).hasCauseInstanceOf(AssertionError.class);
  }

  @Test
  void guardThatIsLeftByAnExceptionPoisons() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> {
          try (Guard<List<Integer>> g = guarded.lock()) {
            g.value().add(1);
            fail("half-way");
            g.done();
          }
        })
        .withMessage("half-way");
    assertThat(assertPoisonedAndFree()).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void guardThatIsNotDonePoisons() {
    try (Guard<List<Integer>> g = guarded.lock()) {
      g.set(new ArrayList<>());
    }
    assertThat(assertPoisonedAndFree()).hasMessageContaining("done()");
  }

  @Test
  void guardTouchedAgainAfterDonePoisons() {
    try (Guard<List<Integer>> g = guarded.lock()) {
      g.value().add(1);
      g.done();
      g.value().add(2);
    }
    assertThat(assertPoisonedAndFree()).isNotNull();
  }

  @Test
  void guardThatHasNotTouchedTheDataDoesNotPoison() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> {
          try (Guard<List<Integer>> _ = guarded.lock()) {
            fail("before");
          }
        });
    assertFreeAndHealthy();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed in the middle
  void waitersFindThePoison() {
    Guard<List<Integer>> g = guarded.lock();
    for (int i = 0; i < 3; i++) {
      Worker _ =
          startWaiter(
              () -> assertThatExceptionOfType(PoisonedException.class).isThrownBy(guarded::lock));
    }
    g.set(List.of());
    g.close();
    crew.join();
    guarded.clearPoison();
    assertFreeAndHealthy();
  }

  @Test
  void poisonedDataIsRefusedInEveryWayAndStaysFree() {
    leaveUndone();
    assertThatExceptionOfType(PoisonedException.class).isThrownBy(guarded::lock);
    assertThatExceptionOfType(PoisonedException.class).isThrownBy(guarded::lockInterruptibly);
    assertThatExceptionOfType(PoisonedException.class).isThrownBy(guarded::tryLock);
    assertThatExceptionOfType(PoisonedException.class).isThrownBy(() -> guarded.tryLock(1, HOURS));
    assertThatExceptionOfType(PoisonedException.class).isThrownBy(() -> guarded.with(List::size));
    assertThatExceptionOfType(PoisonedException.class).isThrownBy(() -> guarded.run(List::clear));
    assertThat(assertPoisonedAndFree()).isNotNull();
  }

  @Test
  void forcedHolderRepairsTheData() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() ->
            guarded.run(_ -> {
              throw new AssertionError("broken");
            }));
    try (Guard<List<Integer>> g = guarded.lockForced()) {
      g.set(new ArrayList<>(List.of(7)));
      guarded.clearPoison();
      g.done();
    }
    assertFreeAndHealthy();
    assertThat(guarded.<List<Integer>, RuntimeException>with(List::copyOf)).containsExactly(7);
  }

  @Test
  void forcedHolderAloneDoesNotClearThePoison() {
    leaveUndone();
    try (Guard<List<Integer>> g = guarded.lockForced()) {
      g.set(new ArrayList<>());
      g.done();
    }
    assertThat(assertPoisonedAndFree()).isNotNull();
  }

  // ---- Mistakes

  @Test
  @SuppressWarnings("MustBeClosed") // nothing to close
  void holderThatLocksAgainIsRefusedAndKeepsTheData() {
    try (Guard<List<Integer>> g = guarded.lock()) {
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(guarded::lock);
      assertThat(guarded.tryLock()).isNull();
      g.value().add(1);
      g.done();
    }
    assertFreeAndHealthy();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // used after it has been closed
  void closedGuardGivesNothing() {
    Guard<List<Integer>> g = guarded.lock();
    g.close();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(g::value);
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> g.set(List.of()));
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(g::done);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(g::close);
    assertFreeAndHealthy();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // used after it has been closed
  void closedGuardIsOfNoUseWithinAFunction() {
    Guard<List<Integer>> g = guarded.lock();
    g.close();
    guarded.run(list -> {
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(g::value);
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(g::close);
      list.add(1);
    });
    assertFreeAndHealthy();
    try (Guard<List<Integer>> again = guarded.lock()) {
      assertThat(again.done(again.value().size())).isEqualTo(1);
    }
    assertFreeAndHealthy();
  }

  @Test
  void guardIsOfNoUseToAnotherThread() {
    try (Guard<List<Integer>> g = guarded.lock()) {
      crew.start(
              () -> {
                assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(g::value);
                assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(g::close);
              })
          .join();
    }
    assertFreeAndHealthy();
  }

  @Test
  @SuppressWarnings("NullAway") // does not know that T may be nullable
  void nullIsDataAsAnyOther() {
    Guarded<@Nullable String> nothing = new Guarded<>("name", null);
    try (Guard<@Nullable String> g = nothing.lock()) {
      assertThat(g.value()).isNull();
      g.set("something");
      g.done();
    }
    assertThat(nothing.<@Nullable String, RuntimeException>with(s -> s)).isEqualTo("something");
  }

  @Test
  void descriptionTellsThePoison() {
    assertThat(guarded.toString()).contains("[Unlocked]").doesNotContain("Poisoned");
    leaveUndone();
    assertThat(guarded.toString()).contains("[Poisoned, ");
  }

  // ---- Stack overflow

  @Test
  @Tag(DeepStack.TAG)
  @SuppressWarnings("MustBeClosed") // closed in the middle
  void overflowLeavesDataThatCanBeUsed() {
    DeepStack.overflow(
        () -> {
          closeIfHeld();
          Guard<List<Integer>> g = guarded.lockForced();
          g.set(g.value());
          g.done();
          g.close();
        },
        this::closeIfHeld);
    guarded.clearPoison();
    Guard<List<Integer>> g = guarded.lock();
    Worker waiter = startWaiter(() -> guarded.run(List::clear));
    g.close();
    waiter.join();
    assertFreeAndHealthy();
  }

  /** What the frame below could not release any more is released first. */
  private void closeIfHeld() {
    if (guarded.isHeldByCurrentThread()) {
      new Guard<>(guarded).close();
    }
  }
}
