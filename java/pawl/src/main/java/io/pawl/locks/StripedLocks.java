package io.pawl.locks;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A fixed number of locks, of which each key is assigned one: as little memory as one likes for as
 * many keys as there are, for which keys that share a lock exclude each other.
 *
 * {@snippet :
 * private final StripedLocks<Mutex> locks = new StripedLocks<>(64, Mutex::new);
 *
 * void update(String key) {
 *   try (var _ = locks.get(key).acquire()) {
 *     ...
 *   }
 * }
 * }
 *
 * <p>The locks may be of any kind: {@code FairMutex::new} or {@code () -> new ReentrantLock(true)}
 * for fair ones, {@code RwLock::new} for readers and writers. All they promise is promised here.
 * Equal keys have the same lock; which others have it too depends on their hash codes.
 *
 * <p><b>Several keys.</b> A thread that holds the lock of one key and locks that of another may
 * deadlock with one that does so in another order, or with itself if it is the same lock. {@link
 * #inOrder} gives the locks of several keys, each once, in an order that is the same for all.
 *
 * <p>Where keys must not share locks there is {@link KeyedLock}.
 *
 * <p><b>Cost.</b> All locks are made by the constructor; finding one is a hash code and a read.
 *
 * @param <L> the type of the locks
 * @see <a href="https://doi.org/10.1145/363744">M. Herlihy, N. Shavit, "The Art of Multiprocessor
 *     Programming", section 13.2.2, "A striped hash set"</a>
 */
public final class StripedLocks<L> {

  private static final int MAX_STRIPES = 1 << 24;

  /** Half of the golden ratio's bits: the product spreads hash codes that differ in a few bits. */
  private static final int SPREAD = 0x9E3779B9;

  /** A power of two of them; never changed. */
  private final List<L> locks;

  /** How far the spread hash code is shifted to be an index; 32, which shifts nothing, for one. */
  private final int shift;

  /**
   * Constructs the locks.
   *
   * @param stripes how many there are at least: the next power of two
   * @param maker makes one of them; all of those that it makes have to be different
   * @throws IllegalArgumentException if stripes is less than 1 or more than 16,777,216
   * @throws NullPointerException if maker is null or returns null
   */
  public StripedLocks(int stripes, Supplier<? extends L> maker) {
    if (stripes < 1 || stripes > MAX_STRIPES) {
      throw new IllegalArgumentException(
          "The number of stripes is not between 1 and " + MAX_STRIPES + ": " + stripes);
    }
    shift = Integer.numberOfLeadingZeros(stripes - 1);
    int size = stripes == 1 ? 1 : 1 << (Integer.SIZE - shift);
    List<L> made = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      made.add(Objects.requireNonNull(maker.get(), "a lock"));
    }
    locks = List.copyOf(made);
  }

  /**
   * The lock of a key.
   *
   * @param key the key
   * @return the same lock for equal keys
   * @throws NullPointerException if key is null
   */
  public L get(Object key) {
    return locks.get(indexOf(key));
  }

  /**
   * The lock at an index.
   *
   * @param index from 0 to {@link #size()}, exclusive
   * @return the lock
   * @throws IndexOutOfBoundsException if there is none
   */
  public L at(int index) {
    return locks.get(index);
  }

  /**
   * How many locks there are.
   *
   * @return the number, a power of two
   */
  public int size() {
    return locks.size();
  }

  /**
   * The locks of several keys, to be locked one after the other.
   *
   * @param keys the keys
   * @return a new list, with each lock once, by ascending index
   * @throws NullPointerException if keys or one of them is null
   */
  public List<L> inOrder(Collection<?> keys) {
    BitSet indexes = new BitSet(locks.size());
    for (Object key : keys) {
      indexes.set(indexOf(key));
    }
    List<L> ordered = new ArrayList<>(indexes.cardinality());
    for (int i = indexes.nextSetBit(0); i >= 0; i = indexes.nextSetBit(i + 1)) {
      ordered.add(locks.get(i));
    }
    return ordered;
  }

  private int indexOf(Object key) {
    return (int) (Integer.toUnsignedLong(key.hashCode() * SPREAD) >>> shift);
  }
}
