package io.pawl.locks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The tools of the JDK see who holds and who waits, though the threads wait in native code. */
@ParameterizedClass
@EnumSource(Locks.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class OwnerVisibilityTest extends Kit {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Locks kindOfLock;
  private final Lock lock;

  OwnerVisibilityTest(Locks kindOfLock) {
    super(ThreadKind.PLATFORM);
    this.kindOfLock = kindOfLock;
    this.lock = kindOfLock.make().lock();
  }

  private Worker startWaiter() {
    Worker worker =
        crew.start(() -> {
          lock.lock();
          lock.unlock();
        });
    worker.awaitBlocked();
    return worker;
  }

  private static ThreadInfo info(Thread thread) {
    return THREADS.getThreadInfo(new long[] {thread.threadId()}, true, true)[0];
  }

  /** Pawl's locks among those that a thread is shown to hold. */
  private static List<Integer> owned(Thread thread) {
    return Arrays.stream(info(thread).getLockedSynchronizers())
        .filter(each -> each.getClassName().startsWith("io.pawl."))
        .map(LockInfo::getIdentityHashCode)
        .toList();
  }

  // ---- Threads and locks

  @Test
  void holderIsShownToOwnWhatTheWaiterWaitsFor() {
    lock.lock();
    Worker waiter = startWaiter();
    Object blocker = LockSupport.getBlocker(waiter.thread());
    assertThat(owned(Thread.currentThread())).containsExactly(System.identityHashCode(blocker));
    lock.unlock();
    waiter.join();
    assertThat(owned(Thread.currentThread())).isEmpty();
  }

  @Test
  void waiterThatGotTheLockIsShownAsItsHolder() throws Exception {
    lock.lock();
    CyclicBarrier barrier = new CyclicBarrier(2);
    Worker waiter =
        crew.start(() -> {
          lock.lock();
          meet(barrier);
          meet(barrier);
          lock.unlock();
        });
    waiter.awaitBlocked();
    List<Integer> before = owned(Thread.currentThread());
    lock.unlock();
    meet(barrier);
    assertThat(owned(waiter.thread())).isEqualTo(before).hasSize(1);
    assertThat(owned(Thread.currentThread())).isEmpty();
    meet(barrier);
    waiter.join();
  }

  @Test
  @SuppressWarnings("WaitNotInLoop") // any return will do
  void holderThatWaitsForAConditionIsNotShownAsHolder() {
    java.util.concurrent.locks.Condition condition = lock.newCondition();
    Worker waiter =
        crew.start(() -> {
          lock.lock();
          try {
            condition.awaitUninterruptibly();
          } finally {
            lock.unlock();
          }
        });
    waiter.awaitBlocked();
    assertThat(owned(waiter.thread())).isEmpty();
    lock.lock();
    condition.signalAll();
    lock.unlock();
    waiter.join();
  }

  // ---- Deadlocks

  @Test
  void deadlockOfTwoLocksIsFound() {
    assertDeadlockIsFound(lock, kindOfLock.make().lock());
  }

  @Test
  void deadlockWithALockOfAnotherKindIsFound() {
    assertDeadlockIsFound(lock, new Mutex());
  }

  @Test
  void deadlockWithALockOfTheJdkIsFound() {
    assertDeadlockIsFound(lock, new java.util.concurrent.locks.ReentrantLock());
  }

  /** Two threads take the locks in opposite order; an interrupt of one of them ends it. */
  private void assertDeadlockIsFound(Lock one, Lock other) {
    CyclicBarrier barrier = new CyclicBarrier(2);
    Worker first = crew.start(() -> lockBoth(one, other, barrier));
    Worker second = crew.start(() -> lockBoth(other, one, barrier));
    assertDeadlocked(first, second);
  }

  private static void lockBoth(Lock one, Lock other, CyclicBarrier barrier) throws Exception {
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
  void deadlockWithAMonitorIsFound() {
    Object monitor = new Object();
    CyclicBarrier barrier = new CyclicBarrier(2);
    Worker first =
        crew.start(() -> {
          synchronized (monitor) {
            meet(barrier);
            try {
              lock.lockInterruptibly();
              lock.unlock();
            } catch (InterruptedException _) {
              // This thread was chosen to break the deadlock.
            }
          }
        });
    Worker second =
        crew.start(() -> {
          lock.lock();
          meet(barrier);
          synchronized (monitor) {
            lock.unlock();
          }
        });
    assertDeadlocked(first, second);
  }

  private static void assertDeadlocked(Worker first, Worker second) {
    Await.until("the deadlock is found", () -> isDeadlocked(first) && isDeadlocked(second));
    first.interrupt();
    first.join();
    second.join();
    assertThat(isDeadlocked(first) || isDeadlocked(second)).isFalse();
  }

  private static boolean isDeadlocked(Worker worker) {
    long[] found = THREADS.findDeadlockedThreads();
    return found != null && Arrays.stream(found).anyMatch(id -> id == worker.thread().threadId());
  }

  private static void meet(CyclicBarrier barrier) throws Exception {
    int _ = barrier.await(20, SECONDS);
  }

  // ---- Thread dumps

  @Test
  void jstackShowsHolderAndWaiter() throws IOException, InterruptedException {
    assertShown("jstack", "-l", pid());
  }

  @Test
  void jcmdShowsHolderAndWaiter() throws IOException, InterruptedException {
    assertShown("jcmd", pid(), "Thread.print", "-l");
  }

  private static String pid() {
    return Long.toString(ProcessHandle.current().pid());
  }

  /** What one thread waits for is among the synchronizers that the other owns. */
  private void assertShown(String... command) throws IOException, InterruptedException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", command[0]);
    Assumptions.assumeTrue(Files.isExecutable(tool), "a JDK with " + command[0]);
    command[0] = tool.toString();
    lock.lock();
    Worker waiter = startWaiter();
    String dump = run(command);
    lock.unlock();
    waiter.join();
    Matcher waiting =
        Pattern.compile(
                "parking to wait for +(<0x[0-9a-f]+>) \\((a io\\.pawl\\.locks\\.[\\w$]+)\\)")
            .matcher(about(waiter.thread(), dump));
    assertThat(waiting.find()).as(dump).isTrue();
    String owned = "\t- " + waiting.group(1) + " (" + waiting.group(2) + ")";
    assertThat(about(Thread.currentThread(), dump))
        .contains("Locked ownable synchronizers:", owned);
  }

  /** The part of a thread dump that tells about one thread. */
  private static String about(Thread thread, String dump) {
    int start = dump.indexOf("\n\"" + thread.getName() + "\" #" + thread.threadId() + " ");
    assertThat(start).as("%s in %s", thread, dump).isNotNegative();
    int end = dump.indexOf("\n\"", start + 1);
    return end < 0 ? dump.substring(start) : dump.substring(start, end);
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), UTF_8).replace("\r\n", "\n");
      assertThat(process.waitFor(20, SECONDS)).isTrue();
      return text;
    } finally {
      process.destroyForcibly();
    }
  }
}
