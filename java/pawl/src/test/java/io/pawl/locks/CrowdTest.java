package io.pawl.locks;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.atomic.AtomicWord;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Many threads, long waits, and a busy garbage collector. */
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "WaitNotInLoop" // only the result counts
})
class CrowdTest extends Kit {

  private static final int VIRTUAL = 1_000;
  private static final int PLATFORM = 8;
  private static final long LONG_MILLIS = 2_200;

  private final Mutex mutex = new Mutex();
  private final Condvar condition = mutex.newCondition();

  /** Guarded by the mutex. */
  private int arrived;

  /** Guarded by the mutex. */
  private boolean open;

  CrowdTest() {
    super(ThreadKind.MIXED);
  }

  @Test
  void virtualAndPlatformThreadsFightWhileTheHolderSleeps() {
    Crew virtual = new Crew(ThreadKind.VIRTUAL);
    Crew platform = new Crew(ThreadKind.PLATFORM);
    Worker.Task task =
        () -> {
          mutex.lock();
          arrived++;
          if (arrived % 100 == 0) {
            LockSupport.parkNanos(1_000_000);
          }
          while (!open) {
            condition.await();
          }
          arrived--;
          mutex.unlock();
        };
    virtual.start(VIRTUAL, task);
    platform.start(PLATFORM, task);
    Await.until("all wait for the gate", () -> waiting() == VIRTUAL + PLATFORM);
    mutex.lock();
    open = true;
    condition.signalAll();
    mutex.unlock();
    virtual.join();
    platform.join();
    mutex.lock();
    assertThat(arrived).isZero();
    mutex.unlock();
  }

  private int waiting() {
    mutex.lock();
    try {
      return condition.getWaitQueueLength();
    } finally {
      mutex.unlock();
    }
  }

  /** Longer than the nanoseconds that fit into 31 bits. */
  @Test
  void longTimeoutsAreNeverEarly() {
    RwLock rwLock = new RwLock();
    AtomicWord word = new AtomicWord();
    Mutex own = new Mutex();
    Mutex held = new Mutex();
    Condvar never = own.newCondition();
    held.lock();
    rwLock.writeLock().lock();
    for (int i = 0; i < 2; i++) {
      startTimed(() -> held.tryLock(LONG_MILLIS, MILLISECONDS));
      startTimed(() -> held.tryLock(LONG_MILLIS, MILLISECONDS));
      startTimed(() -> rwLock.readLock().tryLock(LONG_MILLIS, MILLISECONDS));
      startTimed(() -> rwLock.writeLock().tryLock(LONG_MILLIS, MILLISECONDS));
    }
    crew.start(2, () -> assertLong(() -> awaitNever(own, never)));
    crew.start(2, () -> assertLong(() -> waitOnWord(word)));
    crew.join();
    held.unlock();
    rwLock.writeLock().unlock();
  }

  private interface Timed {
    boolean attempt() throws InterruptedException;
  }

  private void startTimed(Timed timed) {
    Worker _ = crew.start(() -> assertLong(timed));
  }

  private static void assertLong(Timed timed) throws InterruptedException {
    long start = System.nanoTime();
    assertThat(timed.attempt()).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(LONG_MILLIS));
  }

  private static boolean awaitNever(Mutex own, Condvar never) throws InterruptedException {
    own.lock();
    try {
      return never.await(LONG_MILLIS, MILLISECONDS);
    } finally {
      own.unlock();
    }
  }

  /** A wait on a word may return for no reason, so it waits for what is left. */
  private static boolean waitOnWord(AtomicWord word) {
    long deadline = System.nanoTime() + MILLISECONDS.toNanos(LONG_MILLIS);
    for (long left; (left = deadline - System.nanoTime()) > 0; ) {
      if (!word.waitWhile(0, left, java.util.concurrent.TimeUnit.NANOSECONDS)) {
        return false;
      }
    }
    return false;
  }

  @Test
  void collectionsAroundTimeoutsBreakNothing() {
    AtomicBoolean stop = new AtomicBoolean();
    Worker collector =
        crew.start(() -> {
          while (!stop.get()) {
            System.gc();
          }
        });
    Crew workers = new Crew(ThreadKind.MIXED);
    workers.start(
        4,
        () -> {
          for (int i = 0; i < 25; i++) {
            if (mutex.tryLock(i % 7, MILLISECONDS)) {
              arrived++;
              boolean _ = condition.await(1, MILLISECONDS);
              arrived--;
              condition.signal();
              mutex.unlock();
            }
          }
        });
    workers.join();
    stop.set(true);
    collector.join();
    assertThat(mutex.isLocked()).isFalse();
    assertThat(mutex.hasQueuedThreads()).isFalse();
    assertThat(arrived).isZero();
  }
}
