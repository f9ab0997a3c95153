package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
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
  private static class RefusedRescuer extends Rescuer {
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

  /** The start may have taken its permit (I5). */
  @Test
  void whoHasTriedToStartAThreadDoesNotSleepThisTime() {
    RefusedRescuer rescuer = new RefusedRescuer(NEVER);
    rescuer.refused = true;
    assertThat(Deadlines.passed(rescuer.enter(Deadlines.FOREVER))).isTrue();
    assertThat(rescuer.starts).hasValue(1);
    RefusedRescuer another = new RefusedRescuer(NEVER);
    assertThat(Deadlines.passed(another.enter(Deadlines.FOREVER))).isTrue();
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
    Thread thread = Objects.requireNonNull(rescuer.last);
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

  /** Each look comes while nobody sleeps. */
  @Test
  void rescuerStaysWhileThreadsComeAndGoBetweenItsLooks() {
    AtomicInteger looks = new AtomicInteger();
    RefusedRescuer rescuer =
        new RefusedRescuer(0) {
          @Override
          boolean isNeeded() {
            boolean needed = super.isNeeded();
            if (looks.getAndIncrement() < 5) {
              long _ = enter(System.nanoTime());
              leave();
            }
            return needed;
          }
        };
    rescuer.add(new FailingParker(2).parker);
    Await.until("the looks", () -> looks.get() >= 5);
    assertThat(rescuer.starts).hasValue(1);
    Await.until("the end", () -> rescuer.last != null && !rescuer.isRunning());
    assertThat(looks.get()).isGreaterThan(6);
  }

  /** A sleeper comes between the look that has found nobody and the end (I2). */
  @Test
  void rescuerDoesNotEndBehindTheBackOfOneThatHasSeenItRun() throws Exception {
    CountDownLatch slept = new CountDownLatch(1);
    Rescuer rescuer =
        new Rescuer(0) {
          @Override
          boolean isNeeded() {
            boolean needed = super.isNeeded();
            if (!needed && slept.getCount() != 0 && enter(Deadlines.FOREVER) == Deadlines.FOREVER) {
              slept.countDown();
            }
            return needed;
          }
        };
    long _ = rescuer.enter(Deadlines.FOREVER);
    Await.until("the rescuer", rescuer::isRunning);
    rescuer.leave();
    slept.await();
    FailingParker failing = new FailingParker(2);
    rescuer.add(failing.parker);
    Await.until("the wake", () -> failing.wakes.get() > 0);
    assertThat(rescuer.isRunning()).isTrue();
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

  /** The stack ends at one wake after the other below the one that pays (I2). */
  @Test
  void nothingIsForgottenByOneWhoseStackEndsWhileItPays() {
    AtomicInteger left = new AtomicInteger();
    OwedWakes owed =
        new OwedWakes() {
          @Override
          boolean wakes(Parker parker) {
            if (left.decrementAndGet() == 0) {
              throw new StackOverflowError();
            }
            return super.wakes(parker);
          }
        };
    FailingParker[] parkers = new FailingParker[5];
    for (int end = 1; end <= parkers.length; end++) {
      for (int i = 0; i < parkers.length; i++) {
        parkers[i] = new FailingParker(i % 2);
        owed.add(parkers[i].parker);
      }
      left.set(end);
      assertThatThrownBy(owed::pay).isInstanceOf(StackOverflowError.class);
      assertThat(owed.exist()).isTrue();
      owed.pay();
      owed.pay();
      assertThat(owed.exist()).isFalse();
      assertThat(parkers).allMatch(failing -> failing.wakes.get() > 0);
    }
  }
}
