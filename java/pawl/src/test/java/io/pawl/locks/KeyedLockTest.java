package io.pawl.locks;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What KeyedLock promises beyond the lock of one key. */
@ParameterizedClass
@MethodSource("kindsAndFairness")
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class KeyedLockTest extends Kit {

  private static final int ROUNDS = 20_000;
  private static final int KEYS = 3;

  private final KeyedLock<Object> locks;

  KeyedLockTest(ThreadKind kind, boolean fair) {
    super(kind);
    locks = new KeyedLock<>(fair);
  }

  private Worker startBlocked(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private void pass(Object key) {
    try (KeyedLock.Held _ = locks.acquire(key)) {
      assertThat(locks.isHeldByCurrentThread(key)).isTrue();
    }
  }

  private void assertNothingKept() {
    assertThat(locks.size()).isZero();
    assertThat(locks.toString()).endsWith("[0 keys in use]");
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed in the middle
  void keysDoNotExcludeEachOther() {
    KeyedLock.Held one = locks.acquire("one");
    crew.start(() -> pass("other")).join();
    KeyedLock.Held other = locks.acquire("other");
    assertThat(locks.size()).isEqualTo(2);
    one.close();
    assertThat(locks.isInUse("one")).isFalse();
    assertThat(locks.isHeldByCurrentThread("other")).isTrue();
    other.close();
    assertNothingKept();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed in the middle
  void equalKeysExcludeEachOther() {
    KeyedLock.Held held = locks.acquire(List.of(1, 2));
    Worker waiter = startBlocked(() -> pass(List.of(1, 2)));
    assertThat(locks.size()).isEqualTo(1);
    held.close();
    waiter.join();
    assertNothingKept();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed by an unlock
  void eachWayToLockGoesWithEachWayToUnlock() throws InterruptedException {
    Lock view = locks.get("key");
    view.lock();
    locks.get("key").unlock();
    assertThat(view.tryLock()).isTrue();
    view.unlock();
    view.lockInterruptibly();
    view.unlock();
    assertThat(view.tryLock(1, MILLISECONDS)).isTrue();
    view.unlock();
    KeyedLock.Held held = locks.acquire("key");
    view.unlock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(held::close);
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(view::newCondition);
    assertNothingKept();
  }

  @Test
  void gettingALockKeepsNothing() {
    Lock _ = locks.get("key");
    assertThat(locks.isInUse("key")).isFalse();
    assertThat(locks.isHeldByCurrentThread("key")).isFalse();
    assertNothingKept();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed in the middle
  void thoseWhoGiveUpLeaveNothing() throws InterruptedException {
    KeyedLock.Held held = locks.acquire("key");
    Lock view = locks.get("key");
    Worker interrupted =
        startBlocked(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(view::lockInterruptibly));
    interrupted.interrupt();
    interrupted.join();
    crew.start(
            () -> {
              assertThat(view.tryLock()).isFalse();
              assertThat(view.tryLock(1, MILLISECONDS)).isFalse();
              assertThatExceptionOfType(IllegalMonitorStateException.class)
                  .isThrownBy(view::unlock);
              assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(held::close);
            })
        .join();
    assertThat(locks.users("key")).isEqualTo(1);
    held.close();
    assertNothingKept();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed in the middle
  void holderThatLocksAgainIsRefusedAndKeepsTheKey() {
    KeyedLock.Held held = locks.acquire("key");
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> locks.acquire("key"));
    assertThat(locks.get("key").tryLock()).isFalse();
    assertThat(locks.users("key")).isEqualTo(1);
    held.close();
    assertNothingKept();
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullIsNoKey() {
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> locks.acquire(null));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> locks.get(null));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> locks.isInUse(null));
    assertNothingKept();
  }

  /** A key whose comparison fails when it is told to. */
  private static final class Fragile {
    boolean fails;

    @Override
    public int hashCode() {
      if (fails) {
        throw new ArithmeticException("for the test");
      }
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }

  /** KeyedLock, I4. */
  @Test
  @SuppressWarnings("MustBeClosed") // its close fails
  void keyThatFailsIsUnlockedAndRemovedLater() {
    Fragile key = new Fragile();
    KeyedLock.Held held = locks.acquire(key);
    key.fails = true;
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> locks.acquire(key));
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(held::close);
    key.fails = false;
    assertThat(locks.isInUse(key)).isFalse();
    crew.start(() -> pass(key)).join();
    assertNothingKept();
  }

  // ---- Races

  private final int[] counts = new int[KEYS];

  private void increment(int key) {
    int seen = counts[key];
    Thread.onSpinWait();
    counts[key] = seen + 1;
  }

  /** KeyedLock, I3: entries come and go all the time. */
  @Test
  void onlyOneThreadHoldsAKeyHoweverOftenItVanishes() {
    int perRound = 20;
    int threads = 4;
    List<Rounds.Part> parts = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      parts.add(_ -> {
        for (int i = 0; i < perRound; i++) {
          int key = i % KEYS;
          try (KeyedLock.Held _ = locks.acquire(key)) {
            increment(key);
          }
        }
      });
    }
    int rounds =
        Rounds.play(crew, ROUNDS, _ -> assertNothingKept(), parts.toArray(Rounds.Part[]::new));
    assertThat(counts[0] + counts[1] + counts[2]).isEqualTo(rounds * perRound * threads);
  }

  @Test
  void nothingIsKeptWhenTimeoutsRaceUnlock() {
    Rounds.Part timed =
        _ -> {
          Lock view = locks.get(0);
          if (view.tryLock(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
            increment(0);
            view.unlock();
          }
        };
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertNothingKept(),
            _ -> {
              try (KeyedLock.Held _ = locks.acquire(0)) {
                Rounds.dawdle();
                increment(0);
              }
            },
            timed,
            timed,
            _ -> {
              if (locks.get(0).tryLock()) {
                increment(0);
                locks.get(0).unlock();
              }
            });
  }

  // ---- Stack overflow

  @Test
  @Tag(DeepStack.TAG)
  void overflowLeavesNothingBehind() {
    Lock view = locks.get("key");
    DeepStack.overflow(
        () -> {
          unlockIfHeld(view);
          view.lock();
          view.unlock();
        },
        () -> unlockIfHeld(view));
    crew.start(() -> pass("key")).join();
    assertNothingKept();
  }

  private void unlockIfHeld(Lock view) {
    if (locks.isHeldByCurrentThread("key")) {
      view.unlock();
    }
  }
}
