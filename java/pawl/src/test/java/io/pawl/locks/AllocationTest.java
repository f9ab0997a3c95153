package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pawl.atomic.AtomicWord;
import io.pawl.testing.Allocation;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Locking and blocking allocate nothing in steady state. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class AllocationTest extends Kit {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a warmed-up loop may allocate, however many rounds it runs. */
  private static final long CONSTANT = 16_384;

  AllocationTest() {
    super(ThreadKind.PLATFORM);
  }

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  @Test
  void acquireAndCloseAllocateNothing() {
    Mutex mutex = new Mutex();
    acquireAndClose(mutex);
  }

  @Test
  void acquireAndCloseOfAFairMutexAllocateNothing() {
    FairMutex mutex = new FairMutex();
    Allocation allocation = new Allocation();
    for (int i = 0; i < 200_000; i++) {
      allocation.round(i);
      try (FairMutex.Held _ = mutex.acquire()) {
        Thread.onSpinWait();
      }
    }
    allocation.assertNone();
  }

  private static void acquireAndClose(Mutex mutex) {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 200_000; i++) {
      allocation.round(i);
      try (Mutex.Held _ = mutex.acquire()) {
        Thread.onSpinWait();
      }
    }
    allocation.assertNone();
  }

  @Test
  void readLocksAllocateNothingWhoeverReadsFirst() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    assertThatReadingAllocatesNothing(lock);
    crew.start(lock.readLock()::lock).join();
    assertThatReadingAllocatesNothing(lock);
  }

  private static void assertThatReadingAllocatesNothing(ReentrantReadWriteLock lock) {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 200_000; i++) {
      allocation.round(i);
      lock.readLock().lock();
      lock.readLock().lock();
      lock.readLock().unlock();
      lock.readLock().unlock();
    }
    allocation.assertNone();
  }

  @Test
  void signalsWithNobodyWaitingAllocateNothing() {
    Mutex mutex = new Mutex();
    Condvar condition = mutex.newCondition();
    mutex.lock();
    condition.signal();
    condition.signalAll();
    long before = allocated();
    for (int i = 0; i < 10_000; i++) {
      condition.signal();
      condition.signalAll();
    }
    assertThat(allocated() - before).isLessThan(CONSTANT);
    mutex.unlock();
  }

  @Test
  void waitingOnAConditionAllocatesNothing() {
    Mutex mutex = new Mutex();
    Condvar condition = mutex.newCondition();
    AtomicLong turn = new AtomicLong();
    crew.start(() -> playConditionPingPong(mutex, condition, turn, 0));
    crew.start(() -> playConditionPingPong(mutex, condition, turn, 1));
    crew.join();
  }

  private static void playConditionPingPong(
      Mutex mutex, Condvar condition, AtomicLong turn, int parity) throws InterruptedException {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 5_000; i++) {
      allocation.round(i);
      mutex.lock();
      while (turn.get() % 2 != parity) {
        condition.await();
      }
      turn.getAndIncrement();
      condition.signal();
      mutex.unlock();
    }
    allocation.assertNone();
  }

  @Test
  void blockingOnAWordAllocatesNothing() {
    AtomicWord word = new AtomicWord();
    crew.start(() -> playWordPingPong(word, 0));
    crew.start(() -> playWordPingPong(word, 1));
    crew.join();
  }

  private static void playWordPingPong(AtomicWord word, int parity) {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 10_000; i++) {
      allocation.round(i);
      for (int seen; (seen = word.get()) % 2 != parity; ) {
        word.waitWhile(seen);
      }
      word.getAndAdd(1);
      word.wakeOne();
    }
    allocation.assertNone();
  }

  @Test
  void parkingAllocatesNothing() {
    AtomicLong turn = new AtomicLong();
    Thread[] threads = new Thread[2];
    CountDownLatch ready = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      int parity = i;
      Worker worker =
          crew.start(() -> {
            ready.await();
            playParkPingPong(turn, parity, threads[1 - parity]);
          });
      threads[i] = worker.thread();
    }
    ready.countDown();
    crew.join();
  }

  private static void playParkPingPong(AtomicLong turn, int parity, Thread other) {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 10_000; i++) {
      allocation.round(i);
      while (turn.get() % 2 != parity) {
        LockSupport.parkNanos(turn, Long.MAX_VALUE);
      }
      turn.getAndIncrement();
      LockSupport.unpark(other);
    }
    allocation.assertNone();
  }

  @Test
  void permitsAllocateNothing() {
    Worker other = crew.start(LockSupport::park);
    takePermits(other.thread());
    crew.join();
  }

  private static void takePermits(Thread other) {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 200_000; i++) {
      allocation.round(i);
      LockSupport.unpark(other);
      LockSupport.unpark(Thread.currentThread());
      LockSupport.park();
    }
    allocation.assertNone();
  }

  @Test
  void blockingOnAMutexAllocatesNothing() {
    Mutex mutex = new Mutex();
    assertThatBlockingAllocatesNothing(mutex, mutex::hasQueuedThreads);
  }

  @Test
  void blockingOnAFairMutexAllocatesNothing() {
    FairMutex mutex = new FairMutex();
    assertThatBlockingAllocatesNothing(mutex, mutex::hasQueuedThreads);
  }

  private void assertThatBlockingAllocatesNothing(Lock mutex, BooleanSupplier hasQueuedThreads) {
    Condition pings = mutex.newCondition();
    AtomicLong blocked = new AtomicLong();
    // Two threads hand the mutex to and fro: each holds it until the other has come to wait.
    crew.start(
        2,
        () -> {
          Allocation allocation = new Allocation();
          for (int i = 0; i < 4_000; i++) {
            allocation.round(i);
            mutex.lock();
            for (int spins = 0; spins < 2_000 && !hasQueuedThreads.getAsBoolean(); spins++) {
              Thread.onSpinWait();
            }
            if (hasQueuedThreads.getAsBoolean()) {
              blocked.getAndIncrement();
            }
            pings.signal();
            mutex.unlock();
          }
          allocation.assertNone();
        });
    crew.join();
    assertThat(blocked.get()).isPositive();
  }
}
