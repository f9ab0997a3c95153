package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.Semaphore;
import io.pawl.internal.park.Deadlines;
import io.pawl.locks.Condvar;
import io.pawl.locks.Mutex;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What becomes of the wakes that a thread consumes which waits for several things. One of them is a
 * bell, at whose ringing the thread does what the test wants, so each test goes one way only.
 */
@ParameterizedClass
@EnumSource(
    value = ThreadKind.class,
    names = {"PLATFORM", "VIRTUAL"})
// A test that fails leaves the lock as it is; a signal that comes for no reason is no failure.
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"})
class FirstOfTest extends Kit {

  private final Bell bell = new Bell();
  private final FirstOf first = new FirstOf();
  private final Semaphore semaphore = new Semaphore(0);
  private final Mutex mutex = new Mutex();

  FirstOfTest(ThreadKind kind) {
    super(kind);
    first.add(bell);
  }

  /** Something to wait for, which only the test makes ready. */
  private static final class Bell extends Alternative {

    /** What the thread does when the bell has rung; whether it has been taken. */
    private BooleanSupplier whenRung = () -> true;

    private volatile @Nullable Waiter record;
    private volatile boolean left;

    void ring() {
      Waiter w = Objects.requireNonNull(record);
      w.setStatus(Waiter.NOTIFIED);
      w.parker().unpark();
    }

    @Override
    protected boolean tryTake() {
      return false;
    }

    @Override
    boolean enlist(Waiter w) {
      w.setStatus(Waiter.WAITING);
      record = w;
      return false;
    }

    @Override
    boolean retry(Waiter w) {
      w.setStatus(Waiter.WAITING);
      return whenRung.getAsBoolean();
    }

    @Override
    void withdraw(Waiter w, boolean taken) {
      left = true;
    }
  }

  private int await() {
    return first.await(this, Deadlines.FOREVER);
  }

  private Worker startSelecting() {
    Worker worker = crew.start(() -> assertThat(first.at(await())).isSameAs(bell));
    worker.awaitBlocked();
    return worker;
  }

  private Worker startBehind(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  // ---- S2: no wake-up is lost

  @Test
  void permitThatComesTooLateReachesTheNextInTheQueue() {
    first.add(QueueAccess.alternativeOf(semaphore, 1));
    Worker selecting = startSelecting();
    Worker behind = startBehind(semaphore::acquire);
    bell.whenRung =
        () -> {
          semaphore.release();
          return true;
        };
    bell.ring();
    selecting.join();
    behind.join();
    assertThat(semaphore.hasQueuedThreads()).isFalse();
    assertThat(semaphore.availablePermits()).isZero();
  }

  @Test
  void mutexThatIsFreedTooLateReachesTheNextInTheQueue() {
    first.add(QueueAccess.alternativeOf(mutex, AcquireQueue.EXCLUSIVE));
    mutex.lock();
    Worker selecting = startSelecting();
    Worker behind =
        startBehind(() -> {
          mutex.lock();
          mutex.unlock();
        });
    CountDownLatch rung = new CountDownLatch(1);
    CountDownLatch freed = new CountDownLatch(1);
    bell.whenRung =
        () -> {
          rung.countDown();
          return awaitCalmly(freed);
        };
    bell.ring();
    awaitCalmly(rung);
    mutex.unlock();
    freed.countDown();
    selecting.join();
    behind.join();
    assertThat(mutex.hasQueuedThreads()).isFalse();
  }

  @Test
  void signalThatComesTooLateReachesTheNextOfTheCondition() {
    Condvar condition = mutex.newCondition();
    first.add(
        new ConditionAlternative(mutex, QueueAccess.queueOf(condition)) {
          @Override
          protected boolean takeHeld() {
            return false;
          }
        });
    Worker selecting = startSelecting();
    Worker behind =
        startBehind(() -> {
          mutex.lock();
          try {
            condition.await();
          } finally {
            mutex.unlock();
          }
        });
    bell.whenRung =
        () -> {
          mutex.lock();
          try {
            condition.signal();
          } finally {
            mutex.unlock();
          }
          return true;
        };
    bell.ring();
    selecting.join();
    behind.join();
  }

  private static boolean awaitCalmly(CountDownLatch latch) {
    try {
      return latch.await(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- S3: the thread does not sleep while a record is notified

  @Test
  void waitWithinTheWaitDoesNotUseUpTheWakeOfAnother() {
    Bell second = new Bell();
    first.add(second);
    Worker worker = crew.start(() -> assertThat(first.at(await())).isSameAs(second));
    worker.awaitBlocked();
    bell.whenRung =
        () -> {
          second.ring();
          // What a lock does that is found held: it parks, here until the permit is used up.
          Waiter mine = Objects.requireNonNull(bell.record);
          mine.parker().park(this, Deadlines.after(TimeUnit.HOURS.toNanos(1)), false);
          return false;
        };
    bell.ring();
    worker.join();
  }

  @Test
  void oneThatIsNotifiedInVainAgainAndAgainDoesNotKeepTheThreadFromAnother() {
    Bell second = new Bell();
    first.add(second);
    for (int round = 0; round < 20; round++) {
      bell.record = null;
      second.record = null;
      Worker worker = crew.start(() -> assertThat(first.at(await())).isSameAs(second));
      worker.awaitBlocked();
      bell.whenRung =
          () -> {
            if (Objects.requireNonNull(second.record).status() == Waiter.WAITING) {
              second.ring();
            }
            bell.ring();
            return false;
          };
      bell.ring();
      worker.join();
    }
  }

  // ---- S4: whatever is thrown, all records leave

  @Test
  void errorInAnAttemptLosesNoWake() {
    first.add(QueueAccess.alternativeOf(semaphore, 1));
    Worker selecting =
        crew.start(() -> assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(this::await));
    selecting.awaitBlocked();
    Worker behind = startBehind(semaphore::acquire);
    bell.whenRung =
        () -> {
          semaphore.release();
          throw new OutOfMemoryError("for the test");
        };
    bell.ring();
    selecting.join();
    behind.join();
    assertThat(bell.left).isTrue();
    assertThat(semaphore.hasQueuedThreads()).isFalse();
  }

  @Test
  void errorWhileListingLeavesNoRecordBehind() {
    first.add(QueueAccess.alternativeOf(semaphore, 1));
    first.add(QueueAccess.alternativeOf(mutex, AcquireQueue.EXCLUSIVE));
    first.add(
        new Alternative() {
          @Override
          protected boolean tryTake() {
            return false;
          }

          @Override
          boolean enlist(Waiter w) {
            throw new OutOfMemoryError("for the test");
          }

          @Override
          boolean retry(Waiter w) {
            throw new AssertionError();
          }

          @Override
          void withdraw(Waiter w, boolean taken) {
            throw new IllegalStateException("This too");
          }
        });
    mutex.lock();
    for (int round = 0; round < 50; round++) {
      crew.start(
              () -> assertThatExceptionOfType(IllegalStateException.class).isThrownBy(this::await))
          .join();
      assertThat(semaphore.hasQueuedThreads()).isFalse();
      assertThat(mutex.hasQueuedThreads()).isFalse();
    }
    mutex.unlock();
  }

  // ---- LockAlternative: L2 and L3

  /** A lock that is always held, and looked at when the test wants. */
  private static final class HeldLock extends AcquireQueue {
    final AtomicInteger attempts = new AtomicInteger();

    @Override
    protected boolean tryAcquire(int ask) {
      attempts.getAndIncrement();
      return false;
    }

    @Override
    protected boolean isAvailable(int reason) {
      return false;
    }

    @Override
    protected void giveBack(int ask) {
      throw new AssertionError("Nothing was granted");
    }
  }

  private Worker startSelecting(HeldLock lock) {
    first.add(
        new LockAlternative(AcquireQueue.EXCLUSIVE, lock) {
          @Override
          protected boolean tryTake() {
            return false;
          }

          @Override
          protected AcquireQueue queue() {
            return lock;
          }
        });
    return startSelecting();
  }

  @Test
  void lockIsNotHandedToAThreadThatWaitsForOtherThingsToo() {
    HeldLock lock = new HeldLock();
    Worker selecting = startSelecting(lock);
    assertThat(lock.handOff()).isFalse();
    assertThat(lock.threads()).containsExactly(selecting.thread());
    bell.ring();
    selecting.join();
    assertThat(lock.isEmpty()).isTrue();
  }

  @Test
  void threadThatIsWokenInVainGoesToTheEndOfTheQueueInTheEnd() {
    HeldLock lock = new HeldLock();
    Worker selecting = startSelecting(lock);
    Worker behind =
        startBehind(() ->
            assertThat(lock.acquire(this, AcquireQueue.EXCLUSIVE, true, Deadlines.FOREVER))
                .isEqualTo(AcquireQueue.INTERRUPTED));
    assertThat(lock.threads()).containsExactly(selecting.thread(), behind.thread());
    for (int wakes = 0; lock.threads().getFirst() == selecting.thread(); wakes++) {
      assertThat(wakes).isLessThanOrEqualTo(AcquireQueue.MAX_FRUITLESS);
      int before = lock.attempts.get();
      lock.released();
      Await.until("it has tried and looked again", () -> lock.attempts.get() >= before + 2);
    }
    assertThat(lock.threads()).isEqualTo(List.of(behind.thread(), selecting.thread()));
    bell.ring();
    behind.interrupt();
    crew.join();
    assertThat(lock.isEmpty()).isTrue();
  }
}
