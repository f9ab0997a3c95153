package io.pawl.internal.queue;

import io.pawl.internal.park.Parker;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A first-in first-out queue of waiting threads, platform and virtual alike.
 *
 * <p>No operation waits for another thread: arriving is lock-free, and a thread that finds the list
 * locked leaves its request to the one that holds the lock, which serves it before it goes.
 */
public class WaitQueue {

  /*
   * Algorithm: a lock-free inbox in front of a doubly linked list, as in the queue-based locks of the
   * Rust standard library; requests to a locked list are left in the lock word (flat combining).
   *
   *   arrive --> inbox (stack, newest first) --drain--> list (oldest first) --> woken
   *
   * ctl word
   *   bit 0      LOCKED  a thread works on the list
   *   bit 1      SWEEP   cancelled waiters are to be unlinked
   *   bits 2-31  wakes   how many waiters are to be woken
   *
   * Transitions of ctl (s = requests left while the list was locked)
   *
   *   0 --request--> requests --lock, take all--> LOCKED --more requests--> LOCKED+s
   *                     ^                            | release                 | release
   *                     |                            v                         |
   *                     |            0, or the wakes not yet done              |
   *                     +------------------------------------------------------+
   *
   * Each round of serve() wakes one waiter, after it has released the list. Requests that are left
   * while nobody holds LOCKED belong to the thread that left them, which is in serve(), or to any
   * thread that locks the list first.
   *
   * Invariants
   *   I1  list, and next, previous and linked of those in it, are touched only under LOCKED; next of a waiter that
   *       is still in the inbox belongs to whoever takes the whole inbox.
   *   I2  size counts the threads between announce() and depart(), whether listed or woken. A waiter is
   *       listed before it is announced, so its place is before that of all who come after it was counted
   *       (but in a WordQueue).
   *   I3  A waiter whose status is WAITING is in the inbox, in the list, or on its way into the inbox
   *       by a thread that looks at its condition, or releases a lock, afterwards.
   *   I4  ctl with requests and without LOCKED: some thread is in serve() and will look again.
   *
   * The inbox has no ABA problem: it is only pushed to and taken whole.
   *
   * Memory order
   *   size    RMW by waiters; read by wakers after a fence of their own (see Fences)
   *   inbox   pushed by volatile CAS, taken by volatile exchange: links are published by it
   *   ctl     volatile CAS; acquires and releases the list
   *   status  volatile CAS, see Waiter
   */
  private static final int LOCKED = 1;
  private static final int SWEEP = 2;
  private static final int WAKE_SHIFT = 2;

  private static final AtomicIntegerFieldUpdater<WaitQueue> SIZE =
      AtomicIntegerFieldUpdater.newUpdater(WaitQueue.class, "size");
  private static final AtomicIntegerFieldUpdater<WaitQueue> CTL =
      AtomicIntegerFieldUpdater.newUpdater(WaitQueue.class, "ctl");
  private static final AtomicReferenceFieldUpdater<WaitQueue, @Nullable Waiter> INBOX =
      AtomicReferenceFieldUpdater.newUpdater(WaitQueue.class, Waiter.class, "inbox");

  private volatile int size;
  private volatile int ctl;
  private volatile @Nullable Waiter inbox;
  private final WaiterList list = new WaiterList();

  /** Set by next() when the request it served stays open; guarded by the list's lock. */
  boolean more;

  /** Set by next() when it found nobody to be woken: why; guarded by the list's lock. */
  int blocked;

  /** Constructs an empty queue. */
  public WaitQueue() {}

  /**
   * Gives an object the queue that it has not had so far, unless another thread does so first.
   *
   * @param field where the queue is kept
   * @param owner the object
   * @param fresh a new queue
   * @param <T> the type of the object
   * @param <Q> the type of the queue
   * @return the queue that the object has now
   */
  public static <T, Q extends WaitQueue> Q install(
      AtomicReferenceFieldUpdater<T, @Nullable Q> field, T owner, Q fresh) {
    return field.compareAndSet(owner, null, fresh)
        ? fresh
        : Objects.requireNonNull(field.get(owner));
  }

  // ---- The waiter's side

  /**
   * Counts a thread whose waiter has been {@linkplain #list listed}: who can be seen in the queue
   * has its place there. From here on wakers look into the queue. Followed by a fence, a look at
   * what is waited for, and in the end by {@link #depart}. Only where {@link #wake} is used does
   * announcing come first, and listing then.
   *
   * @param waiter of the current thread
   */
  public final void announce(Waiter waiter) {
    announce();
    waiter.announced = true;
  }

  /** Counts a thread without showing it. */
  public final void announce() {
    SIZE.getAndAdd(this, 1);
  }

  /** Counts a thread off whose waiter is neither in the inbox nor in the list any more. */
  public final void depart() {
    SIZE.getAndAdd(this, -1);
  }

  /**
   * Puts a waiter into the queue.
   *
   * @param waiter in the hands of the current thread
   * @param front whether before all others
   */
  public final void list(Waiter waiter, boolean front) {
    waiter.front = front;
    waiter.setStatus(Waiter.WAITING);
    push(waiter);
  }

  /**
   * Lists and announces a waiter of another thread, which the caller has just taken from {@link
   * Waiter#CONDITION} to {@link Waiter#WAITING}. The caller holds the lock whose queue this is, so
   * the waiter is not served in between.
   *
   * @param waiter not linked anywhere
   */
  public final void adopt(Waiter waiter) {
    waiter.front = false;
    push(waiter);
    announce(waiter);
  }

  /** Puts a waiter into the inbox, which its status and the queue's size know of. */
  final void push(Waiter waiter) {
    Waiter top;
    do {
      top = inbox;
      waiter.next = top;
    } while (!INBOX.compareAndSet(this, top, waiter));
  }

  /**
   * Takes the current thread's waiter out of the queue, unless somebody has done so to wake it.
   *
   * @param waiter a listed waiter of the current thread
   * @return false if it has been notified or granted
   */
  public final boolean cancel(Waiter waiter) {
    if (!waiter.casStatus(Waiter.WAITING, Waiter.CANCELLED)) {
      return false;
    }
    takeOut(waiter);
    return true;
  }

  /** Takes out a waiter that has been cancelled, or has it taken out soon. */
  final void takeOut(Waiter waiter) {
    if (tryLockList()) {
      drain();
      list.remove(waiter);
      unlockList();
    } else {
      waiter.abandoned = true;
      requestSweep();
    }
  }

  /** Asks for a sweep, and thereby for {@link #select}. */
  final void requestSweep() {
    int c;
    do {
      c = ctl;
    } while (!CTL.compareAndSet(this, c, c | SWEEP));
    serve();
  }

  // ---- The waker's side

  /**
   * Whether no thread has announced itself.
   *
   * @return true if so; one read
   */
  public final boolean isEmpty() {
    return size == 0;
  }

  /**
   * Whether a waiter can be found in the queue now; false for threads that are announced but awake.
   * The order of the reads matters: whoever empties the inbox has the list locked until it has
   * filled it.
   */
  final boolean hasListed() {
    return inbox != null || (ctl & LOCKED) != 0 || list.first() != null;
  }

  /**
   * Wakes the longest-waiting threads.
   *
   * @param count how many at most
   */
  public final void wake(int count) {
    int most = Math.min(count, size);
    if (most > 0) {
      CTL.getAndAdd(this, most << WAKE_SHIFT);
      serve();
    }
  }

  /** Asks for one thread to be woken, whether or not one can be seen. */
  final void requestWake() {
    requestWakes(1);
  }

  /** Asks for some threads to be woken, whether or not as many can be seen. */
  final void requestWakes(int count) {
    CTL.getAndAdd(this, count << WAKE_SHIFT);
    serve();
  }

  /** Serves requests until there are none or another thread has the list. */
  private void serve() {
    StackOverflowError thrown = null;
    for (; ; ) {
      int c = ctl;
      if (c == 0 || (c & LOCKED) != 0) {
        break;
      }
      if (!CTL.compareAndSet(this, c, LOCKED)) {
        continue;
      }
      int wakes = c >>> WAKE_SHIFT;
      drain();
      Object selected = null;
      if ((c & SWEEP) != 0) {
        sweep();
        selected = select();
      }
      more = false;
      Parker woken = wakes > 0 ? next() : null;
      int reason = blocked;
      int left = woken == null ? 0 : more ? wakes : wakes - 1;
      CTL.getAndAdd(this, (left << WAKE_SHIFT) - LOCKED);
      if (woken != null) {
        try {
          woken.unpark();
        } catch (StackOverflowError e) {
          thrown = e; // the other requests are served all the same
        }
      } else if (wakes > 0 && unclaimed(wakes, reason)) {
        CTL.getAndAdd(this, 1 << WAKE_SHIFT);
      }
      if (selected != null) {
        try {
          afterwards(selected);
        } catch (StackOverflowError e) {
          thrown = e;
        }
      }
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  /**
   * Takes out the next waiter to be woken and settles its status; called under the list's lock. May
   * set {@link #more} to keep the request open, and {@link #blocked} to tell {@link #unclaimed} why
   * there is none.
   *
   * @return whom to unpark, or null if nobody is to be woken
   */
  @Nullable Parker next() {
    for (Waiter first; (first = list.first()) != null; ) {
      Parker parker = takeNotified(first);
      if (parker != null) {
        return parker;
      }
    }
    return null;
  }

  /**
   * Called when requests to wake found nobody to be woken, after the list's lock has been released.
   *
   * @param wakes how many are unclaimed
   * @param reason what {@link #next} left in {@link #blocked}
   * @return whether to look once more
   */
  boolean unclaimed(int wakes, int reason) {
    return false;
  }

  /**
   * Takes out waiters by something else than their turn, under the list's lock, after a {@linkplain
   * #requestSweep sweep}.
   *
   * @return what is left to be done with them, for {@link #afterwards}; null if nothing
   */
  @Nullable Object select() {
    return null;
  }

  /**
   * Goes on with what {@link #select} has taken out, after the list's lock has been released.
   *
   * @param selected what it has returned
   */
  void afterwards(Object selected) {}

  // ---- The list, under its lock

  /** Locks the list if nobody has it. */
  final boolean tryLockList() {
    int c = ctl;
    return (c & LOCKED) == 0 && CTL.compareAndSet(this, c, c | LOCKED);
  }

  /** Unlocks the list and serves what was requested meanwhile. */
  final void unlockList() {
    CTL.getAndAdd(this, -LOCKED);
    serve();
  }

  /** The first waiter that has not been cancelled, or null. */
  final @Nullable Waiter first() {
    Waiter first;
    while ((first = list.first()) != null && first.status() == Waiter.CANCELLED) {
      list.remove(first);
    }
    return first;
  }

  final void unlink(Waiter waiter) {
    list.remove(waiter);
  }

  /** Takes out a waiter that is to be woken; null if it has been cancelled. */
  @Nullable Parker takeNotified(Waiter waiter) {
    return take(waiter, Waiter.NOTIFIED);
  }

  /** Unlinks a waiter and sets its status; null if it has been cancelled. */
  final @Nullable Parker take(Waiter waiter, int newStatus) {
    list.remove(waiter);
    Parker parker = waiter.parker();
    return waiter.casStatus(Waiter.WAITING, newStatus) ? parker : null;
  }

  /** Moves the inbox into the list, oldest first. */
  final void drain() {
    if (inbox == null) {
      return;
    }
    Waiter newest = INBOX.getAndSet(this, null);
    Waiter oldest = null;
    while (newest != null) {
      Waiter older = newest.next;
      newest.next = oldest;
      oldest = newest;
      newest = older;
    }
    while (oldest != null) {
      Waiter newer = oldest.next;
      if (oldest.front) {
        list.addFirst(oldest);
      } else {
        list.addLast(oldest);
      }
      oldest = newer;
    }
  }

  private void sweep() {
    for (Waiter w = list.first(); w != null; ) {
      Waiter after = w.next;
      if (w.status() == Waiter.CANCELLED) {
        list.remove(w);
      }
      w = after;
    }
  }

  // ---- Inspection

  /**
   * How many threads wait, the woken ones that have not gone on included.
   *
   * @return an estimate that is exact while nothing changes
   */
  public final int size() {
    return size;
  }

  /**
   * Which threads wait in the queue, in order. Waits for other threads that work on the list, each
   * of which needs a bounded number of steps; meant for diagnosis.
   *
   * @return a new list
   */
  public final List<Thread> threads() {
    return threads(_ -> true);
  }

  /**
   * Which threads wait in the queue, in order, among those that ask for certain things; otherwise
   * as {@link #threads()}.
   *
   * @param asks which requests count
   * @return a new list
   */
  @SuppressWarnings(
      "ThreadPriorityCheck") // not for speed: the other thread may need this processor
  public List<Thread> threads(IntPredicate asks) {
    while (!tryLockList()) {
      Thread.yield();
    }
    List<Thread> threads = new ArrayList<>();
    try {
      drain();
      for (Waiter w = list.first(); w != null; w = w.next) {
        Thread thread = w.thread();
        if (thread != null && w.announced && w.isWaiting() && asks.test(w.ask)) {
          threads.add(thread);
        }
      }
    } finally {
      unlockList();
    }
    return threads;
  }
}
