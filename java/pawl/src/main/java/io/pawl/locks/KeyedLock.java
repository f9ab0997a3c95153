package io.pawl.locks;

import com.google.errorprone.annotations.MustBeClosed;
import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.PartOf;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.queue.StackRoom;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A lock for each key: threads with equal keys exclude each other, threads with different ones
 * never do. What is kept for a key vanishes when nobody holds its lock or waits for it.
 *
 * {@snippet :
 * private final KeyedLock<String> locks = new KeyedLock<>();
 *
 * void update(String key) {
 *   try (var _ = locks.acquire(key)) {
 *     ...
 *   }
 * }
 * }
 *
 * <p>{@link #get} gives the lock of a key as a {@link Lock}, for timeouts, interrupts, and what
 * asks for a lock.
 *
 * <p><b>Keys</b> are compared by {@code equals}, and are not to change as long as they are locked.
 * Their {@code equals} is called, as by any {@link java.util.concurrent.ConcurrentHashMap}, while
 * others may have to wait for it, so it must not wait for other threads.
 *
 * <p><b>Reentrancy.</b> None. A thread that locks a key again gets an {@link
 * IllegalMonitorStateException}. It may hold several keys, and should lock them in an order that is
 * the same for all threads.
 *
 * <p><b>Fairness, interruption, timeouts, virtual threads, thread dumps</b> are those of {@link
 * Mutex}, or of {@link FairMutex} if so constructed: threads that wait for a key are then served in
 * the order in which they came.
 *
 * <p><b>Memory consistency effects.</b> Actions before an unlock of a key <i>happen-before</i>
 * those after a subsequent lock of an equal one.
 *
 * <p><b>Cost.</b> A lock is a look-up in a {@link ConcurrentHashMap} and two atomic
 * read-modify-writes; one of a key that is not in use allocates a mutex and an entry and inserts
 * them, and its unlock takes them out. That costs most of it: several times a look-up in a map of
 * locks that stay. {@link StripedLocks}, which lets keys share locks, allocates nothing.
 *
 * <p><b>Stack overflow and other errors.</b> A lock that throws, whatever it is, does not hold the
 * key. An unlock that throws anything but {@link IllegalMonitorStateException} has released the
 * key, unless it is what {@code equals} or {@code hashCode} has thrown in the unlock of a {@link
 * Lock} that {@link #get} has given: it looks the key up first, and the key is held still. An entry
 * that could not be removed, as when {@code equals} has thrown, is removed by the next use of the
 * key. After a {@link StackOverflowError} in an unlock {@link #isHeldByCurrentThread} tells whether
 * the key has been unlocked.
 *
 * @param <K> the type of the keys
 * @see <a
 *     href="https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/util/concurrent/ConcurrentHashMap.html">ConcurrentHashMap</a>
 */
public final class KeyedLock<K> {

  /*
   * Algorithm: a map from keys to entries, each a mutex and a count of its users: threads that hold the
   * mutex, wait for it, or are about to.
   *
   * Users of an entry
   *
   *              retain: CAS, unless 0
   *                  +-------+
   *    made with 1   |       v   drop                drop: dead
   *   --------------> n > 0 ------> n - 1 > 0 ....... 1 --------> 0
   *                                                               |
   *                                     removed from the map by the one that dropped it,
   *                                     or by any that comes across it
   *
   * Invariants
   *   I1  A thread uses an entry from its retain, or its making, to its drop; it locks and unlocks the
   *       mutex in between, and drops it whatever was thrown.
   *   I2  0 is final: a dead entry has no user and gets none. Its mutex is free.
   *   I3  All entries of a key but one are dead or not in the map: an entry is put where there is none,
   *       and only a dead one is removed. So two threads that use a key at the same time use the same
   *       entry, or that of one of them was dead before the other's was made.
   *   I4  An entry that is in the map is used, or is about to be removed by the one that dropped it. If
   *       that one has failed, the next that wants the key removes it.
   *   I5  An unlock that throws drops the entry if and only if it has unlocked the mutex: the holder of a
   *       mutex uses its entry.
   *
   * Happens-before: with the same entry, by its mutex. With another one, by the map: the dead one was
   * unlocked, then removed, before the other could be put; and by users, for who finds 0 removes it
   * himself.
   *
   * Memory order
   *   users   volatile CAS, and decrement
   */
  private static final AtomicIntegerFieldUpdater<Held> USERS =
      AtomicIntegerFieldUpdater.newUpdater(Held.class, "users");

  private final ConcurrentHashMap<K, Held> entries = new ConcurrentHashMap<>();

  private final boolean fair;

  /** Constructs a lock of which no key is held, and which is not fair. */
  public KeyedLock() {
    this(false);
  }

  /**
   * Constructs a lock of which no key is held.
   *
   * @param fair whether threads that wait for a key are served in the order in which they came
   */
  public KeyedLock(boolean fair) {
    this.fair = fair;
    if (Order.ON) {
      Ordered.made(this);
    }
  }

  /**
   * Locks a key, waiting until it is free, for a try-with-resources statement. An interrupt does
   * not end the wait.
   *
   * @param key the key
   * @return what unlocks it
   * @throws IllegalMonitorStateException if the current thread has locked it already
   * @throws NullPointerException if key is null
   */
  @MustBeClosed
  public Held acquire(K key) {
    return lock(key);
  }

  /**
   * The lock of a key. Getting it does nothing to the key, and there may be as many as one likes:
   * all those of equal keys are the same lock. Conditions are not supported, as they would have to
   * outlive what is kept for the key.
   *
   * @param key the key
   * @return a view of this object
   * @throws NullPointerException if key is null
   */
  public Lock get(K key) {
    return new OfKey<>(this, Objects.requireNonNull(key, "key"));
  }

  /**
   * Whether a key is locked or waited for; for monitoring, not for synchronization.
   *
   * @param key the key
   * @return true if so, also while a thread has just unlocked it and is about to leave
   * @throws NullPointerException if key is null
   */
  public boolean isInUse(K key) {
    return users(key) > 0;
  }

  /**
   * Whether the current thread has locked a key.
   *
   * @param key the key
   * @return true if so
   * @throws NullPointerException if key is null
   */
  public boolean isHeldByCurrentThread(K key) {
    Held e = entries.get(key);
    return e != null && e.isMutexHeld();
  }

  /**
   * How many keys are locked or waited for; for monitoring, not for synchronization.
   *
   * @return the number, an estimate while it changes
   */
  public int size() {
    return entries.size();
  }

  /**
   * Tells how many keys are in use.
   *
   * @return the identity and the number
   */
  @Override
  public String toString() {
    return super.toString() + "[" + Subjects.label(this) + size() + " keys in use]";
  }

  /** How many threads have locked a key, wait for it, or are about to. */
  int users(K key) {
    Held e = entries.get(key);
    return e == null ? 0 : e.users;
  }

  /** The mutex of a key, or null if the key is not in use. */
  @Nullable Lock mutex(K key) {
    Held e = entries.get(key);
    return e == null ? null : e.mutex;
  }

  // ---- Locking

  /** A way to lock a mutex, which tells whether it did. */
  @FunctionalInterface
  private interface Attempt {
    boolean lock(Lock mutex) throws InterruptedException;
  }

  private static final Attempt UNINTERRUPTIBLY =
      mutex -> {
        mutex.lock();
        return true;
      };

  private static final Attempt INTERRUPTIBLY =
      mutex -> {
        mutex.lockInterruptibly();
        return true;
      };

  private Held lock(K key) {
    try {
      return Objects.requireNonNull(lock(key, UNINTERRUPTIBLY));
    } catch (InterruptedException e) {
      throw new AssertionError(e); // a mutex does not throw it from lock()
    }
  }

  /** Locks a key; null if the attempt has failed. */
  private @Nullable Held lock(K key, Attempt attempt) throws InterruptedException {
    StackRoom.forStep();
    Held e = retain(key);
    boolean acquired = false;
    try {
      e.makeRoom();
      acquired = attempt.lock(e.mutex);
    } finally {
      if (!acquired) {
        e.drop();
      }
    }
    return acquired ? e : null;
  }

  /** The entry of a key, with the current thread among its users. */
  private Held retain(K key) {
    for (; ; ) {
      Held e = entries.get(key);
      if (e == null) {
        Held fresh = new Held(entries, key, newMutex());
        try {
          e = entries.putIfAbsent(key, fresh);
        } catch (Throwable t) {
          fresh.drop(); // a map that grows may throw when it has put it in
          throw t;
        }
        if (e == null) {
          return fresh;
        }
      }
      if (e.tryRetain()) {
        return e;
      }
      boolean _ = entries.remove(key, e);
    }
  }

  private Lock newMutex() {
    Lock mutex = Subjects.part(fair ? new FairMutex() : new Mutex(), this);
    if (Order.ON) {
      Ordered.part(mutex, this);
    }
    return mutex;
  }

  private void unlock(K key) {
    Held e = entries.get(key);
    if (e == null) {
      throw notHeld(key);
    }
    e.close();
  }

  private static IllegalMonitorStateException notHeld(Object key) {
    return new IllegalMonitorStateException("The current thread has not locked the key " + key);
  }

  /** A key that is locked, until it is closed. There is one such object for each key in use. */
  public static final class Held implements AutoCloseable {

    private final ConcurrentHashMap<?, Held> entries;
    private final Object key;
    private final Lock mutex;
    private volatile int users = 1;

    private Held(ConcurrentHashMap<?, Held> entries, Object key, Lock mutex) {
      this.entries = entries;
      this.key = key;
      this.mutex = mutex;
    }

    /** Adds the current thread to the users, unless there are none any more. */
    private boolean tryRetain() {
      for (int n; (n = users) > 0; ) {
        if (USERS.compareAndSet(this, n, n + 1)) {
          return true;
        }
      }
      return false;
    }

    /** Takes the current thread off the users; the last of them removes the entry. */
    private void drop() {
      if (USERS.decrementAndGet(this) == 0) {
        boolean _ = entries.remove(key, this);
      }
    }

    /**
     * Unlocks the key.
     *
     * @throws IllegalMonitorStateException if the current thread has not locked it
     */
    @Override
    public void close() {
      if (!isMutexHeld()) {
        throw notHeld(key);
      }
      makeRoom();
      try {
        mutex.unlock();
      } finally {
        if (!isMutexHeld()) {
          drop();
        }
      }
    }

    /** Makes sure that what follows is not left half done, be there others to wake or not. */
    private void makeRoom() {
      if (users > 1) {
        StackRoom.forWake();
      } else {
        StackRoom.forStep();
      }
    }

    private boolean isMutexHeld() {
      return mutex instanceof FairMutex m
          ? m.isHeldByCurrentThread()
          : ((Mutex) mutex).isHeldByCurrentThread();
    }
  }

  /** The lock of one key. */
  private record OfKey<K>(KeyedLock<K> locks, K key) implements Lock, PartOf {

    @Override
    public void lock() {
      Held _ = locks.lock(key);
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
      Held _ = locks.lock(key, INTERRUPTIBLY);
    }

    @Override
    public boolean tryLock() {
      try {
        return locks.lock(key, Lock::tryLock) != null;
      } catch (InterruptedException e) {
        throw new AssertionError(e); // a mutex does not throw it from tryLock()
      }
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
      Objects.requireNonNull(unit, "unit");
      return locks.lock(key, mutex -> mutex.tryLock(time, unit)) != null;
    }

    @Override
    public void unlock() {
      locks.unlock(key);
    }

    @Override
    public Condition newCondition() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object subject() {
      return locks;
    }
  }
}
