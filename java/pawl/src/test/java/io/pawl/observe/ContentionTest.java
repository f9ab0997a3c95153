package io.pawl.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.pawl.locks.FairMutex;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.observe.Wait.Outcome;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.ToldWaits;
import io.pawl.testing.Worker;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

@ParameterizedClass
@EnumSource(
    value = ThreadKind.class,
    names = {"PLATFORM", "VIRTUAL"})
@SuppressWarnings({"LockNotBeforeTry", "ThreadPriorityCheck"}) // a failing test may leave it so
class ContentionTest extends Kit {

  /** A kind of lock. */
  record Kind(String name, Supplier<Lock> make) {
    @Override
    public String toString() {
      return name;
    }
  }

  static final Kind[] LOCKS = {
    new Kind("Mutex", Mutex::new),
    new Kind("FairMutex", FairMutex::new),
    new Kind("ReentrantLock, fair", () -> new ReentrantLock(true)),
    new Kind("write lock", () -> new ReentrantReadWriteLock().writeLock()),
    new Kind("write lock, fair", () -> new ReentrantReadWriteLock(true).writeLock())
  };

  private static final int ROUNDS = 200;

  private final ToldWaits told = new ToldWaits();
  private ContentionListener listening = told;

  ContentionTest(ThreadKind kind) {
    super(kind);
  }

  private void listen(ContentionListener listener) {
    listening = listener;
    Contention.addListener(listener);
  }

  @AfterEach
  void listenNoLonger() {
    boolean _ = Contention.removeListener(listening);
  }

  private Worker startLocking(Lock lock) {
    return crew.start(() -> {
      lock.lock();
      lock.unlock();
    });
  }

  private Wait awaitWaitOf(Worker worker) {
    Await.until(
        worker.thread() + " waits",
        () -> told.firstOf(worker.thread()) != null && isAsleep(worker.thread()));
    return Objects.requireNonNull(told.firstOf(worker.thread()));
  }

  private static boolean isAsleep(Thread thread) {
    return java.util.concurrent.locks.LockSupport.getBlocker(thread) != null;
  }

  @ParameterizedTest
  @FieldSource("LOCKS")
  void waitKnowsWhoHoldsTheLock(Kind kind) {
    listen(told);
    Lock lock = kind.make().get();
    lock.lock();
    Wait wait = awaitWaitOf(startLocking(lock));
    assertThat(wait.previousOwner()).isSameAs(Thread.currentThread());
    assertThat(wait.currentOwner()).isSameAs(Thread.currentThread());
    assertThat(wait.outcome()).isNull();
    lock.unlock();
    Await.until("the wait ends", () -> told.ended().contains(wait));
  }

  @ParameterizedTest
  @FieldSource("LOCKS")
  void whoIsToldThatItHasTheLockIsItsOwner(Kind kind) {
    AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
    listen(
        new ContentionListener() {
          @Override
          public void waitBegan(Wait wait) {
            told.waitBegan(wait);
          }

          @Override
          public void waitEnded(Wait wait) {
            owner.set(wait.currentOwner());
          }
        });
    Lock lock = kind.make().get();
    lock.lock();
    Worker worker = startLocking(lock);
    Wait _ = awaitWaitOf(worker);
    lock.unlock();
    worker.join();
    assertThat(owner).hasValue(worker.thread());
  }

  @ParameterizedTest
  @FieldSource("LOCKS")
  void releaseIsChargedWhatOthersWaited(Kind kind) {
    listen(told);
    Lock lock = kind.make().get();
    lock.lock();
    Wait wait = awaitWaitOf(startLocking(lock));
    long before = wait.nanos();
    lock.unlock();
    assertThat(told.released()).isNotEmpty();
    Release release = told.released().getFirst();
    assertThat(release.subject()).isSameAs(wait.subject());
    assertThat(release.thread()).isSameAs(Thread.currentThread());
    assertThat(release.waiters()).isEqualTo(1);
    assertThat(release.nanos()).isEqualTo(release.longest()).isGreaterThanOrEqualTo(before);
    Await.until("the wait ends", () -> told.ended().contains(wait));
  }

  @ParameterizedTest
  @FieldSource("LOCKS")
  void eachNanosecondOfAWaitIsChargedToOneRelease(Kind kind) {
    listen(told);
    Lock lock = kind.make().get();
    lock.lock();
    Worker first = startLocking(lock);
    Wait wait = awaitWaitOf(first);
    Worker second = startLocking(lock);
    Wait other = awaitWaitOf(second);
    lock.unlock();
    first.join();
    second.join();
    Release mine =
        told.released().stream()
            .filter(release -> release.thread() == Thread.currentThread())
            .findFirst()
            .orElseThrow();
    assertThat(mine.waiters()).isEqualTo(2);
    assertThat(mine.nanos()).isBetween(mine.longest(), 2 * mine.longest());
    long charged = told.released().stream().mapToLong(Release::nanos).sum();
    assertThat(charged).isLessThanOrEqualTo(wait.nanos() + other.nanos());
  }

  @ParameterizedTest
  @FieldSource("LOCKS")
  void waitersThatComeAtTheSameTimeAllCount(Kind kind) {
    listen(told);
    for (int i = 0; i < ROUNDS; i++) {
      Lock lock = kind.make().get();
      lock.lock();
      CyclicBarrier start = new CyclicBarrier(2);
      Worker first = startLockingAt(start, lock);
      Worker second = startLockingAt(start, lock);
      Wait wait = awaitWaitOf(first);
      Wait _ = awaitWaitOf(second);
      lock.unlock();
      first.join();
      second.join();
      assertThat(told.released())
          .filteredOn(release -> release.subject() == wait.subject())
          .filteredOn(release -> release.thread() == Thread.currentThread())
          .extracting(Release::waiters)
          .containsExactly(2);
    }
  }

  private Worker startLockingAt(CyclicBarrier start, Lock lock) {
    return crew.start(() -> {
      int _ = start.await();
      lock.lock();
      lock.unlock();
    });
  }

  @ParameterizedTest
  @FieldSource("LOCKS")
  void timedOutWaitIsToldAsSuch(Kind kind) {
    listen(told);
    Lock lock = kind.make().get();
    lock.lock();
    Worker worker = crew.start(() -> assertThat(lock.tryLock(1, TimeUnit.MILLISECONDS)).isFalse());
    worker.join();
    assertThat(Objects.requireNonNull(told.firstOf(worker.thread())).outcome())
        .isEqualTo(Outcome.TIMED_OUT);
    lock.unlock();
    assertThat(told.released()).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("LOCKS")
  void lockThatIsFreeIsNotTold(Kind kind) {
    listen(told);
    Lock lock = kind.make().get();
    Worker worker = startLocking(lock);
    worker.join();
    assertThat(told.firstOf(worker.thread())).isNull();
  }

  @ParameterizedTest
  @FieldSource("LOCKS")
  void listenerThatThrowsLosesNoLock(Kind kind) {
    AtomicInteger calls = new AtomicInteger();
    listen(
        new ContentionListener() {
          @Override
          public void waitBegan(Wait wait) {
            told.waitBegan(wait);
            calls.incrementAndGet();
            throw new IllegalStateException("a listener fails, as it should in this test");
          }

          @Override
          public void waitEnded(Wait wait) {
            calls.incrementAndGet();
            throw new OutOfMemoryError("thrown by a test");
          }

          @Override
          public void released(Release release) {
            calls.incrementAndGet();
            throw new StackOverflowError("thrown by a test");
          }
        });
    Lock lock = kind.make().get();
    lock.lock();
    Worker worker = startLocking(lock);
    Wait _ = awaitWaitOf(worker);
    lock.unlock();
    worker.join();
    assertThat(lock.tryLock()).isTrue();
    lock.unlock();
    assertThat(calls.get()).isEqualTo(3);
  }

  @ParameterizedTest
  @FieldSource("LOCKS")
  void listenerMayWaitForAnotherLockAndIsNotToldOfThat(Kind kind) {
    Lock inner = kind.make().get();
    AtomicInteger calls = new AtomicInteger();
    listen(
        new ContentionListener() {
          @Override
          public void waitBegan(Wait wait) {
            calls.incrementAndGet();
            told.waitBegan(wait);
            inner.lock();
            inner.unlock();
          }
        });
    Lock lock = kind.make().get();
    lock.lock();
    inner.lock();
    Worker worker = startLocking(lock);
    Wait wait = awaitWaitOf(worker);
    inner.unlock();
    lock.unlock();
    worker.join();
    assertThat(calls.get()).isEqualTo(1);
    assertThat(wait.outcome()).isEqualTo(Outcome.ACQUIRED);
  }

  @Test
  void removedListenerIsToldTheEndOfWhatItWasToldTheBeginning() {
    listen(told);
    Mutex mutex = new Mutex();
    mutex.lock();
    Worker worker = startLocking(mutex);
    Wait wait = awaitWaitOf(worker);
    assertThat(Contention.removeListener(told)).isTrue();
    Worker untold = startLocking(mutex);
    untold.awaitBlocked();
    mutex.unlock();
    worker.join();
    untold.join();
    assertThat(told.began()).containsExactly(wait);
    assertThat(told.ended()).containsExactly(wait);
    assertThat(told.released()).isEmpty();
  }

  @Test
  void listenersComeAndGoWhileThreadsWait() {
    Mutex mutex = new Mutex();
    List<ToldWaits> all = List.of(new ToldWaits(), new ToldWaits(), new ToldWaits());
    AtomicInteger left = new AtomicInteger(3);
    for (int i = 0; i < 3; i++) {
      crew.start(() -> {
        for (int n = 0; n < 500; n++) {
          mutex.lock();
          Thread.yield();
          mutex.unlock();
        }
        left.decrementAndGet();
      });
    }
    while (left.get() > 0) {
      for (ToldWaits one : all) {
        Contention.addListener(one);
      }
      Thread.yield();
      for (ToldWaits one : all) {
        assertThat(Contention.removeListener(one)).isTrue();
      }
    }
    for (ToldWaits one : all) {
      Await.until("all ends are told", () -> one.ended().size() == one.began().size());
      assertThat(one.ended()).containsExactlyInAnyOrderElementsOf(one.began());
    }
  }

  @Test
  void listenerThatIsAddedTwiceIsToldTwice() {
    listen(told);
    Contention.addListener(told);
    Mutex mutex = new Mutex();
    mutex.lock();
    Worker worker = startLocking(mutex);
    Wait wait = awaitWaitOf(worker);
    mutex.unlock();
    worker.join();
    assertThat(told.began()).containsExactly(wait, wait);
    assertThat(Contention.removeListener(told)).isTrue();
    assertThat(Contention.removeListener(told)).isTrue();
    assertThat(Contention.removeListener(told)).isFalse();
  }

  @Test
  @SuppressWarnings("NullAway") // null is what is tested
  void nullIsNoListener() {
    assertThatNullPointerException().isThrownBy(() -> Contention.addListener(null));
    assertThatNullPointerException().isThrownBy(() -> Contention.removeListener(null));
  }

  @Test
  void nameOfTheLockIsTold() {
    listen(told);
    Mutex mutex = Names.name(new Mutex(), "orders");
    mutex.lock();
    Worker worker = startLocking(mutex);
    Wait wait = awaitWaitOf(worker);
    assertThat(wait.name()).isEqualTo("orders");
    mutex.unlock();
    worker.join();
    assertThat(told.released().getFirst().name()).isEqualTo("orders");
  }
}
