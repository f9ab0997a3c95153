package io.pawl.locks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Threads that wait in native code are visible to the tools of the JDK. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class VisibilityTest extends Kit {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  VisibilityTest() {
    super(ThreadKind.PLATFORM);
  }

  private static void lockAndUnlock(Lock lock) {
    lock.lock();
    lock.unlock();
  }

  private Worker startWaiter(Lock lock) {
    Worker worker = crew.start(() -> lockAndUnlock(lock));
    worker.awaitBlocked();
    return worker;
  }

  private static ThreadInfo info(Thread thread) {
    return THREADS.getThreadInfo(new long[] {thread.threadId()}, true, true)[0];
  }

  // ---- Who waits for what, who holds what

  @Test
  void blockerOfAWaitingThreadIsTheMutex() {
    Mutex mutex = new Mutex();
    mutex.lock();
    Worker waiter = startWaiter(mutex);
    assertThat(LockSupport.getBlocker(waiter.thread())).isSameAs(mutex);
    mutex.unlock();
    waiter.join();
    assertThat(LockSupport.getBlocker(waiter.thread())).isNull();
  }

  @Test
  void holderListsTheMutexAmongItsSynchronizers() {
    Mutex mutex = new Mutex();
    mutex.lock();
    assertThat(info(Thread.currentThread()).getLockedSynchronizers())
        .extracting(LockInfo::getIdentityHashCode)
        .contains(System.identityHashCode(mutex));
    mutex.unlock();
    assertThat(info(Thread.currentThread()).getLockedSynchronizers())
        .extracting(LockInfo::getIdentityHashCode)
        .doesNotContain(System.identityHashCode(mutex));
  }

  @Test
  void waiterThatGotTheMutexIsItsOwner() {
    Mutex mutex = new Mutex();
    mutex.lock();
    CyclicBarrier barrier = new CyclicBarrier(2);
    Worker waiter =
        crew.start(() -> {
          mutex.lock();
          int _ = barrier.await(20, SECONDS);
          int _ = barrier.await(20, SECONDS);
          mutex.unlock();
        });
    waiter.awaitBlocked();
    mutex.unlock();
    meet(barrier);
    assertThat(info(waiter.thread()).getLockedSynchronizers())
        .extracting(LockInfo::getIdentityHashCode)
        .contains(System.identityHashCode(mutex));
    meet(barrier);
    waiter.join();
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      int _ = barrier.await(20, SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  // ---- Deadlocks

  @Test
  void deadlockOfTwoMutexesIsFound() {
    assertDeadlockIsFound(new Mutex(), new Mutex());
  }

  @Test
  void deadlockOfAMutexAndAWriteLockIsFound() {
    assertDeadlockIsFound(new Mutex(), new RwLock().writeLock());
  }

  /** Two threads take the locks in opposite order; an interrupt of one of them ends it. */
  private void assertDeadlockIsFound(Lock one, Lock other) {
    CyclicBarrier barrier = new CyclicBarrier(2);
    Worker first = crew.start(() -> lockBoth(one, other, barrier));
    Worker second = crew.start(() -> lockBoth(other, one, barrier));
    Await.until("the deadlock is found", () -> isDeadlocked(first) && isDeadlocked(second));
    first.interrupt();
    first.join();
    second.join();
    assertThat(isDeadlocked(first)).isFalse();
  }

  private static void lockBoth(Lock one, Lock other, CyclicBarrier barrier) {
    one.lock();
    meet(barrier);
    try {
      other.lockInterruptibly();
      other.unlock();
    } catch (InterruptedException _) {
      // This thread was chosen to break the deadlock.
    } finally {
      one.unlock();
    }
  }

  @Test
  void deadlockOfAMutexAndAMonitorIsFound() {
    Mutex mutex = new Mutex();
    Object monitor = new Object();
    CyclicBarrier barrier = new CyclicBarrier(2);
    Worker first =
        crew.start(() -> {
          synchronized (monitor) {
            meet(barrier);
            try {
              mutex.lockInterruptibly();
              mutex.unlock();
            } catch (InterruptedException _) {
              // This thread was chosen to break the deadlock.
            }
          }
        });
    Worker second =
        crew.start(() -> {
          mutex.lock();
          meet(barrier);
          synchronized (monitor) {
            mutex.unlock();
          }
        });
    Await.until("the deadlock is found", () -> isDeadlocked(first) && isDeadlocked(second));
    first.interrupt();
    first.join();
    second.join();
  }

  private static boolean isDeadlocked(Worker worker) {
    long[] found = THREADS.findDeadlockedThreads();
    if (found != null) {
      for (long id : found) {
        if (id == worker.thread().threadId()) {
          return true;
        }
      }
    }
    return false;
  }

  // ---- jstack

  @Test
  void jstackShowsWhatAThreadWaitsFor() throws IOException, InterruptedException {
    Path jstack = Path.of(System.getProperty("java.home"), "bin", "jstack");
    Assumptions.assumeTrue(Files.isExecutable(jstack), "a JDK with jstack");
    Mutex mutex = new Mutex("orders");
    mutex.lock();
    Worker waiter = startWaiter(mutex);
    String dump = run(jstack.toString(), "-l", Long.toString(ProcessHandle.current().pid()));
    mutex.unlock();
    waiter.join();
    assertThat(dump)
        .contains("(waiting for Mutex orders)")
        .containsPattern("parking to wait for +<0x[0-9a-f]+> \\(a io\\.pawl\\.locks\\.Mutex\\)")
        .containsPattern("\t- <0x[0-9a-f]+> \\(a io\\.pawl\\.locks\\.Mutex\\)");
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), UTF_8);
      assertThat(process.waitFor(20, SECONDS)).isTrue();
      return text;
    } finally {
      process.destroyForcibly();
    }
  }

  // ---- Safepoints

  @Test
  void garbageCollectionProceedsWhileThreadsAreBlocked() {
    Mutex mutex = new Mutex();
    Crew both = new Crew(ThreadKind.MIXED);
    mutex.lock();
    both.start(50, () -> lockAndUnlock(mutex));
    Await.until("all wait", () -> mutex.getQueueLength() == 50);
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    mutex.unlock();
    both.join();
  }
}
