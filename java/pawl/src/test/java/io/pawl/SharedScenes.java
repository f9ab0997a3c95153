package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.shared.RegionOptions;
import io.pawl.shared.SharedCondvar;
import io.pawl.shared.SharedMutex;
import io.pawl.shared.SharedRegion;
import io.pawl.shared.SharedRwLock;
import io.pawl.shared.SharedSemaphore;
import io.pawl.shared.SharedSeqLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What processes share, waited for through one handle of a region while another, which stands for
 * another process, has it.
 */
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "WaitNotInLoop" // it has the loop
})
final class SharedScenes {

  private static final long BYTES = 1 << 22;

  private static final AtomicInteger NAMES = new AtomicInteger();

  private static @Nullable Handles handles;

  private SharedScenes() {}

  /** Two handles of one region, open for as long as the JVM runs. */
  private record Handles(SharedRegion holder, SharedRegion waiter) {}

  private static synchronized Handles handles() {
    Handles both = handles;
    if (both == null) {
      try {
        Path file = Files.createTempFile("pawl-scenes", "");
        file.toFile().deleteOnExit();
        RegionOptions options = RegionOptions.defaults().slots(4).names(1024);
        both =
            new Handles(
                SharedRegion.create(file, BYTES, options),
                SharedRegion.create(file, BYTES, options));
        handles = both;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return both;
  }

  private static String name() {
    return "scene " + NAMES.incrementAndGet();
  }

  static WaitScenes.Wait mutex() {
    Handles both = handles();
    String name = name();
    SharedMutex mine = both.waiter.mutex(name);
    return LockScenes.waitingFor(mine, mine, both.holder.mutex(name));
  }

  static WaitScenes.Wait read() {
    Handles both = handles();
    String name = name();
    SharedRwLock mine = both.waiter.rwLock(name);
    return LockScenes.waitingFor(mine, mine.readLock(), both.holder.rwLock(name).writeLock());
  }

  static WaitScenes.Wait write() {
    Handles both = handles();
    String name = name();
    SharedRwLock mine = both.waiter.rwLock(name);
    return LockScenes.waitingFor(mine, mine.writeLock(), both.holder.rwLock(name).writeLock());
  }

  static WaitScenes.Wait writeBehindReader() {
    Handles both = handles();
    String name = name();
    SharedRwLock mine = both.waiter.rwLock(name);
    return LockScenes.waitingFor(mine, mine.writeLock(), both.holder.rwLock(name).readLock());
  }

  static WaitScenes.Wait semaphore() {
    Handles both = handles();
    String name = name();
    SharedSemaphore mine = both.waiter.semaphore(name, 1);
    SharedSemaphore theirs = both.holder.semaphore(name, 1);
    theirs.acquireUninterruptibly();
    return new WaitScenes.Wait(
        mine,
        mine::acquireUninterruptibly,
        () -> assertThat(mine.tryAcquire(1, WaitScenes.LONG, TimeUnit.SECONDS)).isTrue(),
        theirs::release);
  }

  static WaitScenes.Wait condvar() {
    Handles both = handles();
    String name = name();
    SharedMutex mutex = both.waiter.mutex(name);
    SharedMutex theirs = both.holder.mutex(name);
    String condition = name();
    SharedCondvar mine = both.waiter.condvar(condition, mutex);
    boolean[] over = {false};
    return new WaitScenes.Wait(
        mine,
        () -> {
          mutex.lock();
          mine.awaitUntil(() -> over[0]);
          mutex.unlock();
        },
        () -> {
          mutex.lock();
          assertThat(mine.awaitUntil(() -> over[0], WaitScenes.LONG, TimeUnit.SECONDS)).isTrue();
          mutex.unlock();
        },
        () -> {
          theirs.lock();
          over[0] = true;
          both.holder.condvar(condition, theirs).signalAll();
          theirs.unlock();
        });
  }

  /** The other handle writes, in a thread of its own, until the wait is to end. */
  static WaitScenes.Wait seqLock() {
    Handles both = handles();
    String name = name();
    SharedSeqLock mine = both.waiter.seqLock(name, 8);
    SharedSeqLock theirs = both.holder.seqLock(name, 8);
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    WaitScenes.startDaemon(() ->
        theirs.write(_ -> {
          writing.countDown();
          WaitScenes.awaitCalmly(over);
        }));
    WaitScenes.awaitCalmly(writing);
    WaitScenes.Action write = () -> mine.write(_ -> {});
    return new WaitScenes.Wait(mine, write, write, over::countDown);
  }
}
