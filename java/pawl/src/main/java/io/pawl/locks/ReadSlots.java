package io.pawl.locks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The slots of an {@link RwLock} in which its readers count their holds, each thread in one that
 * only it writes. What the counts mean, and when they count, is the business of {@link RwSync}.
 */
final class ReadSlots {

  /*
   * Slot, a word in its own pair of cache lines
   *   bits 0-2    count     how often its owner holds the lock through the slot
   *   bit 3       TAG       1; unless the slot has never been owned, then the word is 0
   *   bits 4-63   owner     the id of a platform thread
   *
   * A thread has one place, its id modulo the number of slots. The word without the count, the key, is
   * an index into the array as well, once it is cut to its length: TAG keeps the first slot away from
   * the length, which all readers read. Virtual threads own nothing: they would outnumber the slots.
   *
   * The word after it counts the reads of a thread that fences, for its looks at the clock; it is written
   * like the slot, and nothing depends on it.
   *
   * Drain: even when nobody waits for the slots to be empty, odd from a certain moment of a closing
   * until one thread has found them empty.
   *
   * Invariants
   *   I1  A word that bears the id of a living thread is written by that thread alone, so it counts
   *       with plain arithmetic.
   *   I2  A slot changes hands, under the claim, only when its owner is dead and its count is 0: a
   *       thread that dies with a hold keeps it. The count is read after the owner has been found dead,
   *       and the dead write no more.
   *   I3  drain only grows, so a finish() that replaces the odd number which it had read before its scan
   *       knows that the drain was on all the while; of those that try, one succeeds.
   *
   * Memory order
   *   word      plain by its owner, after a release fence where a hold is dropped; acquire by the scan:
   *             what was read under a hold happens-before what follows a scan that has seen it dropped.
   *             The reads are plain as well: a thread finds its id there if it is the owner, and then
   *             sees its own stores. Words of 64 bits are read and written as a whole.
   *   drain     volatile; see RwSync
   *   owners    guarded by the claim; the look before it is a guess
   *   mayOpenAt, mayLightenAt, lightRest   volatile, only that they are not torn
   */
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private static final AtomicLongFieldUpdater<ReadSlots> DRAIN =
      AtomicLongFieldUpdater.newUpdater(ReadSlots.class, "drain");
  private static final AtomicIntegerFieldUpdater<ReadSlots> CLAIM =
      AtomicIntegerFieldUpdater.newUpdater(ReadSlots.class, "claim");

  /** The words between two slots, 128 bytes: processors fetch lines in pairs. */
  private static final int STRIDE_SHIFT = 4;

  private static final int STRIDE = 1 << STRIDE_SHIFT;
  private static final int TAG = STRIDE / 2;

  /** The count of a slot that is full; further holds are counted elsewhere. */
  static final int MAX_COUNT = TAG - 1;

  /** How many slots a lock has: a power of two, some for each processor. */
  static final int LENGTH =
      Integer.highestOneBit(
          Math.clamp(8L * Runtime.getRuntime().availableProcessors() - 1, 32, 256));

  private static final int INDEX_MASK = (LENGTH << STRIDE_SHIFT) - 1;

  /** How much longer than the last closing took what is to make the next one rare. */
  private static final int REST = 16;

  /** Every how many reads a thread that fences looks at the clock: a power of two. */
  static final int READS_TO_LOOK = 64;

  private final long[] words = new long[LENGTH << STRIDE_SHIFT];

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of references to threads and nothing else
  private final @Nullable WeakReference<Thread>[] owners = new WeakReference[LENGTH];

  private volatile long drain;
  private volatile int claim;

  /** When the slots may be opened again, on the clock of System.nanoTime(). */
  volatile long mayOpenAt = System.nanoTime();

  /** When readers may do without fences again, on the same clock. */
  volatile long mayLightenAt = mayOpenAt;

  /** How long readers are to fence after any closing: what the last one on their behalf demands. */
  private volatile long lightRest;

  /** The words, for the fast paths. */
  long[] words() {
    return words;
  }

  /** What is in the slot of a thread while it holds nothing there. */
  static long key(Thread thread) {
    return thread.threadId() << STRIDE_SHIFT | TAG;
  }

  /** Where the slot of a thread is. */
  static int index(long key) {
    return (int) key & INDEX_MASK;
  }

  /** Whether a word is that of a key, and does not count as many holds as it can. */
  static boolean canCountMore(long word, long key) {
    long count = word - key;
    return count >= 0 && count < MAX_COUNT;
  }

  /** Takes back a hold of the current thread; false if its slot counts none. */
  static boolean leave(long[] words) {
    long key = key(Thread.currentThread());
    int i = index(key);
    if (words[i] != key + 1) {
      return leaveOuter(words, i, key);
    }
    VarHandle.releaseFence();
    words[i] = key;
    return true;
  }

  private static boolean leaveOuter(long[] words, int i, long key) {
    long count = words[i] - key;
    if (count <= 1 || count > MAX_COUNT) {
      return false;
    }
    VarHandle.releaseFence();
    words[i]--;
    return true;
  }

  /** Counts a read of the current thread, whose slot is at an index; true when it should look. */
  static boolean isLookDue(long[] words, int i) {
    return (++words[i + 1] & (READS_TO_LOOK - 1)) == 0;
  }

  // ---- The slot of a thread

  /** Gives the current thread its slot; false if it is virtual or somebody else's slot. */
  boolean claim() {
    Thread current = Thread.currentThread();
    long key = key(current);
    int i = index(key);
    if (current.isVirtual() || !isClaimable(i)) {
      return false;
    }
    WeakReference<Thread> owner = new WeakReference<>(current);
    if (claim != 0 || !CLAIM.compareAndSet(this, 0, 1)) {
      return false;
    }
    try {
      if (!isClaimable(i)) {
        return false;
      }
      owners[i >> STRIDE_SHIFT] = owner;
      WORD.setVolatile(words, i, key);
      return true;
    } finally {
      claim = 0;
    }
  }

  private boolean isClaimable(int i) {
    WeakReference<Thread> reference = owners[i >> STRIDE_SHIFT];
    Thread owner = reference == null ? null : reference.get();
    return (owner == null || !owner.isAlive())
        && ((long) WORD.getAcquire(words, i) & MAX_COUNT) == 0;
  }

  /** Whether the current thread has a slot. */
  boolean isOwner() {
    long key = key(Thread.currentThread());
    return ((long) WORD.getAcquire(words, index(key)) & ~MAX_COUNT) == key;
  }

  // ---- The writer's side

  /**
   * Called once after each closing, while nobody can enter to stay: asks for the slots' being
   * empty.
   */
  void start() {
    long _ = DRAIN.getAndIncrement(this);
  }

  /** Whether somebody waits for the slots to be empty. */
  boolean isDraining() {
    return (drain & 1) != 0;
  }

  /** Ends the drain if one is on and the slots are empty; true for the one caller that ends it. */
  boolean finish() {
    long d = drain;
    return (d & 1) != 0 && isEmpty() && DRAIN.compareAndSet(this, d, d + 1);
  }

  private boolean isEmpty() {
    for (int i = TAG; i < words.length; i += STRIDE) {
      if (((long) WORD.getAcquire(words, i) & MAX_COUNT) != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes closings rare that cost as much as the one that began at the given time: for a multiple
   * of what it has taken, readers fence, if it had to fence for them, else the slots stay closed.
   */
  void rest(long closedAt, boolean wasLight) {
    long now = System.nanoTime();
    long rest = REST * (now - closedAt);
    if (wasLight) {
      lightRest = rest;
    } else {
      mayOpenAt = now + rest;
    }
    mayLightenAt = now + lightRest;
  }

  /** Whether the slots have rested. */
  boolean mayOpen() {
    return System.nanoTime() - mayOpenAt >= 0;
  }

  /** Whether no writer has closed the slots for so long that readers may do without fences. */
  boolean mayLighten() {
    return System.nanoTime() - mayLightenAt >= 0;
  }

  // ---- Inspection

  /** How many holds the slots count; an estimate while that changes. */
  int holds() {
    int sum = 0;
    for (int i = TAG; i < words.length; i += STRIDE) {
      sum += (int) ((long) WORD.getAcquire(words, i) & MAX_COUNT);
    }
    return sum;
  }
}
