package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.memory.WordSlab;
import io.pawl.internal.memory.Words;
import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The watcher, what may fail in it, and words whose states the tests make. */
@Limit(60)
class WaitWatchTest {

  private static final long LIMIT = 200_000;

  /** Longer than any test. */
  private static final long NEVER = 1_000_000_000_000L;

  private final WordSlab words = new WordSlab();
  private final long word = words.lease(this);

  @BeforeEach
  void waitsAreNative() {
    Assumptions.assumeTrue(Backend.settled() != null, "native waits");
  }

  /** A watch of which something fails. */
  private final class FailingWatch extends WaitWatch {
    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger wakes = new AtomicInteger();
    final AtomicInteger looks = new AtomicInteger();
    boolean holdsBack;
    @Nullable Thread heldBack;
    volatile @Nullable Throwable atStart;
    volatile @Nullable Throwable atWake;
    volatile @Nullable Throwable atLook;

    FailingWatch(long limit, long doze, long idle) {
      this(limit, doze, idle, NEVER);
    }

    FailingWatch(long limit, long doze, long idle, long starting) {
      super(words, limit, doze, idle, starting);
    }

    @Override
    void start(Thread thread) {
      starts.incrementAndGet();
      fail(atStart);
      if (holdsBack) {
        heldBack = thread;
      } else {
        super.start(thread);
      }
    }

    @Override
    void wake(long address) {
      wakes.incrementAndGet();
      fail(atWake);
      super.wake(address);
    }

    @Override
    void forEachWord(LongConsumer action) {
      looks.incrementAndGet();
      fail(atLook);
      super.forEachWord(action);
    }

    private void fail(@Nullable Throwable thrown) {
      if (thrown instanceof Error error) {
        throw error;
      }
    }
  }

  private FailingWatch watch() {
    return new FailingWatch(LIMIT, NEVER, NEVER);
  }

  /** Begins a wait as a parker does; returns whether it ends by itself at the limit. */
  private boolean beginsWithALimit(WaitWatch watch) {
    Words.setVolatile(word, NativeParker.PARKED);
    return watch.begin(word, Deadlines.FOREVER) != Deadlines.FOREVER;
  }

  private void begin(WaitWatch watch, int times) {
    for (int i = 0; i < times; i++) {
      boolean _ = beginsWithALimit(watch);
    }
  }

  /** Begins waits until there is a watcher that is awake. */
  private void awaitAwake(WaitWatch watch) {
    Await.until("a watcher that is awake", () -> !beginsWithALimit(watch));
  }

  private void awaitState(int state) {
    Await.until("the state " + state, () -> Words.getVolatile(word) == state);
  }

  @Test
  void oneOfManyWaitsStartsAWatcherAndAllEndByThemselvesUntilItRuns() {
    FailingWatch watch = watch();
    for (int i = 1; i < WaitWatch.STARTING; i++) {
      assertThat(beginsWithALimit(watch)).isTrue();
    }
    assertThat(watch.starts).hasValue(0);
    assertThat(beginsWithALimit(watch)).isTrue();
    assertThat(watch.starts).hasValue(1);
    assertThat(watch.isWatched()).isTrue();
    awaitAwake(watch);
    assertThat(watch.starts).hasValue(1);
    awaitState(NativeParker.LEAVING);
  }

  @Test
  void waitsThatAreFarApartStartNoWatcherHoweverMany() {
    FailingWatch watch = new FailingWatch(LIMIT, NEVER, NEVER, -1);
    begin(watch, 10 * WaitWatch.STARTING);
    assertThat(watch.starts).hasValue(0);
  }

  @Test
  void waitThatBeginsBeforeTheWatcherRunsEndsByItself() {
    FailingWatch watch = watch();
    watch.holdsBack = true;
    begin(watch, WaitWatch.STARTING);
    assertThat(watch.isWatched()).isTrue();
    assertThat(beginsWithALimit(watch)).isTrue();
    Objects.requireNonNull(watch.heldBack).start();
    awaitAwake(watch);
    assertThat(watch.starts).hasValue(1);
  }

  @Test
  void deadlineThatComesBeforeTheLimitIsKept() {
    WaitWatch watch = new FailingWatch(NEVER, NEVER, NEVER);
    long soon = Deadlines.after(1_000);
    assertThat(watch.begin(word, soon)).isEqualTo(soon);
    assertThat(watch.begin(word, Deadlines.FOREVER)).isNotEqualTo(Deadlines.FOREVER);
  }

  @Test
  void watcherThatCannotBeStartedIsNotTriedAgainAtOnce() {
    for (Throwable thrown : new Throwable[] {new OutOfMemoryError(), new StackOverflowError()}) {
      FailingWatch watch = watch();
      watch.atStart = thrown;
      begin(watch, 100 * WaitWatch.STARTING);
      assertThat(watch.starts).hasValue(1);
      assertThat(watch.isWatched()).isFalse();
      assertThat(beginsWithALimit(watch)).isTrue();
    }
  }

  @Test
  void waitIsWatchedSomeTimeAfterAWatcherCouldNotBeStarted() {
    FailingWatch watch = watch();
    watch.atStart = new OutOfMemoryError();
    begin(watch, WaitWatch.STARTING);
    watch.atStart = null;
    awaitAwake(watch);
    awaitState(NativeParker.LEAVING);
    assertThat(watch.starts).hasValue(2);
  }

  @Test
  void secondLookTellsAThreadToLeaveAndNoFurtherOneDoes() {
    FailingWatch watch = watch();
    begin(watch, 1);
    assertThat(watch.look()).isTrue();
    assertThat(Words.getVolatile(word)).isEqualTo(NativeParker.PARKED);
    assertThat(watch.look()).isTrue();
    assertThat(Words.getVolatile(word)).isEqualTo(NativeParker.LEAVING);
    assertThat(watch.wakes).hasValue(1);
    assertThat(watch.look()).isFalse();
    assertThat(watch.wakes).hasValue(1);
  }

  @Test
  void waitThatHasEndedCountsOnce() {
    FailingWatch watch = watch();
    begin(watch, 1);
    Words.setVolatile(word, NativeParker.EMPTY);
    assertThat(watch.look()).isTrue();
    assertThat(watch.look()).isFalse();
    assertThat(watch.wakes).hasValue(0);
  }

  @Test
  void nextParkOfAThreadThatWasToldIsTold() {
    FailingWatch watch = watch();
    for (int i = 1; i < 4; i++) {
      begin(watch, 1);
      assertThat(watch.look()).isTrue();
      assertThat(watch.look()).isTrue();
      assertThat(Words.getVolatile(word)).isEqualTo(NativeParker.LEAVING);
      assertThat(watch.wakes).hasValue(i);
    }
  }

  @Test
  void parkWhoseCountIsNotSeenYetIsAWait() {
    FailingWatch watch = watch();
    begin(watch, 1);
    boolean _ = watch.look();
    boolean _ = watch.look();
    Words.setVolatile(word, NativeParker.PARKED);
    assertThat(watch.look()).isTrue();
  }

  @Test
  void wakeThatFailsIsRepeatedAtTheNextLook() {
    FailingWatch watch = watch();
    watch.atWake = new OutOfMemoryError();
    begin(watch, 1);
    boolean _ = watch.look();
    for (int i = 1; i < 4; i++) {
      assertThat(watch.look()).isTrue();
      assertThat(Words.getVolatile(word)).isEqualTo(NativeParker.LEAVING);
      assertThat(watch.wakes).hasValue(i);
    }
    watch.atWake = null;
    assertThat(watch.look()).isTrue();
    assertThat(watch.look()).isFalse();
    assertThat(watch.wakes).hasValue(4);
  }

  @Test
  void wakeThatFailsIsRepeatedAlthoughThatOfTheParkBeforeHasSucceeded() {
    FailingWatch watch = watch();
    begin(watch, 1);
    boolean _ = watch.look();
    boolean _ = watch.look();
    assertThat(watch.wakes).hasValue(1);
    begin(watch, 1);
    watch.atWake = new OutOfMemoryError();
    boolean _ = watch.look();
    boolean _ = watch.look();
    assertThat(watch.wakes).hasValue(2);
    assertThat(watch.look()).isTrue();
    assertThat(watch.wakes).hasValue(3);
  }

  @Test
  void wakeThatFailsKeepsNoOtherThreadFromBeingTold() {
    FailingWatch watch = watch();
    long other = words.lease(watch);
    begin(watch, 1);
    Words.setVolatile(other, NativeParker.PARKED);
    long _ = watch.begin(other, Deadlines.FOREVER);
    boolean _ = watch.look();
    watch.atWake = new StackOverflowError();
    assertThat(watch.look()).isTrue();
    assertThat(Words.getVolatile(word)).isEqualTo(NativeParker.LEAVING);
    assertThat(Words.getVolatile(other)).isEqualTo(NativeParker.LEAVING);
  }

  @Test
  void watcherGoesOnWhateverALookThrows() {
    for (Throwable thrown : new Throwable[] {new OutOfMemoryError(), new StackOverflowError()}) {
      FailingWatch watch = watch();
      watch.atLook = thrown;
      awaitAwake(watch);
      Await.until("looks have failed", () -> watch.looks.get() > 3);
      assertThat(watch.isWatched()).isTrue();
      watch.atLook = null;
      awaitState(NativeParker.LEAVING);
      assertThat(watch.starts).hasValue(1);
    }
  }

  @Test
  void waitThatBeginsWhileTheWatcherDozesEndsByItselfAndWakesTheWatcher() {
    FailingWatch watch = new FailingWatch(LIMIT, 0, NEVER);
    begin(watch, WaitWatch.STARTING);
    Words.setVolatile(word, NativeParker.EMPTY);
    Await.until(
        "the watcher dozes", () -> watch.begin(word, Deadlines.FOREVER) != Deadlines.FOREVER);
    awaitAwake(watch);
    awaitState(NativeParker.LEAVING);
    assertThat(watch.starts).hasValue(1);
  }

  @Test
  void watcherEndsWhenNobodyHasWaitedForLongAndAnotherOneComes() {
    FailingWatch watch = new FailingWatch(LIMIT, 1_000_000, 20_000_000);
    for (int i = 1; i < 4; i++) {
      awaitAwake(watch);
      assertThat(watch.starts).hasValue(i);
      awaitState(NativeParker.LEAVING);
      Await.until("the watcher has ended", () -> !watch.isWatched());
    }
  }

  @Test
  void deadThreadsStateKeepsNoWatcher() {
    for (int state : new int[] {NativeParker.PARKED, NativeParker.LEAVING}) {
      FailingWatch watch = new FailingWatch(LIMIT, 1_000_000, 20_000_000);
      awaitAwake(watch);
      Words.setVolatile(word, state);
      Await.until("the watcher has ended", () -> !watch.isWatched());
      assertThat(Words.getVolatile(word)).isEqualTo(NativeParker.LEAVING);
    }
  }
}
