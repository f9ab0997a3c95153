package io.pawl.atomic;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.memory.WordSlab;
import io.pawl.internal.memory.Words;
import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.Observation;
import io.pawl.internal.queue.WordQueue;
import io.pawl.observe.Wait;
import io.pawl.spi.NativeWait;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A 32-bit atomic outside the heap on which threads can wait: a futex.
 *
 * <p>The word is the whole state of the locks that one builds from it; the operating system keeps
 * the queue. Three functions suffice: {@link #waitWhile}, {@link #wakeOne} and {@link #wakeAll}.
 *
 * {@snippet :
 * final class TwoStateMutex {
 *   private final AtomicWord state = new AtomicWord();
 *
 *   void lock() {
 *     while (state.getAndSetAcquire(1) != 0) {
 *       state.waitWhile(1);
 *     }
 *   }
 *
 *   void unlock() {
 *     state.set(0);
 *     state.wakeOne();
 *   }
 * }
 * }
 *
 * <p><b>Waiting.</b> A wait blocks if the word holds the expected value, atomically with regard to
 * wakes: a wake that follows a change of the value reaches every thread that began to wait before.
 * A wait returns when it is woken, when the word holds another value to begin with, and possibly
 * for no reason, so callers loop on the state of their own. Wakes are not remembered.
 *
 * <p><b>Threads.</b> Platform threads wait in the operating system, for as long as the wait lasts,
 * whatever the system property {@code pawl.native.wait} says. Virtual threads, and threads that
 * wait interruptibly, wait in a queue of this object, without pinning a carrier. A wake that
 * reaches one thread takes it from either side in turn; each side is served in the order in which
 * its threads came where the operating system does so.
 *
 * <p><b>Memory.</b> A word takes a cache line of its own. The memory is freed with this object, by
 * the garbage collector, and never while any method runs, so no use of a closed or discarded word
 * touches memory that belongs to something else. {@link #close} makes further use an error, but for
 * wakes, which come late when a lock is closed by the thread that an unlock has let in.
 *
 * <p><b>Memory consistency effects</b> are those of the access mode that each method names, as
 * defined by {@link VarHandle}. Waits and wakes by themselves order nothing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/futex.2.html">futex(2)</a>
 * @see <a href="https://en.cppreference.com/w/cpp/atomic/atomic/wait">std::atomic::wait</a>
 */
public final class AtomicWord extends WordAccess implements AutoCloseable {

  /*
   * waiting   0..     how many threads wait; the word is open
   *           SHUT+n  closed for good; n threads are about to find that out
   *
   * A wait is counted by one read-modify-write, and close is a compare-and-set of 0 to SHUT, so a
   * thread waits or the word is closed, never both. The address is cleared afterwards.
   */
  private static final AtomicIntegerFieldUpdater<AtomicWord> WAITING =
      AtomicIntegerFieldUpdater.newUpdater(AtomicWord.class, "waiting");

  private static final AtomicIntegerFieldUpdater<AtomicWord> SOURCES =
      AtomicIntegerFieldUpdater.newUpdater(AtomicWord.class, "sources");

  private static final int SHUT = Integer.MIN_VALUE;
  private static final long CLOSED = 0;

  private static final WordSlab WORDS = new WordSlab();

  private final WordQueue queue;
  private final long home;
  private volatile int waiting;
  private volatile long address;

  /** Guarded by the queue's monitor. */
  private @Nullable RequeueTargets targets;

  /** How many words keep this one as a target. */
  private volatile int sources;

  /**
   * Constructs a word that holds 0.
   *
   * @throws OutOfMemoryError if there is no memory for it
   */
  public AtomicWord() {
    home = WORDS.lease(this);
    queue = new WordQueue(home);
    address = home;
  }

  /**
   * Constructs a word.
   *
   * @param initialValue the value that it holds
   * @throws OutOfMemoryError if there is no memory for it
   */
  public AtomicWord(int initialValue) {
    this();
    set(initialValue);
  }

  // ---- Waiting and waking

  /**
   * Waits until one of several words is woken, while each of them holds the value that is expected
   * of it. A wake that follows a change of a word, and that this wait does not need because another
   * word has ended it, is passed on to others that wait for that word. An interrupt does not end
   * the wait; the interrupted status is preserved.
   *
   * <p>Platform threads wait in the operating system where it has such a call (Linux since 5.16),
   * else in the queues of the words, as virtual threads do. A wait allocates memory.
   *
   * @param words the words, 1 to 128
   * @param expected for each the value on which to wait
   * @return the index of a word that was woken, or holds another value, or of any word for no
   *     reason
   * @throws IllegalArgumentException if there are no words or too many, or if the arrays differ in
   *     length
   * @throws IllegalStateException if one of the words is closed
   * @throws NullPointerException if an array or a word is null
   */
  public static int waitAny(AtomicWord[] words, int[] expected) {
    return WaitAny.await(words, expected, false, Deadlines.FOREVER);
  }

  /**
   * Waits as {@link #waitAny(AtomicWord[], int[])}, at most for the given time.
   *
   * @param words the words, 1 to 128
   * @param expected for each the value on which to wait
   * @param time the longest time to wait; zero or less only looks
   * @param unit the unit of time
   * @return the index of a word; -1 if the time has elapsed
   * @throws IllegalArgumentException as {@link #waitAny(AtomicWord[], int[])}
   * @throws IllegalStateException if one of the words is closed
   * @throws NullPointerException if an array, a word or unit is null
   */
  public static int waitAny(AtomicWord[] words, int[] expected, long time, TimeUnit unit) {
    return WaitAny.await(words, expected, false, Deadlines.after(unit.toNanos(time)));
  }

  /**
   * Waits as {@link #waitAny(AtomicWord[], int[])}, until interrupted.
   *
   * @param words the words, 1 to 128
   * @param expected for each the value on which to wait
   * @return the index of a word
   * @throws InterruptedException as {@link #waitWhileInterruptibly(int)}
   * @throws IllegalArgumentException as {@link #waitAny(AtomicWord[], int[])}
   * @throws IllegalStateException if one of the words is closed
   * @throws NullPointerException if an array or a word is null
   */
  public static int waitAnyInterruptibly(AtomicWord[] words, int[] expected)
      throws InterruptedException {
    return WaitAny.interruptibly(words, expected, Deadlines.FOREVER);
  }

  /**
   * Waits as {@link #waitAny(AtomicWord[], int[])}, until interrupted and at most for the given
   * time.
   *
   * @param words the words, 1 to 128
   * @param expected for each the value on which to wait
   * @param time the longest time to wait; zero or less only looks
   * @param unit the unit of time
   * @return the index of a word; -1 if the time has elapsed
   * @throws InterruptedException as {@link #waitWhileInterruptibly(int)}
   * @throws IllegalArgumentException as {@link #waitAny(AtomicWord[], int[])}
   * @throws IllegalStateException if one of the words is closed
   * @throws NullPointerException if an array, a word or unit is null
   */
  public static int waitAnyInterruptibly(
      AtomicWord[] words, int[] expected, long time, TimeUnit unit) throws InterruptedException {
    return WaitAny.interruptibly(words, expected, Deadlines.after(unit.toNanos(time)));
  }

  /** The queue of this word. */
  WordQueue queue() {
    return queue;
  }

  /**
   * Waits while the word holds the expected value. An interrupt does not end the wait; the
   * interrupted status is preserved.
   *
   * @param expected the value on which to wait
   * @throws IllegalStateException if this word is closed
   */
  public void waitWhile(int expected) {
    boolean _ = await(expected, WordQueue.ANY, Deadlines.FOREVER);
  }

  /**
   * Waits while the word holds the expected value, at most for the given time. An interrupt does
   * not end the wait; the interrupted status is preserved.
   *
   * @param expected the value on which to wait
   * @param time the longest time to wait; zero or less only looks
   * @param unit the unit of time
   * @return false if the time has elapsed; true if woken, if the word holds another value, or for
   *     no reason
   * @throws IllegalStateException if this word is closed
   * @throws NullPointerException if unit is null
   */
  public boolean waitWhile(int expected, long time, TimeUnit unit) {
    return await(expected, WordQueue.ANY, Deadlines.after(unit.toNanos(time)));
  }

  /**
   * Waits while the word holds the expected value, until interrupted.
   *
   * @param expected the value on which to wait
   * @throws InterruptedException if the current thread is interrupted, before or while it waits and
   *     before it is woken; the interrupted status is cleared
   * @throws IllegalStateException if this word is closed
   */
  public void waitWhileInterruptibly(int expected) throws InterruptedException {
    boolean _ = awaitInterruptibly(expected, WordQueue.ANY, Deadlines.FOREVER);
  }

  /**
   * Waits while the word holds the expected value, until interrupted and at most for the given
   * time.
   *
   * @param expected the value on which to wait
   * @param time the longest time to wait; zero or less only looks
   * @param unit the unit of time
   * @return false if the time has elapsed; true if woken, if the word holds another value, or for
   *     no reason
   * @throws InterruptedException as {@link #waitWhileInterruptibly(int)}
   * @throws IllegalStateException if this word is closed
   * @throws NullPointerException if unit is null
   */
  public boolean waitWhileInterruptibly(int expected, long time, TimeUnit unit)
      throws InterruptedException {
    return awaitInterruptibly(expected, WordQueue.ANY, Deadlines.after(unit.toNanos(time)));
  }

  /**
   * Waits while the word holds the expected value, for some wakes only: those by {@link #wakeBits}
   * that name one of the given bits, and those that name none. An interrupt does not end the wait;
   * the interrupted status is preserved. Platform threads too wait in the queue of this object, not
   * in the operating system.
   *
   * @param expected the value on which to wait
   * @param bits the bits; -1 for all
   * @throws IllegalArgumentException if bits is 0
   * @throws IllegalStateException if this word is closed
   */
  public void waitForBits(int expected, int bits) {
    boolean _ = await(expected, requireBits(bits), Deadlines.FOREVER);
  }

  /**
   * Waits as {@link #waitForBits(int, int)}, at most for the given time.
   *
   * @param expected the value on which to wait
   * @param bits the bits; -1 for all
   * @param time the longest time to wait; zero or less only looks
   * @param unit the unit of time
   * @return false if the time has elapsed; true if woken, if the word holds another value, or for
   *     no reason
   * @throws IllegalArgumentException if bits is 0
   * @throws IllegalStateException if this word is closed
   * @throws NullPointerException if unit is null
   */
  public boolean waitForBits(int expected, int bits, long time, TimeUnit unit) {
    return await(expected, requireBits(bits), Deadlines.after(unit.toNanos(time)));
  }

  /**
   * Waits as {@link #waitForBits(int, int)}, until interrupted.
   *
   * @param expected the value on which to wait
   * @param bits the bits; -1 for all
   * @throws InterruptedException as {@link #waitWhileInterruptibly(int)}
   * @throws IllegalArgumentException if bits is 0
   * @throws IllegalStateException if this word is closed
   */
  public void waitForBitsInterruptibly(int expected, int bits) throws InterruptedException {
    boolean _ = awaitInterruptibly(expected, requireBits(bits), Deadlines.FOREVER);
  }

  /**
   * Waits as {@link #waitForBits(int, int)}, until interrupted and at most for the given time.
   *
   * @param expected the value on which to wait
   * @param bits the bits; -1 for all
   * @param time the longest time to wait; zero or less only looks
   * @param unit the unit of time
   * @return false if the time has elapsed; true if woken, if the word holds another value, or for
   *     no reason
   * @throws InterruptedException as {@link #waitWhileInterruptibly(int)}
   * @throws IllegalArgumentException if bits is 0
   * @throws IllegalStateException if this word is closed
   * @throws NullPointerException if unit is null
   */
  public boolean waitForBitsInterruptibly(int expected, int bits, long time, TimeUnit unit)
      throws InterruptedException {
    return awaitInterruptibly(expected, requireBits(bits), Deadlines.after(unit.toNanos(time)));
  }

  private static int requireBits(int bits) {
    if (bits == 0) {
      throw new IllegalArgumentException("No bits, for which there are no wakes");
    }
    return bits;
  }

  private boolean await(int expected, int bits, long deadline) {
    if (!Observers.arePresent()) {
      return awaitUnobserved(expected, bits, deadline);
    }
    WaitRecord wait = Observation.began(this, Wait.Mode.PARK);
    int result = Observers.FAILED;
    try {
      boolean woken = awaitUnobserved(expected, bits, deadline);
      result = woken ? WordQueue.WOKEN : WordQueue.TIMED_OUT;
      return woken;
    } finally {
      Observers.ended(wait, result);
    }
  }

  private boolean awaitUnobserved(int expected, int bits, long deadline) {
    boolean listed = bits != WordQueue.ANY || Thread.currentThread().isVirtual();
    NativeWait os = listed ? null : Backend.current();
    enter();
    try {
      if (os == null) {
        return queue.await(this, expected, bits, false, deadline) != WordQueue.TIMED_OUT;
      }
      LockSupport.setCurrentBlocker(this);
      int result = os.await(home, expected, deadline, false);
      return switch (result) {
        case 0, NativeWait.EAGAIN, NativeWait.EINTR -> true;
        case NativeWait.ETIMEDOUT -> false;
        default -> throw new IllegalStateException("The native wait failed with error " + result);
      };
    } finally {
      Reference.reachabilityFence(this);
      LockSupport.setCurrentBlocker(null);
      WAITING.getAndAdd(this, -1);
    }
  }

  private boolean awaitInterruptibly(int expected, int bits, long deadline)
      throws InterruptedException {
    return switch (Observers.arePresent()
        ? queueObserved(expected, bits, deadline)
        : queueInterruptibly(expected, bits, deadline)) {
      case WordQueue.WOKEN -> true;
      case WordQueue.TIMED_OUT -> false;
      default -> throw new InterruptedException();
    };
  }

  private int queueObserved(int expected, int bits, long deadline) {
    WaitRecord wait = Observation.began(this, Wait.Mode.PARK);
    int result = Observers.FAILED;
    try {
      result = queueInterruptibly(expected, bits, deadline);
    } finally {
      Observers.ended(wait, result);
    }
    return result;
  }

  private int queueInterruptibly(int expected, int bits, long deadline) {
    enter();
    try {
      return queue.await(this, expected, bits, true, deadline);
    } finally {
      WAITING.getAndAdd(this, -1);
    }
  }

  /** Counts a wait of the current thread, which keeps the word open. */
  void enter() {
    if (WAITING.getAndAdd(this, 1) < 0) {
      WAITING.getAndAdd(this, -1);
      throw closed();
    }
  }

  /** Ends what {@link #enter} has begun. */
  void exit() {
    WAITING.getAndAdd(this, -1);
  }

  /**
   * Wakes one thread that waits on this word, if there is one. Without effect on a closed word, on
   * which nobody waits: an unlock may come after the last user has closed the word.
   */
  public void wakeOne() {
    wake(1);
  }

  /** Wakes all threads that wait on this word. Without effect on a closed word. */
  public void wakeAll() {
    wake(NativeWait.ALL);
  }

  /**
   * Wakes threads that wait on this word. Without effect on a closed word. Where the operating
   * system does not tell how many it has woken (Windows; macOS in part), and where count is more
   * than 65,535, more may be woken, as if for no reason.
   *
   * @param count how many at most; {@link Integer#MAX_VALUE} for all
   * @throws IllegalArgumentException if count is negative
   */
  public void wake(int count) {
    try {
      if (requireCount(count) > 0 && address != CLOSED) {
        queue.wakeAnywhere(count);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Wakes threads that wait on this word for one of the given bits, or without having named any:
   * first those in the queue of this object, in the order in which they came, then those in the
   * operating system. Without effect on a closed word. If threads wait in the queue, a wake
   * allocates memory, unlike {@link #wake}.
   *
   * @param count how many at most; {@link Integer#MAX_VALUE} for all
   * @param bits the bits; -1 for all
   * @throws IllegalArgumentException if count is negative or bits is 0
   * @throws OutOfMemoryError if there is no memory to choose whom to wake; nobody has been woken
   *     then, and {@link #wakeAll} needs none
   */
  public void wakeBits(int count, int bits) {
    try {
      int named = requireBits(bits);
      if (requireCount(count) > 0 && address != CLOSED) {
        queue.wakeByBits(count, named);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private static int requireCount(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("A negative number of threads: " + count);
    }
    return count;
  }

  /**
   * If the word holds the expected value, wakes one of the threads that wait on it and moves the
   * others to another word, where they wait as if they had begun to wait there. Threads that wait
   * in an operating system that knows no such call (Windows, macOS) are woken, all of them. So are
   * they while a thread waits there for this word and others ({@link #waitAny(AtomicWord[],
   * int[])}), and when they have been moved to 16 other words without ever all having returned.
   * When this method returns, a wake of the target finds those that have been moved. For {@link
   * #close} a thread counts where it began to wait.
   *
   * <p>Change this word before: a thread that a signal disturbs after it has been moved, as a
   * profiler may, compares this word again, and waits on it again if it holds what that thread has
   * expected.
   *
   * @param target the word to which they are moved
   * @param expected what this word has to hold
   * @return false, with nothing done, if it holds another value
   * @throws IllegalStateException if this word or the target is closed
   * @throws IllegalArgumentException if the target is this word
   * @throws OutOfMemoryError if there is no memory to do so; nothing has been done then
   */
  public boolean requeueTo(AtomicWord target, int expected) {
    if (target == this) {
      throw new IllegalArgumentException("A word cannot be requeued to itself");
    }
    try {
      long _ = address();
      long _ = target.address();
      synchronized (queue) {
        boolean kept = keep(target);
        return queue.requeue(expected, target.queue, kept);
      }
    } finally {
      Reference.reachabilityFence(this);
      Reference.reachabilityFence(target);
    }
  }

  private boolean keep(AtomicWord target) {
    RequeueTargets kept = targets;
    if (kept == null) {
      kept = new RequeueTargets();
      targets = kept;
    } else if (waiting == 0) {
      dropTargets();
    }
    return kept.keep(target);
  }

  /** Keeps no targets any more, unless threads that began elsewhere may be there. */
  private void dropTargets() {
    RequeueTargets kept = targets;
    if (kept != null && sources == 0) {
      kept.drop();
    }
  }

  void countSources(int change) {
    SOURCES.getAndAdd(this, change);
  }

  /** How many targets this word keeps. */
  int targets() {
    synchronized (queue) {
      return targets == null ? 0 : targets.count();
    }
  }

  /**
   * The address of the word, for native code that shares it. It stays valid while this object is
   * reachable. Where native access is denied it is no address but a number without meaning.
   *
   * @return the address, aligned to 64 bytes
   * @throws IllegalStateException if this word is closed
   */
  @Override
  public long address() {
    long a = address;
    if (a == CLOSED) {
      throw closed();
    }
    return a;
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("This AtomicWord is closed");
  }

  /**
   * Closes the word: wakes have no effect from now on, and every other method throws. Closing it
   * again has no effect.
   *
   * @throws IllegalStateException if threads wait on it; it stays open
   */
  @Override
  public void close() {
    for (int threads; (threads = waiting) >= 0 && !WAITING.compareAndSet(this, 0, SHUT); ) {
      if (threads > 0) {
        throw new IllegalStateException(
            "Not closed, since " + threads + " threads wait on this word");
      }
    }
    address = CLOSED;
    synchronized (queue) {
      dropTargets();
    }
  }

  /**
   * The value as a decimal number.
   *
   * @return the value, or {@code closed}
   */
  @Override
  public String toString() {
    long a = address;
    try {
      return a == CLOSED ? "closed" : Integer.toString(Words.getVolatile(a));
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
