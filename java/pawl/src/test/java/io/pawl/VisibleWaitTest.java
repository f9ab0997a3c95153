package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.locks.FairMutex;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwLock;
import io.pawl.locks.SeqLock;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What is seen of a thread that waits: soon it is {@code WAITING}, or {@code TIMED_WAITING},
 * whatever it waits for.
 */
@ParameterizedClass
@EnumSource(
    value = ThreadKind.class,
    names = {"PLATFORM", "VIRTUAL"})
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class VisibleWaitTest extends Kit {

  VisibleWaitTest(ThreadKind kind) {
    super(kind);
  }

  private void assertSeen(Worker worker, Thread.State state) {
    Await.until(worker.thread() + " is " + state, () -> worker.thread().getState() == state);
  }

  @ParameterizedTest
  @FieldSource("io.pawl.WaitScenes#ALL")
  void threadThatWaitsIsSeenWaiting(WaitScenes.Scene scene) {
    WaitScenes.Wait wait = scene.begin();
    Worker worker = crew.start(wait::await);
    assertSeen(worker, Thread.State.WAITING);
    wait.end();
    worker.join();
  }

  @ParameterizedTest
  @FieldSource("io.pawl.WaitScenes#ALL")
  void threadThatWaitsForALimitedTimeIsSeenTimedWaiting(WaitScenes.Scene scene) {
    WaitScenes.Wait wait = scene.begin();
    Worker worker = crew.start(wait::awaitTimed);
    assertSeen(worker, Thread.State.TIMED_WAITING);
    wait.end();
    worker.join();
  }

  @Test
  void managementNamesTheLockAndItsOwner() {
    Assumptions.assumeTrue(kind == ThreadKind.PLATFORM, "virtual threads are not shown");
    Lock[] locks = {
      new Mutex(),
      new FairMutex(),
      new ReentrantLock(),
      new ReentrantReadWriteLock().writeLock(),
      new RwLock().writeLock(),
      new SeqLock().writeLock()
    };
    for (Lock lock : locks) {
      lock.lock();
      Worker worker =
          crew.start(() -> {
            lock.lock();
            lock.unlock();
          });
      assertSeen(worker, Thread.State.WAITING);
      ThreadInfo info = info(worker.thread());
      assertThat(info.getLockInfo()).as(lock.toString()).isNotNull();
      assertThat(info.getLockOwnerId()).isEqualTo(Thread.currentThread().threadId());
      assertThat(info(Thread.currentThread()).getLockedSynchronizers())
          .anyMatch(held -> held.toString().equals(info.getLockName()));
      lock.unlock();
      worker.join();
    }
  }

  private static ThreadInfo info(Thread thread) {
    return ManagementFactory.getThreadMXBean()
        .getThreadInfo(new long[] {thread.threadId()}, true, true)[0];
  }
}
