package io.pawl.internal.slots;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Slots in an array, in each of which one platform thread notes what it is doing, by plain stores,
 * and others read that. What is noted, and when it counts, is the business of the owner of the
 * slots.
 */
public abstract class ThreadSlots {

  /*
   * Slot, a pair of cache lines of its own
   *   word i      bits 0-2    NOTE     the subclass's; 0 while the thread holds nothing there
   *               bit 3       TAG      1; unless the slot has never been owned, then the word is 0
   *               bits 4-63   owner    the id of a platform thread
   *   word i + 1  the subclass's
   *
   * A thread has one place, its id modulo the number of slots. The word without the note, the key, is
   * an index into the array as well, once it is cut to its length: TAG keeps the first slot away from
   * the length, which all readers read. Virtual threads own nothing: they would outnumber the slots.
   *
   * Invariants
   *   S1  A slot whose word bears the id of a living thread is written by that thread alone, so it counts
   *       with plain arithmetic.
   *   S2  A slot changes hands, under the claim, only when its owner is dead and it holds nothing: a
   *       thread that dies with a hold keeps it. What is held is read after the owner has been found
   *       dead, and the dead write no more.
   *
   * Memory order
   *   words     plain by their owner, acquire by others. The reads are plain as well: a thread finds its
   *             id there if it is the owner, and then sees its own stores. Words of 64 bits are read and
   *             written as a whole.
   *   owners    guarded by the claim; the look before it is a guess
   */

  /** Access to the words in modes of their own. */
  protected static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private static final AtomicIntegerFieldUpdater<ThreadSlots> CLAIM =
      AtomicIntegerFieldUpdater.newUpdater(ThreadSlots.class, "claim");

  /** The words between two slots, 128 bytes: processors fetch lines in pairs. */
  private static final int STRIDE_SHIFT = 4;

  /** The distance between two slots, in words. */
  protected static final int STRIDE = 1 << STRIDE_SHIFT;

  /** Where the first slot is. */
  protected static final int FIRST = STRIDE / 2;

  private static final int TAG = FIRST;

  /** The part of a slot's first word that is free for notes. */
  protected static final int NOTE = TAG - 1;

  /** How many slots there are: a power of two, some for each processor. */
  public static final int LENGTH =
      Integer.highestOneBit(
          Math.clamp(8L * Runtime.getRuntime().availableProcessors() - 1, 32, 256));

  private static final int INDEX_MASK = (LENGTH << STRIDE_SHIFT) - 1;

  private final long[] words = new long[LENGTH << STRIDE_SHIFT];

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of references to threads and nothing else
  private final @Nullable WeakReference<Thread>[] owners = new WeakReference[LENGTH];

  private volatile int claim;

  /** Constructs slots without owners. */
  protected ThreadSlots() {}

  /**
   * The words, for the fast paths.
   *
   * @return the array itself
   */
  public final long[] words() {
    return words;
  }

  /**
   * What is in the first word of a thread's slot while it notes nothing there.
   *
   * @param thread any thread
   * @return the key
   */
  public static long key(Thread thread) {
    return thread.threadId() << STRIDE_SHIFT | TAG;
  }

  /**
   * Where the slot of a thread is.
   *
   * @param key of the thread
   * @return the index of its first word
   */
  public static int index(long key) {
    return (int) key & INDEX_MASK;
  }

  /**
   * Gives the current thread its slot.
   *
   * @return false if it is virtual or the slot is somebody else's
   */
  public final boolean claim() {
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
    return (owner == null || !owner.isAlive()) && !isHeld(i);
  }

  /**
   * Whether the owner of a slot holds something there; reads in acquire mode.
   *
   * @param i the index of the slot
   * @return whether the slot must not change hands
   */
  protected abstract boolean isHeld(int i);

  /**
   * Whether the current thread has a slot.
   *
   * @return true for the owner
   */
  public final boolean isOwner() {
    long key = key(Thread.currentThread());
    return ((long) WORD.getAcquire(words, index(key)) & ~NOTE) == key;
  }
}
