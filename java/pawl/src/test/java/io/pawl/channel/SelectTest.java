package io.pawl.channel;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.BoundedSemaphore;
import io.pawl.Semaphore;
import io.pawl.locks.Mutex;
import io.pawl.testing.Await;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Select promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class SelectTest extends Kit {

  private final Channel<String> channel = Channel.bounded(1);
  private final Channel<String> full = Channel.bounded(1);
  private final OneShot<String> oneShot = new OneShot<>();
  private final Mutex mutex = new Mutex();
  private final Semaphore semaphore = new Semaphore(0);
  private final Select select = new Select();

  SelectTest(ThreadKind kind) {
    super(kind);
  }

  /**
   * A kind of case, for which there is nothing yet.
   *
   * @param add adds it
   * @param release makes it ready; called by the thread of the test, which holds the mutex
   * @param result what is taken
   * @param again makes it such again after it has been taken
   */
  private record Kind(
      Function<Select, Select.Case<?>> add, Runnable release, Object result, Runnable again) {}

  private Kind receiving() {
    return new Kind(s -> s.receive(channel), () -> channel.trySend("sent"), "sent", () -> {});
  }

  private Kind sending() {
    full.trySend("first");
    return new Kind(
        s -> s.send(full, "second"),
        full::tryReceive,
        "second",
        () -> assertThat(full.tryReceive()).isEqualTo("second").satisfies(full::trySend));
  }

  private Kind receivingOnce() {
    return new Kind(
        s -> s.receive(oneShot.receiver()),
        () -> oneShot.sender().send("once"),
        "once",
        oneShot::reset);
  }

  private Kind acquiringPermits() {
    return new Kind(s -> s.acquire(semaphore, 2), () -> semaphore.release(2), semaphore, () -> {});
  }

  private Kind acquiring() {
    mutex.lock();
    return new Kind(s -> s.acquire(mutex), mutex::unlock, mutex, mutex::lock);
  }

  private List<Kind> kinds() {
    return List.of(receiving(), sending(), receivingOnce(), acquiringPermits(), acquiring());
  }

  private static void addTo(Select select, List<Kind> kinds) {
    for (Kind each : kinds) {
      Object _ = each.add.apply(select);
    }
  }

  private void assertTaken(Kind kind, Select.@Nullable Case<?> taken) {
    Object result = Objects.requireNonNull(taken).result();
    if (result instanceof Mutex.Held held) {
      assertThat(mutex.isHeldByCurrentThread()).isTrue();
      held.close();
      assertThat(mutex.isLocked()).isFalse();
    } else {
      assertThat(result).isEqualTo(kind.result);
    }
  }

  /** Nothing is left to take but what the kind has released, and nothing is held. */
  private void assertUntouched() {
    assertThat(channel.size()).isZero();
    assertThat(full.size()).isOne();
    assertThat(oneShot.toString()).endsWith("[Empty]");
    assertThat(semaphore.availablePermits()).isZero();
    assertThat(mutex.isHeldByCurrentThread()).isTrue();
    assertThat(mutex.hasQueuedThreads()).isFalse();
    assertThat(semaphore.hasQueuedThreads()).isFalse();
  }

  // ---- Taking

  @Test
  void caseThatIsReadyIsTakenAtOnceInEveryWay() throws InterruptedException {
    for (Kind each : kinds()) {
      for (int way = 0; way < 3; way++) {
        each.release.run();
        Select one = new Select();
        Select.Case<?> only = each.add.apply(one);
        Select.Case<?> taken =
            way == 0 ? one.poll() : way == 1 ? one.await() : one.await(-1, HOURS);
        assertThat(taken).isSameAs(only);
        assertTaken(each, taken);
        each.again.run();
      }
    }
  }

  @Test
  void waitingThreadTakesTheOneThatBecomesReadyAndNothingElse() {
    List<Kind> kinds = kinds();
    for (Kind ready : kinds) {
      Worker worker =
          crew.start(() -> {
            Select all = new Select();
            List<? extends Select.Case<?>> cases =
                kinds.stream().map(each -> each.add.apply(all)).toList();
            Select.Case<?> taken = all.await();
            assertThat(taken).isSameAs(cases.get(kinds.indexOf(ready)));
            assertTaken(ready, taken);
          });
      worker.awaitBlocked();
      assertThat(worker.isDone()).isFalse();
      ready.release.run();
      worker.join();
      ready.again.run();
      assertUntouched();
    }
  }

  @Test
  void nothingIsTakenWhereNothingIsReady() throws InterruptedException {
    addTo(select, kinds());
    select.remove(select.acquire(mutex));
    assertThat(select.poll()).isNull();
    Worker worker =
        crew.start(() -> {
          assertThat(select.await(0, HOURS)).isNull();
          long start = System.nanoTime();
          assertThat(select.await(2, MILLISECONDS)).isNull();
          assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2_000_000);
        });
    worker.join();
    assertUntouched();
    assertThat(new Select().poll()).isNull();
  }

  @Test
  void oneOfSeveralThatAreReadyIsTakenAndTheOthersStay() throws InterruptedException {
    channel.trySend("sent");
    oneShot.sender().send("once");
    semaphore.release();
    select.receive(channel);
    select.receive(oneShot.receiver());
    select.acquire(semaphore);
    select.acquire(mutex);
    for (int left = 4; left > 0; left--) {
      int there =
          channel.size()
              + (oneShot.receiver().isReady() ? 1 : 0)
              + semaphore.availablePermits()
              + (mutex.isLocked() ? 0 : 1);
      assertThat(there).isEqualTo(left);
      Select.Case<?> taken = select.poll();
      assertThat(taken).isNotNull();
    }
    assertThat(select.poll()).isNull();
    mutex.unlock();
  }

  @Test
  void semaphoreCaseTakesAllItsPermitsOrNone() {
    Worker worker =
        crew.start(() -> {
          Select.Case<Semaphore> three = select.acquire(semaphore, 3);
          assertThat(select.await()).isSameAs(three);
        });
    worker.awaitBlocked();
    semaphore.release(2);
    assertThat(semaphore.availablePermits()).isEqualTo(2);
    assertThat(worker.isDone()).isFalse();
    semaphore.release(2);
    worker.join();
    assertThat(semaphore.availablePermits()).isOne();
  }

  @Test
  void sameThingCanBeSeveralCases() throws InterruptedException {
    mutex.lock();
    channel.trySend("there");
    Worker worker =
        crew.start(() -> {
          Select.Case<Mutex.Held> first = select.acquire(mutex);
          Select.Case<Mutex.Held> second = select.acquire(mutex);
          Select.Case<String> send = select.send(channel, "sent");
          assertThat(select.await()).isIn(first, second);
          mutex.unlock();
          select.remove(first);
          select.remove(second);
          Select.Case<?> receive = select.receive(channel);
          assertThat(select.await()).isSameAs(receive);
          assertThat(select.await()).isSameAs(send);
        });
    worker.awaitBlocked();
    mutex.unlock();
    worker.join();
    assertThat(mutex.isLocked()).isFalse();
    assertThat(channel.receive()).isEqualTo("sent");
  }

  // ---- Closing

  @Test
  void closedChannelIsReadyUntilItsCaseIsRemoved() throws InterruptedException {
    Worker worker =
        crew.start(() -> {
          Select.Case<String> receive = select.receive(channel);
          select.acquire(semaphore);
          for (int i = 0; i < 3; i++) {
            assertThat(select.await()).isSameAs(receive);
            assertThat(receive.result()).isNull();
          }
          assertThat(select.remove(receive)).isTrue();
          assertThat(select.remove(receive)).isFalse();
          assertThat(select.poll()).isNull();
        });
    worker.awaitBlocked();
    channel.close();
    worker.join();
  }

  @Test
  void sendToAChannelThatIsClosedThrowsInTheResult() {
    full.trySend("first");
    Worker worker =
        crew.start(() -> {
          Select.Case<String> send = select.send(full, "second");
          assertThat(select.await()).isSameAs(send);
          assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(send::result);
          assertThat(select.size()).isZero();
        });
    worker.awaitBlocked();
    full.close();
    worker.join();
    assertThat(full.size()).isOne();
  }

  @Test
  void oneShotWhoseSenderIsClosedThrowsInTheResult() {
    Worker worker =
        crew.start(() -> {
          Select.Case<String> receive = select.receive(oneShot.receiver());
          select.receive(channel);
          assertThat(select.await()).isSameAs(receive);
          assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(receive::result);
        });
    worker.awaitBlocked();
    oneShot.sender().close();
    worker.join();
  }

  @Test
  void oneShotThatHasBeenReceivedThrowsInTheResult() throws InterruptedException {
    oneShot.sender().send("once");
    assertThat(oneShot.receiver().receive()).isEqualTo("once");
    Select.Case<String> receive = select.receive(oneShot.receiver());
    assertThat(select.await()).isSameAs(receive);
    assertThatIllegalStateException().isThrownBy(receive::result);
  }

  @Test
  void casesOfOneObjectAreUsedUpAndOthersStay() throws InterruptedException {
    oneShot.sender().send("once");
    Select.Case<String> once = select.receive(oneShot.receiver());
    assertThat(select.await()).isSameAs(once);
    assertThat(once.result()).isEqualTo("once");
    assertThat(select.size()).isZero();
    Select.Case<String> send = select.send(channel, "sent");
    assertThat(select.await()).isSameAs(send);
    assertThat(select.size()).isZero();
    Select.Case<String> receive = select.receive(channel);
    assertThat(select.await()).isSameAs(receive);
    assertThat(receive.result()).isEqualTo("sent");
    assertThat(select.size()).isOne();
  }

  // ---- Mistakes

  @Test
  void resultIsThatOfTheCaseTakenLastOnly() throws InterruptedException {
    Select.Case<Semaphore> permit = select.acquire(semaphore);
    Select.Case<String> receive = select.receive(channel);
    assertThatIllegalStateException().isThrownBy(permit::result);
    semaphore.release();
    assertThat(select.await()).isSameAs(permit);
    assertThat(permit.result()).isSameAs(semaphore);
    assertThatIllegalStateException().isThrownBy(receive::result);
    assertThat(select.poll()).isNull();
    assertThatIllegalStateException().isThrownBy(permit::result);
  }

  @Test
  void waitForNothingThrows() {
    assertThatIllegalStateException().isThrownBy(select::await);
    assertThatIllegalStateException().isThrownBy(() -> select.await(1, HOURS));
  }

  @Test
  void mutexThatTheThreadHoldsCantBeWaitedFor() {
    select.acquire(mutex);
    select.acquire(semaphore);
    semaphore.release();
    mutex.lock();
    try {
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(select::await);
      assertThatExceptionOfType(IllegalMonitorStateException.class)
          .isThrownBy(() -> select.await(1, HOURS));
      assertThat(semaphore.availablePermits()).isOne();
      assertThat(select.poll()).isNotNull();
    } finally {
      mutex.unlock();
    }
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void wrongArgumentsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> select.acquire(new Semaphore(1, true)));
    assertThatIllegalArgumentException().isThrownBy(() -> select.acquire(semaphore, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select.acquire(new BoundedSemaphore(2), 3));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> select.acquire((Mutex) null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> select.acquire((Semaphore) null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> select.receive((Channel<String>) null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> select.receive((OneShot.Receiver<String>) null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> select.send(channel, null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> select.send(null, "object"));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> select.remove(null));
    assertThat(select.size()).isZero();
    select.acquire(semaphore);
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> select.await(1, null));
  }

  // ---- Interrupts

  @Test
  void interruptEndsAWaitThatHasTakenNothing() {
    for (int way = 0; way < 2; way++) {
      boolean timed = way == 1;
      List<Kind> kinds = kinds();
      Worker worker =
          crew.start(() -> {
            Select all = new Select();
            addTo(all, kinds);
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> {
                  var _ = timed ? all.await(1, HOURS) : all.await();
                });
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
          });
      worker.awaitBlocked();
      worker.interrupt();
      worker.join();
      assertUntouched();
      mutex.unlock();
      assertThat(full.tryReceive()).isEqualTo("first");
    }
  }

  @Test
  void interruptedThreadTakesNothing() {
    semaphore.release();
    select.acquire(semaphore);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(select::await);
    assertThat(semaphore.availablePermits()).isOne();
    Thread.currentThread().interrupt();
    assertThat(select.poll()).isNotNull();
    assertThat(Thread.interrupted()).isTrue();
  }

  // ---- Fairness

  @Test
  void casesThatAreAlwaysReadyAreAllTaken() throws InterruptedException {
    Channel<Integer> always = Channel.unbounded();
    Semaphore plenty = new Semaphore(Integer.MAX_VALUE);
    List<Select.Case<?>> cases =
        List.of(
            select.receive(always),
            select.acquire(plenty),
            select.acquire(mutex),
            select.acquire(plenty, 2));
    int[] taken = new int[cases.size()];
    for (int i = 0; i < 4_000; i++) {
      always.send(i);
      int index = cases.indexOf(select.await());
      taken[index]++;
      if (index == 2) {
        mutex.unlock();
      }
    }
    // Each is expected 1,000 times, with a standard deviation of 28.
    assertThat(Arrays.stream(taken)).allMatch(times -> times > 700 && times < 1_300);
  }

  // ---- Others that wait

  @Test
  void thoseWhoWaitBehindASelectThatTakesAnotherCaseAreServed() throws InterruptedException {
    mutex.lock();
    Worker selecting =
        crew.start(() -> {
          Select all = new Select();
          all.acquire(mutex);
          all.acquire(semaphore);
          all.receive(channel);
          Select.Case<String> once = all.receive(oneShot.receiver());
          assertThat(all.await()).isSameAs(once);
        });
    selecting.awaitBlocked();
    Worker locking =
        crew.start(() -> {
          mutex.lock();
          mutex.unlock();
        });
    Worker acquiring = crew.start(semaphore::acquire);
    Worker receiving = crew.start(() -> assertThat(channel.receive()).isEqualTo("it"));
    List.of(locking, acquiring, receiving).forEach(Worker::awaitBlocked);
    oneShot.sender().send("once");
    selecting.join();
    mutex.unlock();
    semaphore.release();
    channel.send("it");
    crew.join();
  }

  @Test
  void waitShowsTheSelect() {
    Worker worker =
        crew.start(() -> {
          select.acquire(semaphore);
          var _ = select.await();
        });
    Await.until("the blocker", () -> LockSupport.getBlocker(worker.thread()) == select);
    semaphore.release();
    worker.join();
  }

  @Test
  void descriptionTellsHowManyCasesThereAre() {
    assertThat(select.toString()).endsWith("[0 cases]");
    select.acquire(mutex);
    assertThat(select.toString()).endsWith("[1 cases]");
  }

  @Test
  @Tag(DeepStack.TAG)
  void overflowTakesAllOrNothing() {
    Semaphore permits = new Semaphore(1);
    select.acquire(permits);
    select.receive(channel);
    DeepStack.overflow(
        () -> {
          if (permits.availablePermits() == 0) {
            permits.release();
          }
          assertThat(select.await()).isNotNull();
          permits.release();
        },
        () -> {});
    Worker worker = crew.start(() -> assertThat(select.await()).isNotNull());
    worker.join();
    assertThat(permits.hasQueuedThreads()).isFalse();
  }
}
