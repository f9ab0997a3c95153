package io.pawl.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.spi.NativeWait;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link NativeWait} has to do. A subclass names the backend. How many a wake has woken
 * is told by some systems only, so what ends a test is that the waiters have ended.
 */
@Limit(60)
public abstract class NativeWaitContract {
  private static final int MANY = 64;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment word = arena.allocate(ValueLayout.JAVA_INT);
  private final MemorySegment other = arena.allocate(ValueLayout.JAVA_INT);
  private final List<Waiter> waiters = new ArrayList<>();

  /**
   * Returns the backend under test.
   *
   * @return the same one each time
   */
  protected abstract NativeWait backend();

  /**
   * Returns whether {@link NativeWait#wake} tells exactly how many it has woken.
   *
   * @return true on Linux; elsewhere what it tells is a lower bound
   */
  protected boolean tellsHowMany() {
    return OS.LINUX.isCurrentOs();
  }

  /** Waits on {@link #word} until it is woken, and keeps what the wait returned. */
  private final class Waiter extends Thread {
    private final long deadline;
    private volatile int result = Integer.MIN_VALUE;
    private volatile boolean interrupted;

    Waiter(long deadline) {
      super("waiter");
      this.deadline = deadline;
      setDaemon(true);
    }

    boolean hasReturned() {
      return result != Integer.MIN_VALUE;
    }

    @Override
    public void run() {
      result = backend().await(word.address(), 0, deadline, false);
      interrupted = Thread.interrupted();
    }
  }

  @AfterEach
  void freeTheWords() throws InterruptedException {
    for (Waiter waiter : waiters) {
      waiter.join();
    }
    arena.close();
  }

  @Test
  void waitOnAnotherValueReturnsAtOnce() {
    assertThat(backend().await(word.address(), 1, NativeWait.FOREVER, false))
        .isEqualTo(NativeWait.EAGAIN);
  }

  @Test
  void waitOnAnotherValueReturnsAtOnceForASharedWord() {
    assertThat(backend().await(word.address(), 1, NativeWait.FOREVER, true))
        .isIn(NativeWait.EAGAIN, NativeWait.ENOSYS);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE})
  void deadlineLongPastTimesOut(long deadline) {
    assertThat(backend().await(word.address(), 0, deadline, false)).isEqualTo(NativeWait.ETIMEDOUT);
  }

  @Test
  void deadlineJustPastTimesOut() {
    assertThat(backend().await(word.address(), 0, System.nanoTime(), false))
        .isEqualTo(NativeWait.ETIMEDOUT);
  }

  @Test
  void timeoutIsNotReportedBeforeTheDeadline() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);

    int result = awaitPatiently(deadline);

    assertThat(result).isEqualTo(NativeWait.ETIMEDOUT);
    assertThat(System.nanoTime() - deadline).isNotNegative();
  }

  @ParameterizedTest
  @ValueSource(longs = {2_148, 4_295, 86_400_000, Integer.MAX_VALUE * 1_000L})
  void longTimeoutDoesNotExpireEarly(long millis) throws InterruptedException {
    Waiter waiter = startWaiter(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));

    wakeAllBy(1);

    waiter.join();
    assertThat(waiter.result).isZero();
  }

  @Test
  void latestDeadlineBeforeForeverDoesNotExpireEarly() throws InterruptedException {
    Waiter waiter = startWaiter(NativeWait.FOREVER - 1);

    wakeAllBy(1);

    waiter.join();
    assertThat(waiter.result).isZero();
  }

  @Test
  void wakeFindsNobody() {
    assertThat(backend().wake(word.address(), NativeWait.ALL, false)).isZero();
    assertThat(backend().wake(word.address(), 1, false)).isZero();
  }

  @Test
  void wakeIsNotRemembered() {
    backend().wake(word.address(), NativeWait.ALL, false);

    assertThat(awaitPatiently(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(10)))
        .isEqualTo(NativeWait.ETIMEDOUT);
  }

  @Test
  void wakeOfNoneWakesNone() throws InterruptedException {
    Waiter waiter = startWaiter(NativeWait.FOREVER);
    moveInTotal(1);

    assertThat(backend().wake(other.address(), 0, false)).isZero();

    assertThat(backend().wake(other.address(), 1, false)).isEqualTo(1);
    waiter.join();
  }

  @Test
  void negativeCountIsInvalid() {
    assertThat(backend().wake(word.address(), -1, false)).isEqualTo(NativeWait.EINVAL);
  }

  @Test
  void misalignedAddressIsInvalid() {
    assertThat(backend().await(word.address() + 1, 0, 0, false)).isEqualTo(NativeWait.EINVAL);
    assertThat(backend().wake(word.address() + 1, 1, false)).isEqualTo(NativeWait.EINVAL);
  }

  @Test
  void wakeTellsAndWakesNoMoreThanAsked() throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      startWaiter(NativeWait.FOREVER);
    }
    moveInTotal(4);

    assertThat(backend().wake(other.address(), 1, false)).isEqualTo(1);
    assertThat(backend().wake(other.address(), 2, false)).isEqualTo(2);
    assertThat(backend().wake(other.address(), 2, false)).isEqualTo(1);
    assertAllWoken();
  }

  @Test
  void everyOneOfManyWaitersIsWoken() throws InterruptedException {
    for (int i = 0; i < MANY; i++) {
      startWaiter(NativeWait.FOREVER);
    }

    wakeAllBy(NativeWait.ALL);

    assertAllWoken();
  }

  @Test
  void wakeReachesAWaiterFromAVirtualThread() throws InterruptedException {
    startWaiter(NativeWait.FOREVER);

    Thread.ofVirtual().start(() -> wakeAllBy(1)).join();

    assertAllWoken();
  }

  @Test
  void sharedWaitIsEndedBySharedWake() throws InterruptedException {
    AtomicInteger result = new AtomicInteger(Integer.MIN_VALUE);
    assumeTrue(backend().await(word.address(), 1, 0, true) != NativeWait.ENOSYS);
    Thread waiter =
        Thread.ofPlatform()
            .daemon()
            .start(() -> result.set(backend().await(word.address(), 0, NativeWait.FOREVER, true)));

    while (waiter.isAlive()) {
      assertThat(backend().wake(word.address(), 1, true)).isBetween(0, 1);
      Thread.onSpinWait();
    }

    assertThat(result).hasValue(0);
  }

  @Test
  void requeueMovesWhatItDoesNotWake() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      startWaiter(NativeWait.FOREVER);
    }
    moveInTotal(3);

    int result = backend().requeue(other.address(), 0, 1, 1, word.address(), false);

    assertThat(result).isEqualTo(2);
    assertThat(backend().wake(other.address(), NativeWait.ALL, false)).isEqualTo(1);
    assertThat(backend().wake(word.address(), NativeWait.ALL, false)).isEqualTo(1);
    assertAllWoken();
  }

  @Test
  void requeueFromAnotherValueDoesNothing() {
    assertThat(backend().requeue(word.address(), 1, 1, NativeWait.ALL, other.address(), false))
        .isIn(NativeWait.EAGAIN, NativeWait.ENOSYS);
  }

  @Test
  void interruptDoesNotDisturbAWait() throws InterruptedException {
    Waiter waiter = startWaiter(NativeWait.FOREVER);
    moveInTotal(1);

    waiter.interrupt();

    assertThat(backend().wake(other.address(), 1, false)).isEqualTo(1);
    waiter.join();
    assertThat(waiter.result).isZero();
    assertThat(waiter.interrupted).isTrue();
  }

  @Test
  void interruptedThreadCanWait() throws InterruptedException {
    Waiter waiter = new Waiter(NativeWait.FOREVER);
    waiters.add(waiter);
    waiter.start();
    waiter.interrupt();

    wakeAllBy(1);

    waiter.join();
    assertThat(waiter.result).isZero();
    assertThat(waiter.interrupted).isTrue();
  }

  @Test
  void handingAWordToAndFroLosesNoWake() throws InterruptedException {
    int rounds = 2_000;
    Thread peer = Thread.ofPlatform().daemon().start(() -> play(1, rounds));

    play(0, rounds);

    peer.join();
    assertThat((int) ValueLayout.JAVA_INT.varHandle().getVolatile(word, 0L)).isZero();
  }

  @Test
  void barrierWorksAfterRegistration() {
    int registered = backend().registerBarrier();
    assumeTrue(registered == 0, "no process-wide barrier: " + registered);

    assertThat(backend().barrier()).isZero();
  }

  /** Waits for its turn, then gives the turn to the other, a number of times. */
  private void play(int turn, int rounds) {
    var value = ValueLayout.JAVA_INT.varHandle();
    for (int i = 0; i < rounds; i++) {
      while ((int) value.getVolatile(word, 0L) != turn) {
        backend().await(word.address(), 1 - turn, NativeWait.FOREVER, false);
      }
      value.setVolatile(word, 0L, 1 - turn);
      backend().wake(word.address(), 1, false);
    }
  }

  private int awaitPatiently(long deadline) {
    int result;
    do {
      result = backend().await(word.address(), 0, deadline, false);
    } while (result == 0 || result == NativeWait.EINTR);
    return result;
  }

  private Waiter startWaiter(long deadline) {
    Waiter waiter = new Waiter(deadline);
    waiters.add(waiter);
    waiter.start();
    return waiter;
  }

  /** Wakes until all waiters of a word have returned, each time up to {@code count} of them. */
  private void wakeAllBy(int count) {
    int told = 0;
    while (!waiters.stream().allMatch(Waiter::hasReturned)) {
      int found = backend().wake(word.address(), count, false);
      assertThat(found).isBetween(0, Math.min(count, waiters.size() - told));
      told += found;
      Thread.onSpinWait();
    }
    if (tellsHowMany()) {
      assertThat(told).isEqualTo(waiters.size());
    }
  }

  /** Moves waiters from {@link #word} to {@link #other} until a number of them sleep there. */
  private void moveInTotal(int total) {
    for (int moved = 0; moved < total; ) {
      int found = backend().requeue(word.address(), 0, 0, NativeWait.ALL, other.address(), false);
      if (found == NativeWait.ENOSYS) {
        wakeAllBy(NativeWait.ALL);
      }
      assumeTrue(found != NativeWait.ENOSYS, "no kernel requeue");
      assertThat(found).isNotNegative();
      moved += found;
      Thread.onSpinWait();
    }
  }

  private void assertAllWoken() throws InterruptedException {
    for (Waiter waiter : waiters) {
      waiter.join();
      assertThat(waiter.result).isZero();
    }
  }
}
