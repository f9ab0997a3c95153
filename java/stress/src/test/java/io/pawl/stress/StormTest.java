package io.pawl.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.Limit;
import io.pawl.kit.Patience;
import io.pawl.locks.Condvar;
import io.pawl.locks.FairMutex;
import io.pawl.locks.Mutex;
import io.pawl.locks.RwLock;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Platform and virtual threads that lock, wait, time out and are interrupted at random: requeueing,
 * cancelling and handing over at once, which no scheduler can go through. A thread that sleeps for
 * ever fails the test with a thread dump.
 */
@Limit(180)
class StormTest {

  private static final int PLATFORM = 6;
  private static final int VIRTUAL = 6;
  private static final int ROUNDS = 100_000;

  /** Of a lock that changes hands each time. */
  private static final int FAIR_ROUNDS = 10_000;

  private static final long LIMIT_SECONDS = Patience.ofSeconds(100).toSeconds();

  @Test
  void mutexAndCondition() throws Exception {
    Mutex mutex = new Mutex();
    storm(mutex, mutex, mutex.newCondition(), ROUNDS);
    assertThat(mutex.isLocked()).isFalse();
    assertThat(mutex.getQueueLength()).isZero();
  }

  @Test
  void fairMutexAndCondition() throws Exception {
    FairMutex mutex = new FairMutex();
    storm(mutex, mutex, mutex.newCondition(), FAIR_ROUNDS);
    assertThat(mutex.isLocked()).isFalse();
    assertThat(mutex.hasQueuedThreads()).isFalse();
  }

  @Test
  void readWriteLockAndCondition() throws Exception {
    RwLock lock = new RwLock();
    storm(lock.writeLock(), lock.readLock(), lock.writeLock().newCondition(), ROUNDS);
    assertThat(lock.getReadLockCount()).isZero();
    assertThat(lock.isWriteLocked()).isFalse();
    assertThat(lock.getQueueLength()).isZero();
  }

  private static void storm(Lock lock, Lock other, Condvar changed, int rounds) throws Exception {
    assertThat(Pawl.describe()).isNotEmpty();
    Shared shared = new Shared();
    List<Thread> threads = new ArrayList<>();
    List<FutureTask<Long>> results = new ArrayList<>();
    for (int i = 0; i < PLATFORM + VIRTUAL; i++) {
      SplittableRandom random = new SplittableRandom(i);
      FutureTask<Long> task =
          new FutureTask<>(() -> {
            long written = 0;
            for (int round = 0; round < rounds; round++) {
              written += step(random, lock, other, changed, shared, threads);
            }
            return written;
          });
      results.add(task);
      threads.add(
          i < PLATFORM ? Thread.ofPlatform().unstarted(task) : Thread.ofVirtual().unstarted(task));
    }
    threads.forEach(Thread::start);
    long written = 0;
    for (FutureTask<Long> result : results) {
      written += result(result);
    }
    assertThat(shared.x).isEqualTo(written);
    assertThat(shared.y).isEqualTo(written);
  }

  /** One random operation; how many writes it has done. */
  @SuppressWarnings("WaitNotInLoop") // any return will do
  private static int step(
      SplittableRandom random,
      Lock lock,
      Lock other,
      Condvar changed,
      Shared shared,
      List<Thread> threads) {
    try {
      switch (random.nextInt(16)) {
        case 0 -> threads.get(random.nextInt(threads.size())).interrupt();
        case 1 -> {
          if (!lock.tryLock(random.nextInt(50_000), TimeUnit.NANOSECONDS)) {
            return 0;
          }
          return writeAndUnlock(lock, shared);
        }
        case 2 -> {
          lock.lockInterruptibly();
          return writeAndUnlock(lock, shared);
        }
        case 3, 4, 5 -> {
          other.lock();
          try {
            Interleavings.require(shared.x == shared.y, "a writer inside");
          } finally {
            other.unlock();
          }
        }
        case 6 -> {
          if (other.tryLock(random.nextInt(50_000), TimeUnit.NANOSECONDS)) {
            other.unlock();
          }
        }
        case 7 -> {
          lock.lock();
          try {
            boolean _ = changed.await(random.nextInt(200_000), TimeUnit.NANOSECONDS);
          } finally {
            lock.unlock();
          }
        }
        case 8 -> {
          lock.lock();
          changed.signal();
          return writeAndUnlock(lock, shared);
        }
        case 9 -> {
          lock.lock();
          changed.signalAll();
          return writeAndUnlock(lock, shared);
        }
        default -> {
          lock.lock();
          return writeAndUnlock(lock, shared);
        }
      }
    } catch (InterruptedException e) {
      // As intended.
    }
    return 0;
  }

  private static int writeAndUnlock(Lock lock, Shared shared) {
    shared.x++;
    shared.y++;
    lock.unlock();
    return 1;
  }

  private static long result(FutureTask<Long> task)
      throws InterruptedException, ExecutionException {
    try {
      return task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("A thread does not come back:\n" + dump(), e);
    }
  }

  private static String dump() {
    ThreadInfo[] threads = ManagementFactory.getThreadMXBean().dumpAllThreads(true, true);
    return Arrays.stream(threads).map(ThreadInfo::toString).collect(Collectors.joining());
  }

  private static final class Shared {
    private long x;
    private long y;
  }
}
