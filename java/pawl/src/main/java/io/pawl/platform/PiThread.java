package io.pawl.platform;

import io.pawl.internal.backend.PiLocks;
import io.pawl.internal.memory.WordSlab;
import io.pawl.internal.memory.Words;
import io.pawl.spi.NativeWait;
import java.lang.ref.Reference;

/**
 * A platform thread and its number in the system, by which the words of locks with priority
 * inheritance name it. Once it has ended, another thread may get the number.
 */
record PiThread(Thread thread, int number) {

  /** Where a word has the number. */
  static final int NUMBER = 0x3FFF_FFFF;

  static final WordSlab WORDS = new WordSlab();

  private static final ThreadLocal<PiThread> CURRENT =
      ThreadLocal.withInitial(() -> new PiThread(Thread.currentThread(), learn()));

  static PiThread current() {
    return CURRENT.get();
  }

  /** Learns the number of the current thread from the word of a lock that it takes. */
  private static int learn() {
    Object owner = new Object();
    long scratch = WORDS.lease(owner);
    try {
      int result = PiLocks.tryLock(scratch);
      if (result != 0) {
        throw SystemLock.failed(result);
      }
      int number = Words.getVolatile(scratch) & NUMBER;
      int _ = PiLocks.unlock(scratch);
      return number;
    } finally {
      Reference.reachabilityFence(owner);
    }
  }

  boolean hasEnded() {
    return !thread.isAlive();
  }

  /**
   * Whether the system says that the thread has ended, which the JVM is not told of every thread of
   * native code: nobody has the number, or somebody who is no such thread, or the current thread.
   */
  boolean isUnknownToTheSystem() {
    Object owner = new Object();
    long scratch = WORDS.lease(owner);
    try {
      Words.setVolatile(scratch, number);
      return switch (PiLocks.tryLock(scratch)) {
        case PiLocks.ESRCH, PiLocks.EOWNERDEAD, NativeWait.EPERM -> true;
        case PiLocks.EDEADLK -> thread != Thread.currentThread();
        default -> false;
      };
    } finally {
      Reference.reachabilityFence(owner);
    }
  }
}
