package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.atomic.AtomicWord;
import io.pawl.platform.OsMutex;
import io.pawl.platform.PiMutex;
import java.util.concurrent.TimeUnit;

/**
 * What threads wait for, too: waits that platform threads spend in the operating system, where
 * their state stays {@code RUNNABLE}, and waits that have no end but the one they wait for.
 */
final class MoreScenes {

  static final WaitScenes.Scene[] ALL = {
    new WaitScenes.Scene("Lazy, running", MoreScenes::lazy),
    new WaitScenes.Scene("AtomicWord", MoreScenes::word),
    new WaitScenes.Scene("AtomicWord, any", MoreScenes::words),
    new WaitScenes.Scene("OsMutex", () -> LockScenes.locked(new OsMutex())),
    new WaitScenes.Scene("PiMutex", () -> LockScenes.locked(new PiMutex())),
    new WaitScenes.Scene("SharedMutex", SharedScenes::mutex),
    new WaitScenes.Scene("SharedRwLock, read", SharedScenes::read),
    new WaitScenes.Scene("SharedRwLock, write", SharedScenes::write),
    new WaitScenes.Scene("SharedRwLock, write behind a reader", SharedScenes::writeBehindReader),
    new WaitScenes.Scene("SharedSemaphore", SharedScenes::semaphore),
    new WaitScenes.Scene("SharedCondvar", SharedScenes::condvar),
    new WaitScenes.Scene("SharedSeqLock", SharedScenes::seqLock)
  };

  private MoreScenes() {}

  private static WaitScenes.Wait word() {
    AtomicWord word = new AtomicWord();
    return new WaitScenes.Wait(
        word,
        () -> word.waitWhile(0),
        () ->
            assertThat(word.waitWhileInterruptibly(0, WaitScenes.LONG, TimeUnit.SECONDS)).isTrue(),
        () -> {
          word.set(1);
          word.wakeAll();
        });
  }

  private static WaitScenes.Wait words() {
    AtomicWord[] words = {new AtomicWord(), new AtomicWord()};
    int[] expected = {0, 0};
    return new WaitScenes.Wait(
        words[0],
        () -> {
          int _ = AtomicWord.waitAny(words, expected);
        },
        () -> {
          int _ =
              AtomicWord.waitAnyInterruptibly(words, expected, WaitScenes.LONG, TimeUnit.SECONDS);
        },
        () -> {
          words[1].set(1);
          words[1].wakeAll();
        });
  }

  /** An initializer runs, in a thread of its own, until the wait is to end. */
  private static WaitScenes.Wait lazy() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Lazy<String> lazy =
        new Lazy<>(() -> {
          running.countDown();
          WaitScenes.awaitCalmly(over);
          return "value";
        });
    WaitScenes.startDaemon(lazy::get);
    WaitScenes.awaitCalmly(running);
    return new WaitScenes.Wait(lazy, lazy::get, lazy::get, over::countDown);
  }
}
