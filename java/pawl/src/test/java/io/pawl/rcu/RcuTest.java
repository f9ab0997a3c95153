package io.pawl.rcu;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.internal.fence.Fences;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Read sections, and who waits for them. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class RcuTest extends Kit {

  private final Rcu rcu = new Rcu();
  private final CountDownLatch release = new CountDownLatch(1);

  RcuTest(ThreadKind kind) {
    super(kind);
  }

  @AfterEach
  void nobodyIsLeftInside() throws InterruptedException {
    release.countDown();
    crew.join();
    assertThat(rcu.isShared()).isFalse();
    assertThat(rcu.isAwaited()).isFalse();
    assertThat(rcu.synchronize(20, SECONDS)).isTrue();
  }

  /** A read section, until it is closed. */
  @FunctionalInterface
  private interface Section extends AutoCloseable {
    @Override
    void close();
  }

  private Section section() {
    long section = rcu.enter();
    return () -> rcu.exit(section);
  }

  /** Starts a thread that is inside until a latch opens. */
  private Worker startReader(CountDownLatch until) {
    CountDownLatch inside = new CountDownLatch(1);
    Worker reader =
        crew.start(() -> {
          try (var _ = section()) {
            inside.countDown();
            until.await();
          }
        });
    await(inside);
    return reader;
  }

  private void startReader() {
    Worker _ = startReader(release);
  }

  private static void await(CountDownLatch latch) {
    Await.until("an open latch", () -> latch.getCount() == 0);
  }

  @Test
  void nobodyIsWaitedForWithoutReaders() throws InterruptedException {
    crew.start(() -> {
      rcu.synchronize();
      assertThat(rcu.synchronize(0, SECONDS)).isTrue();
    });
    crew.join();
    assertThat(rcu.synchronize(-1, SECONDS)).isTrue();
  }

  @Test
  void updaterWaitsForAReaderThatCameBefore() {
    startReader();
    Worker updater = crew.start(rcu::synchronize);
    updater.awaitBlocked();
    assertThat(updater.isDone()).isFalse();
    release.countDown();
    updater.join();
  }

  @Test
  void updaterDoesNotWaitForAReaderThatCameLater() {
    CountDownLatch first = new CountDownLatch(1);
    Worker _ = startReader(first);
    Worker updater = crew.start(rcu::synchronize);
    updater.awaitBlocked();
    startReader();
    startReader();
    first.countDown();
    updater.join();
  }

  @Test
  void updaterWaitsUntilTheOutermostSectionEnds() {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch inner = new CountDownLatch(1);
    AtomicInteger left = new AtomicInteger();
    crew.start(() -> {
      try (var _ = section()) {
        try (var _ = section()) {
          inside.countDown();
          inner.await();
        }
        left.set(1);
        release.await();
        left.set(2);
      }
    });
    await(inside);
    Worker updater =
        crew.start(() -> {
          rcu.synchronize();
          assertThat(left.get()).isEqualTo(2);
        });
    updater.awaitBlocked();
    inner.countDown();
    Await.until("the inner section's end", () -> left.get() == 1);
    assertThat(updater.isDone()).isFalse();
    release.countDown();
    updater.join();
  }

  @Test
  void lastOfSeveralReadersWakesTheUpdater() {
    CountDownLatch[] latches = new CountDownLatch[4];
    for (int i = 0; i < latches.length; i++) {
      latches[i] = new CountDownLatch(1);
      Worker _ = startReader(latches[i]);
    }
    Worker updater = crew.start(rcu::synchronize);
    updater.awaitBlocked();
    for (CountDownLatch latch : latches) {
      assertThat(updater.isDone()).isFalse();
      latch.countDown();
    }
    updater.join();
  }

  @Test
  void domainsDoNotWaitForEachOther() throws InterruptedException {
    startReader();
    assertThat(new Rcu().synchronize(20, SECONDS)).isTrue();
    assertThat(rcu.synchronize(1, MILLISECONDS)).isFalse();
  }

  @Test
  void manyUpdatersWaitTogether() {
    startReader();
    AtomicInteger done = new AtomicInteger();
    Worker first = crew.start(rcu::synchronize);
    first.awaitBlocked();
    for (int i = 0; i < 8; i++) {
      crew.start(
              () -> {
                rcu.synchronize();
                done.incrementAndGet();
              })
          .awaitBlocked();
    }
    assertThat(done.get()).isZero();
    release.countDown();
    crew.join();
    assertThat(done.get()).isEqualTo(8);
  }

  @Test
  void updaterThatTimesOutLeavesTheOthersAlone() throws InterruptedException {
    startReader();
    Worker other = crew.start(rcu::synchronize);
    other.awaitBlocked();
    assertThat(rcu.synchronize(1, MILLISECONDS)).isFalse();
    assertThat(rcu.synchronize(0, MILLISECONDS)).isFalse();
    release.countDown();
    other.join();
  }

  @Test
  void readersAreNotForgottenByPeriodsThatWereGivenUp() throws InterruptedException {
    startReader();
    assertThat(rcu.synchronize(1, MILLISECONDS)).isFalse();
    CountDownLatch second = new CountDownLatch(1);
    Worker _ = startReader(second);
    assertThat(rcu.synchronize(1, MILLISECONDS)).isFalse();
    release.countDown();
    assertThat(rcu.synchronize(1, MILLISECONDS)).isFalse();
    Worker updater = crew.start(rcu::synchronize);
    updater.awaitBlocked();
    second.countDown();
    updater.join();
  }

  @Test
  void interruptEndsATimedWaitOnly() {
    startReader();
    Worker timed =
        crew.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> rcu.synchronize(1, HOURS)));
    timed.awaitBlocked();
    timed.interrupt();
    timed.join();
    Worker untimed =
        crew.start(() -> {
          rcu.synchronize();
          assertThat(Thread.interrupted()).isTrue();
        });
    untimed.awaitBlocked();
    untimed.interrupt();
    Worker waiting =
        crew.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> rcu.synchronize(1, HOURS)));
    waiting.awaitBlocked();
    waiting.interrupt();
    waiting.join();
    assertThat(untimed.isDone()).isFalse();
    release.countDown();
    untimed.join();
  }

  @Test
  void interruptBeforeATimedWaitIsNoticed() {
    crew.start(() -> {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> rcu.synchronize(1, HOURS));
      assertThat(Thread.interrupted()).isFalse();
      Thread.currentThread().interrupt();
      rcu.synchronize();
      assertThat(Thread.interrupted()).isTrue();
    });
  }

  @Test
  void updatersSeeWhatReadersDid() {
    int[] reads = new int[1];
    CountDownLatch inside = new CountDownLatch(1);
    crew.start(() -> {
      try (var _ = section()) {
        inside.countDown();
        reads[0] = 1;
      }
    });
    await(inside);
    rcu.synchronize();
    assertThat(reads[0]).isEqualTo(1);
  }

  @Test
  void deepNestingIsCountedBesideTheSlot() {
    int depth = 2 * ReaderSlots.MAX_DEPTH + 3;
    CountDownLatch inside = new CountDownLatch(1);
    Worker reader =
        crew.start(() -> {
          long[] sections = new long[depth];
          for (int i = 0; i < depth; i++) {
            sections[i] = rcu.enter();
          }
          inside.countDown();
          release.await();
          for (int i = depth - 1; i >= 0; i--) {
            rcu.exit(sections[i]);
          }
        });
    await(inside);
    assertThat(rcu.isShared()).isTrue();
    Worker updater = crew.start(rcu::synchronize);
    updater.awaitBlocked();
    release.countDown();
    updater.join();
    reader.join();
  }

  @Test
  void sectionsMayEndInAnyOrder() {
    int depth = 2 * ReaderSlots.MAX_DEPTH + 3;
    crew.start(() -> {
      long[] sections = new long[depth];
      for (int i = 0; i < depth; i++) {
        sections[i] = rcu.enter();
      }
      for (long section : sections) {
        rcu.exit(section);
      }
      rcu.synchronize();
    });
  }

  @Test
  void sectionThatIsLeftTwiceThrows() {
    crew.start(() -> {
      long section = rcu.enter();
      rcu.exit(section);
      assertThatIllegalStateException().isThrownBy(() -> rcu.exit(section));
    });
  }

  @Test
  void numberThatIsNoSectionIsRefused() {
    crew.start(() -> {
      for (long number : new long[] {-1, 0, 1, 2, 7, Long.MIN_VALUE, Long.MAX_VALUE}) {
        assertThatIllegalStateException().isThrownBy(() -> rcu.exit(number));
      }
    });
  }

  /** I5: the numbers of gates wrap. */
  @Test
  void updaterWaitsAfterManyPeriodsInWhichNobodySlept() {
    long first = rcu.stamp;
    rcu.stamp = first + (1L << 31) * ReaderSlots.PERIOD;
    startReader();
    Worker updater = crew.start(rcu::synchronize);
    updater.awaitBlocked();
    assertThat(updater.isDone()).isFalse();
    release.countDown();
    updater.join();
  }

  /** I7. */
  @Test
  void updaterGoesOnWithThePeriodOfOneThatGaveUp() {
    Crew platform = new Crew(ThreadKind.PLATFORM);
    Rcu domain = new Rcu();
    CountDownLatch early = new CountDownLatch(1);
    Worker earlyReader = startReaderInASlot(domain, early);
    Worker first = startUpdaterThatGivesUp(platform, domain);
    int period = ReaderSlots.number(domain.stamp);
    Worker second = startUpdaterThatGivesUp(platform, domain);
    Worker third = platform.start(domain::synchronize);
    third.awaitBlocked();
    first.interrupt();
    Await.until(
        "the next period", () -> ReaderSlots.number(domain.stamp) != period && domain.isAwaited());
    CountDownLatch late = new CountDownLatch(1);
    Worker lateReader = startReaderInASlot(domain, late);
    second.interrupt();
    second.join();
    early.countDown();
    third.join();
    assertThat(lateReader.isDone()).isFalse();
    late.countDown();
    platform.join();
    earlyReader.join();
    lateReader.join();
  }

  private static Worker startUpdaterThatGivesUp(Crew platform, Rcu domain) {
    Worker updater =
        platform.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> domain.synchronize(1, HOURS)));
    updater.awaitBlocked();
    return updater;
  }

  /** Starts a platform thread that is inside, in a slot, until a latch opens. */
  private static Worker startReaderInASlot(Rcu domain, CountDownLatch until) {
    for (; ; ) {
      CountDownLatch inside = new CountDownLatch(1);
      AtomicInteger depth = new AtomicInteger();
      Worker reader =
          new Crew(ThreadKind.PLATFORM)
              .start(() -> {
                long section = domain.enter();
                depth.set(domain.depth());
                inside.countDown();
                if (depth.get() != 0) {
                  until.await();
                }
                domain.exit(section);
              });
      await(inside);
      if (depth.get() != 0) {
        return reader;
      }
      reader.join();
    }
  }

  @Test
  void waitingInsideOfTheOwnSectionThrows() {
    Crew platform = new Crew(ThreadKind.PLATFORM);
    platform.start(() -> {
      try (var _ = section()) {
        assertThatIllegalStateException().isThrownBy(rcu::synchronize);
        assertThatIllegalStateException().isThrownBy(() -> rcu.synchronize(1, SECONDS));
        assertThatIllegalStateException().isThrownBy(rcu::barrier);
        new Rcu().synchronize();
      }
    });
    platform.join();
  }

  /** Has a new platform thread, whose slot is that of another one, enter; tells whether in it. */
  private boolean entersTheSlotOf(Thread other) {
    long[] section = new long[1];
    for (; ; ) {
      Thread thread =
          ThreadKind.PLATFORM.newThread(
              0,
              () -> {
                section[0] = rcu.enter();
                rcu.exit(section[0]);
              });
      if (ReaderSlots.index(ReaderSlots.key(thread)) == ReaderSlots.index(ReaderSlots.key(other))) {
        thread.start();
        Await.until("the end of " + thread, () -> !thread.isAlive());
        return section[0] == ReaderSlots.key(thread);
      }
    }
  }

  @Test
  void slotOfADeadThreadGoesToAnotherUnlessItIsInside() throws InterruptedException {
    CountDownLatch until = new CountDownLatch(1);
    Worker living =
        new Crew(ThreadKind.PLATFORM)
            .start(() -> {
              long section = rcu.enter();
              until.await();
              rcu.exit(section);
            });
    living.awaitBlocked();
    assertThat(entersTheSlotOf(living.thread())).isFalse();
    until.countDown();
    living.join();
    Await.until("the end of the thread", () -> !living.thread().isAlive());
    assertThat(entersTheSlotOf(living.thread())).isTrue();
    Rcu abandoned = new Rcu();
    Worker dead = new Crew(ThreadKind.PLATFORM).start(abandoned::enter);
    dead.join();
    assertThat(abandoned.synchronize(1, MILLISECONDS)).isFalse();
  }

  @Test
  void domainThatWasMadeBeforeTheFencesSettledBecomesLight() {
    rcu.light = false;
    rcu.stamp &= ~ReaderSlots.LIGHT;
    rcu.awaited = GraceSync.FENCED;
    crew.start(() -> {
      rcu.exit(rcu.enter());
      rcu.exit(rcu.enter());
    });
    crew.join();
    assertThat(rcu.isLight()).isEqualTo(Fences.isHeavyDear());
    rcu.synchronize();
    assertThat(rcu.isLight()).isEqualTo(Fences.isHeavyDear());
  }
}
