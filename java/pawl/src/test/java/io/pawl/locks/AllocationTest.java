package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pawl.atomic.AtomicWord;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
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
    acquireAndClose(mutex, 20_000);
    long before = allocated();
    acquireAndClose(mutex, 1_000_000);
    assertThat(allocated() - before).isZero();
  }

  private static void acquireAndClose(Mutex mutex, int times) {
    for (int i = 0; i < times; i++) {
      try (Mutex.Held _ = mutex.acquire()) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void readLocksAllocateNothingWhoeverReadsFirst() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    assertThatReadingAllocatesNothing(lock);
    crew.start(lock.readLock()::lock).join();
    assertThatReadingAllocatesNothing(lock);
  }

  private static void assertThatReadingAllocatesNothing(ReentrantReadWriteLock lock) {
    read(lock, 20_000);
    long before = allocated();
    read(lock, 1_000_000);
    assertThat(allocated() - before).isZero();
  }

  private static void read(ReentrantReadWriteLock lock, int times) {
    for (int i = 0; i < times; i++) {
      lock.readLock().lock();
      lock.readLock().lock();
      lock.readLock().unlock();
      lock.readLock().unlock();
    }
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
    long before = 0;
    for (int i = 0; i < 5_000; i++) {
      if (i == 500) {
        before = allocated();
      }
      mutex.lock();
      while (turn.get() % 2 != parity) {
        condition.await();
      }
      turn.getAndIncrement();
      condition.signal();
      mutex.unlock();
    }
    assertThat(allocated() - before).isLessThan(CONSTANT);
  }

  @Test
  void blockingOnAWordAllocatesNothing() {
    AtomicWord word = new AtomicWord();
    crew.start(() -> playWordPingPong(word, 0));
    crew.start(() -> playWordPingPong(word, 1));
    crew.join();
  }

  private static void playWordPingPong(AtomicWord word, int parity) {
    long before = 0;
    for (int i = 0; i < 10_000; i++) {
      if (i == 1_000) {
        before = allocated();
      }
      for (int seen; (seen = word.get()) % 2 != parity; ) {
        word.waitWhile(seen);
      }
      word.getAndAdd(1);
      word.wakeOne();
    }
    assertThat(allocated() - before).isLessThan(CONSTANT);
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
    long before = 0;
    for (int i = 0; i < 10_000; i++) {
      if (i == 1_000) {
        before = allocated();
      }
      while (turn.get() % 2 != parity) {
        LockSupport.parkNanos(turn, Long.MAX_VALUE);
      }
      turn.getAndIncrement();
      LockSupport.unpark(other);
    }
    assertThat(allocated() - before).isLessThan(CONSTANT);
  }

  @Test
  void permitsAllocateNothing() {
    Worker other = crew.start(LockSupport::park);
    takePermits(other.thread(), 20_000);
    long before = allocated();
    takePermits(other.thread(), 200_000);
    assertThat(allocated() - before).isZero();
    crew.join();
  }

  private static void takePermits(Thread other, int times) {
    for (int i = 0; i < times; i++) {
      LockSupport.unpark(other);
      LockSupport.unpark(Thread.currentThread());
      LockSupport.park();
    }
  }

  @Test
  void blockingOnAMutexAllocatesNothing() {
    Mutex mutex = new Mutex();
    Condvar pings = mutex.newCondition();
    AtomicLong blocked = new AtomicLong();
    // Two threads hand the mutex to and fro: each holds it until the other has come to wait.
    crew.start(
        2,
        () -> {
          long before = 0;
          for (int i = 0; i < 4_000; i++) {
            if (i == 1_000) {
              before = allocated();
            }
            mutex.lock();
            for (int spins = 0; spins < 2_000 && !mutex.hasQueuedThreads(); spins++) {
              Thread.onSpinWait();
            }
            if (mutex.hasQueuedThreads()) {
              blocked.getAndIncrement();
            }
            pings.signal();
            mutex.unlock();
          }
          assertThat(allocated() - before).isLessThan(CONSTANT);
        });
    crew.join();
    assertThat(blocked.get()).isPositive();
  }
}
