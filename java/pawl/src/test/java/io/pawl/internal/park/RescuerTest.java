package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rescuer of wakes that fail, and what may fail in it. */
@Limit(60)
class RescuerTest {

  /** Longer than any test. */
  private static final long NEVER = 1_000_000_000_000L;

  /** A rescuer whose thread may be refused. */
  private static final class RefusedRescuer extends Rescuer {
    final AtomicInteger starts = new AtomicInteger();
    volatile boolean refused;
    volatile @Nullable Thread last;

    RefusedRescuer(long idleNanos) {
      super(idleNanos);
    }

    @Override
    void start(Thread thread) {
      starts.incrementAndGet();
      if (refused) {
        throw new OutOfMemoryError("refused");
      }
      last = thread;
      super.start(thread);
    }
  }

  /** A parker whose wakes fail as often as is said. */
  private static final class FailingParker {
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger wakes = new AtomicInteger();
    final Parker parker =
        new PlatformParker(
            new WeakReference<>(Thread.currentThread()) {
              @Override
              public @Nullable Thread get() {
                if (failures.getAndUpdate(n -> Math.max(n - 1, 0)) > 0) {
                  throw new OutOfMemoryError("no wake");
                }
                wakes.incrementAndGet();
                return null;
              }
            });

    FailingParker(int times) {
      failures.set(times);
    }
  }

  @Test
  void whoSleepsForLongMaySoOnceTheRescuerRuns() {
    RefusedRescuer rescuer = new RefusedRescuer(NEVER);
    assertThat(rescuer.enter(Deadlines.FOREVER)).isNotEqualTo(Deadlines.FOREVER);
    Await.until("the rescuer", rescuer::isRunning);
    assertThat(rescuer.enter(Deadlines.FOREVER)).isEqualTo(Deadlines.FOREVER);
    assertThat(rescuer.starts).hasValue(1);
  }

  @Test
  void whoSleepsWhereThereIsNoThreadIsSoonBack() {
    RefusedRescuer rescuer = new RefusedRescuer(NEVER);
    rescuer.refused = true;
    for (int i = 0; i < 3; i++) {
      long end = rescuer.enter(Deadlines.FOREVER);
      assertThat(Deadlines.remaining(end)).isLessThanOrEqualTo(Rescuer.SOON_NANOS);
      rescuer.leave();
    }
    assertThat(rescuer.isRunning()).isFalse();
  }

  @Test
  void whoIsSoonBackAnywayNeedsNoThread() {
    RefusedRescuer rescuer = new RefusedRescuer(NEVER);
    long soon = Deadlines.after(1_000_000);
    assertThat(rescuer.enter(soon)).isEqualTo(soon);
    assertThat(rescuer.starts).hasValue(0);
  }

  @Test
  void wakeThatFailsIsTriedUntilItSucceeds() {
    RefusedRescuer rescuer = new RefusedRescuer(NEVER);
    FailingParker failing = new FailingParker(5);
    rescuer.add(failing.parker);
    Await.until("the wake", () -> failing.wakes.get() > 0);
    Await.until("the end of the debt", () -> failing.parker.owed == Parker.SETTLED);
  }

  @Test
  void whoSleepsAndIsBackPaysWhereThereIsNoThread() {
    RefusedRescuer rescuer = new RefusedRescuer(NEVER);
    rescuer.refused = true;
    FailingParker failing = new FailingParker(2);
    rescuer.add(failing.parker);
    assertThat(failing.wakes).hasValue(0);
    long _ = rescuer.enter(Deadlines.FOREVER);
    assertThat(failing.wakes).hasValue(0);
    rescuer.leave();
    long _ = rescuer.enter(Deadlines.FOREVER);
    assertThat(failing.wakes).hasValue(1);
  }

  @Test
  void rescuerStaysWhileSomebodySleepsAndThenEnds() throws Exception {
    RefusedRescuer rescuer = new RefusedRescuer(0);
    long _ = rescuer.enter(Deadlines.FOREVER);
    Await.until("the rescuer", rescuer::isRunning);
    Thread thread = rescuer.last;
    assertThat(thread).isNotNull();
    for (int i = 0; i < 100; i++) {
      LockSupport.unpark(thread);
      assertThat(rescuer.isRunning()).isTrue();
    }
    rescuer.leave();
    LockSupport.unpark(thread);
    thread.join();
    assertThat(rescuer.isRunning()).isFalse();
    // The next that sleeps has a rescuer again.
    long _ = rescuer.enter(Deadlines.FOREVER);
    Await.until("another rescuer", rescuer::isRunning);
    assertThat(rescuer.starts).hasValue(2);
  }

  /** Sleepers come and go while the rescuer ends: whoever has seen it run finds it later (I2). */
  @Test
  void nobodySleepsForLongWithoutARescuer() throws Exception {
    RefusedRescuer rescuer = new RefusedRescuer(0);
    int long_ = 0;
    for (int round = 0; round < 20_000 && long_ < 2_000; round++) {
      if (rescuer.enter(Deadlines.FOREVER) == Deadlines.FOREVER) {
        long_++;
        LockSupport.unpark(rescuer.last);
        Thread.onSpinWait();
        assertThat(rescuer.last).matches(Thread::isAlive);
      } else {
        Thread.yield();
      }
      rescuer.leave();
      LockSupport.unpark(rescuer.last);
    }
    assertThat(long_).isPositive();
  }

  @Test
  void wakesThatFailOnAreKeptAndOthersAreDone() {
    OwedWakes owed = new OwedWakes();
    FailingParker stubborn = new FailingParker(3);
    FailingParker lucky = new FailingParker(0);
    owed.add(lucky.parker);
    owed.add(stubborn.parker);
    owed.add(stubborn.parker);
    owed.pay();
    assertThat(lucky.wakes).hasValue(1);
    assertThat(stubborn.wakes).hasValue(0);
    assertThat(owed.exist()).isTrue();
    owed.add(lucky.parker);
    owed.pay();
    assertThat(lucky.wakes).hasValue(2);
    owed.pay();
    owed.pay();
    assertThat(stubborn.wakes).hasValue(1);
    assertThat(owed.exist()).isFalse();
  }

  /** A wake fails between the attempt and the note that it has been made (I3). */
  @Test
  void wakeThatFailsWhileAnEarlierOneIsTriedIsTriedOnceMore() {
    OwedWakes owed = new OwedWakes();
    AtomicInteger wakes = new AtomicInteger();
    Parker[] parker = {null};
    parker[0] =
        new PlatformParker(
            new WeakReference<>(Thread.currentThread()) {
              @Override
              public @Nullable Thread get() {
                if (wakes.getAndIncrement() == 0) {
                  owed.add(parker[0]);
                }
                return null;
              }
            });
    owed.add(parker[0]);
    owed.pay();
    assertThat(owed.exist()).isTrue();
    owed.pay();
    assertThat(wakes).hasValue(2);
    assertThat(owed.exist()).isFalse();
  }

  /** The stack ends at each depth in turn below the one that pays (I2). */
  @Test
  void nothingIsForgottenByOneWhoseStackEndsWhileItPays() {
    OwedWakes owed = new OwedWakes();
    FailingParker[] parkers = new FailingParker[50];
    for (int i = 0; i < parkers.length; i++) {
      parkers[i] = new FailingParker(0);
      owed.add(parkers[i].parker);
    }
    assertThatThrownBy(() -> payEverDeeper(owed)).isInstanceOf(StackOverflowError.class);
    owed.pay();
    assertThat(owed.exist()).isFalse();
    assertThat(parkers).allMatch(failing -> failing.wakes.get() > 0);
  }

  private static void payEverDeeper(OwedWakes owed) {
    try {
      payEverDeeper(owed);
    } finally {
      owed.pay();
    }
  }
}
