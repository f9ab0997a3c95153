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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Threads that wait in native code are visible to the tools of the JDK, which may stop them. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class VisibilityTest extends Kit {

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
