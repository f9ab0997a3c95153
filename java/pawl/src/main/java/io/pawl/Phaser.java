package io.pawl;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.GateQueue;
import io.pawl.internal.queue.StackRoom;
import io.pawl.internal.queue.WaitQueue;
import io.pawl.locks.Mutex;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A barrier that is used again and again by a number of parties that may change; takes the place of
 * {@link java.util.concurrent.Phaser}.
 *
 * <p>A phaser counts phases, from 0 on and from {@link Integer#MAX_VALUE} back to 0. When all
 * registered parties have arrived, {@link #onAdvance onAdvance} is called, the next phase begins
 * and those that wait go on. A party is a number, not a thread: any thread may register, arrive and
 * deregister, as long as no more parties arrive in a phase than are registered.
 *
 * {@snippet :
 * void runTogether(List<Runnable> tasks) {
 *   Phaser start = new Phaser(1);                  // 1 for the current thread
 *   for (Runnable task : tasks) {
 *     int _ = start.register();
 *     Thread.startVirtualThread(() -> {
 *       int _ = start.arriveAndAwaitAdvance();     // until all are there
 *       task.run();
 *     });
 *   }
 *   int _ = start.arriveAndDeregister();           // lets them go
 * }
 * }
 *
 * <p><b>Arriving and waiting</b> are two things. {@link #arrive()} and {@link
 * #arriveAndDeregister()} do not wait and return the <i>arrival phase number</i>, the phase in
 * which the party has arrived; {@link #awaitAdvance(int)} waits until that phase is over, whether
 * or not the thread stands for a party. {@link #arriveAndAwaitAdvance()} does both.
 *
 * <p><b>Termination.</b> A phaser terminates when {@code onAdvance} returns true, which unless
 * overridden it does when no party is left, or by {@link #forceTermination()}. All who wait go on;
 * from then on nothing waits and no registration counts, and the methods that return a phase return
 * a negative one.
 *
 * <p><b>Tiers.</b> A phaser with a parent is one party of it as long as it has parties itself: it
 * registers there with its first party, arrives there when all its own have arrived and deregisters
 * with its last. The phase, its advance and the termination are those of the root. Trees spread the
 * contention of many parties, and lift the limit on their number.
 *
 * <p><b>Interruption and timeouts.</b> Only {@link #awaitAdvanceInterruptibly(int)} and its timed
 * form respond to interrupts; the other waits ignore them and preserve the interrupted status. A
 * wait that ends early leaves the phaser unchanged: an arrival is not taken back.
 *
 * <p><b>Virtual threads and pools.</b> A virtual thread that waits does not pin its carrier. When a
 * worker of a {@link ForkJoinPool} has to sleep, the pool is told through {@link
 * ForkJoinPool#managedBlock} and may let another thread work meanwhile.
 *
 * <p><b>Memory consistency effects.</b> Actions before an arrival <i>happen-before</i> the call of
 * {@code onAdvance} for its phase, which happens-before the actions after a wait that the advance
 * ends.
 *
 * <p><b>Limits.</b> At most 65535 parties are registered with one phaser; more throw {@link
 * IllegalStateException}.
 *
 * <p><b>Cost.</b> Registering and arriving are one atomic read-modify-write each. Construction
 * allocates one object of 40 bytes; the first wait allocates the queue, the first wait of a thread
 * its waiting record, and waiting allocates nothing afterwards, except in a worker of a {@code
 * ForkJoinPool}.
 *
 * @see <a href="https://doi.org/10.1145/1375527.1375568">J. Shirako et al., "Phasers: a unified
 *     deadlock-free construct for collective and point-to-point synchronization"</a>
 */
public class Phaser {

  /*
   * State: see PhaserState. That of the root is the truth about the phase; a child follows when it is
   * next looked at (current()).
   *
   * Transitions of the counts, u unarrived of p parties
   *
   *              first registration                      arrival
   *   nobody ------------------------> u of p, u > 0 <-------------- u+1 of p, or of p+1
   *     ^                               |    |     ^
   *     |  child: the last party has    |    |     | registration, of p-1
   *     +-- gone; the parent is told ---+    |     +------------ u-1 of p-1
   *     |                                    | the last arrival
   *     |                                    v
   *     |   root: onAdvance, next phase    0 of p   child: the parent is told
   *     +----- none is left -----------------+
   *     p of p in the next phase <-----------+
   *
   * Invariants
   *   I1  A child with unarrived parties has an unarrived party at its parent. So the phase of the
   *       root does not advance while a child is at work on its present state; it can only end.
   *   I2  0 of p is left by an advance only: of this root by the thread that arrived last, of a
   *       child by whoever looks at it once the root has advanced. Registration waits for that. If
   *       onAdvance throws there is no advance, and only termination ends those waits.
   *   I3  A child leaves "nobody" under the root's lock, after it has been registered with its parent;
   *       so two threads that both come first register it there once. Nobody waits under that lock.
   *   I4  A child whose last party leaves shows "nobody" before its parent is told. Whoever registers
   *       meanwhile adds a party there, and the one that is leaving is taken off independently.
   *   I5  A thread waits at the root for the phase that it has seen there, so the gates of the queue
   *       open one after the other.
   *
   * Memory order
   *   state   volatile CAS; volatile read
   *   gate    set once, by CAS; read by an opener after its CAS of the state, volatile both: an opener
   *           that sees none precedes the waiter's CAS, and the waiter's look at the state
   */

  private static final AtomicLongFieldUpdater<Phaser> STATE =
      AtomicLongFieldUpdater.newUpdater(Phaser.class, "state");
  private static final AtomicReferenceFieldUpdater<Phaser, @Nullable Gate> GATE =
      AtomicReferenceFieldUpdater.newUpdater(Phaser.class, Gate.class, "gate");
  private static final AtomicReferenceFieldUpdater<Phaser, @Nullable Mutex> JOINING =
      AtomicReferenceFieldUpdater.newUpdater(Phaser.class, Mutex.class, "joining");

  /** Results of {@link #tryRegister} beside phases; the low half of WAIT is a phase. */
  private static final long WAIT = 1L << 32;

  private static final long JOIN = WAIT << 1;

  static {
    GateQueue.initialize();
  }

  private volatile long state;
  private final @Nullable Phaser parent;
  private final Phaser root;

  /** Those who wait for a phase to be over; the root's only. */
  private volatile @Nullable Gate gate;

  /** Held by whoever registers a child with its parent; the root's only. */
  private volatile @Nullable Mutex joining;

  /** Constructs a phaser without parties and parent, in phase 0. */
  public Phaser() {
    this(null, 0);
  }

  /**
   * Constructs a phaser without parent, in phase 0.
   *
   * @param parties how many parties are registered from the beginning
   * @throws IllegalArgumentException if parties is negative or greater than 65535
   */
  public Phaser(int parties) {
    this(null, parties);
  }

  /**
   * Constructs a phaser without parties.
   *
   * @param parent the parent, or null
   */
  public Phaser(@Nullable Phaser parent) {
    this(parent, 0);
  }

  /**
   * Constructs a phaser. If it has a parent and parties, it is registered with the parent, which
   * waits as {@link #register()} does.
   *
   * @param parent the parent, or null
   * @param parties how many parties are registered from the beginning
   * @throws IllegalArgumentException if parties is negative or greater than 65535
   * @throws IllegalStateException if the parent would have more than 65535 parties
   */
  public Phaser(@Nullable Phaser parent, int parties) {
    if (parties < 0 || parties > PhaserState.MAX_PARTIES) {
      throw new IllegalArgumentException("Illegal number of parties");
    }
    this.parent = parent;
    this.root = parent == null ? this : parent.root;
    int phase = parent == null || parties == 0 ? 0 : parent.doRegister(1);
    this.state = PhaserState.begin(phase, parties);
  }

  // ---- Registration

  /**
   * Registers a party that has not arrived. Waits for an advance that is under way, for which all
   * other parties have arrived; if the phaser has a parent, that advance may need others to arrive.
   *
   * @return the phase in which the party has to arrive next; if negative, the phaser has terminated
   *     and nothing has been registered
   * @throws IllegalStateException if there would be more than 65535 parties
   */
  public int register() {
    return doRegister(1);
  }

  /**
   * Registers parties that have not arrived, as {@link #register()} does. For 0 parties it returns
   * the phase.
   *
   * @param parties how many
   * @return the phase in which they have to arrive next; if negative, the phaser has terminated and
   *     nothing has been registered
   * @throws IllegalStateException if there would be more than 65535 parties
   * @throws IllegalArgumentException if parties is negative
   */
  public int bulkRegister(int parties) {
    if (parties < 0) {
      throw new IllegalArgumentException();
    }
    return parties == 0 ? getPhase() : doRegister(parties);
  }

  private int doRegister(int parties) {
    for (; ; ) {
      long result = tryRegister(parties, false);
      if (result == JOIN) {
        Mutex lock = root.joining();
        lock.lock();
        try {
          result = tryRegister(parties, true);
        } finally {
          lock.unlock();
        }
      }
      if (result < WAIT) {
        return (int) result;
      }
      int _ = awaitOver((int) result);
    }
  }

  /**
   * Registers parties unless that has to wait.
   *
   * @param parties how many
   * @param joins whether the current thread holds the root's lock
   * @return the phase; or WAIT and the phase that has to be over first; or JOIN if the lock is
   *     needed
   */
  private long tryRegister(int parties, boolean joins) {
    for (; ; ) {
      long s = current();
      int phase = PhaserState.phase(s);
      if (parties > PhaserState.MAX_PARTIES - PhaserState.parties(s)) {
        throw new IllegalStateException(
            "Attempt to register more than "
                + PhaserState.MAX_PARTIES
                + " parties for "
                + describe(s));
      }
      if (phase < 0) {
        return phase;
      }
      if (!PhaserState.isNobody(s)) {
        if (PhaserState.unarrived(s) == 0) {
          return WAIT | phase;
        }
        if (casState(s, s + parties * PhaserState.PARTY)) {
          return phase;
        }
      } else if (parent == null) {
        if (casState(s, PhaserState.begin(phase, parties))) {
          return phase;
        }
      } else if (!joins) {
        return JOIN;
      } else {
        long result = parent.tryRegister(1, true);
        return result < 0 || result >= WAIT ? result : joined(parties);
      }
    }
  }

  /** Registers the first parties of a child that has been registered with its parent. */
  private int joined(int parties) {
    for (; ; ) {
      long s = state;
      int phase = getPhase();
      if (casState(s, PhaserState.begin(phase, parties))) {
        return phase;
      }
    }
  }

  private Mutex joining() {
    Mutex lock = joining;
    if (lock == null) {
      Mutex fresh = Subjects.part(new Mutex(), this);
      lock = JOINING.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(joining);
    }
    return lock;
  }

  // ---- Arrival

  /**
   * Arrives, without waiting for others. It is a mistake, which may show only later, to call this
   * for a party that is not registered.
   *
   * @return the phase in which the party has arrived, or a negative one if the phaser has
   *     terminated
   * @throws IllegalStateException if the phaser has not terminated and no registered party has yet
   *     to arrive
   */
  public int arrive() {
    return doArrive(PhaserState.ARRIVAL, false);
  }

  /**
   * Arrives, without waiting for others, and deregisters the party for the phases to come. If it
   * was the last party of a phaser with a parent, the phaser is deregistered from the parent too.
   *
   * @return the phase in which the party has arrived, or a negative one if the phaser has
   *     terminated
   * @throws IllegalStateException if the phaser has not terminated and no registered party has yet
   *     to arrive
   */
  public int arriveAndDeregister() {
    return doArrive(PhaserState.PARTY, false);
  }

  /**
   * Arrives and waits for the others, as {@code awaitAdvance(arrive())} does.
   *
   * @return the phase that has begun, or the present, negative one if the phaser has terminated.
   *     The party that arrives last is told the phase that would have begun, as a number that is
   *     not negative, also if its call of {@code onAdvance} has terminated the phaser
   * @throws IllegalStateException if the phaser has not terminated and no registered party has yet
   *     to arrive
   */
  public int arriveAndAwaitAdvance() {
    return doArrive(PhaserState.ARRIVAL, true);
  }

  /** Arrives here and, with the last party, at the parent, up to the root. */
  private int doArrive(long taken, boolean waits) {
    for (Phaser q = this; ; ) {
      long s = q.current();
      int phase = PhaserState.phase(s);
      if (phase < 0) {
        return phase;
      }
      int unarrived = PhaserState.unarrived(s);
      if (unarrived == 0) {
        throw new IllegalStateException(
            "Attempted arrival of unregistered party for " + q.describe(s));
      }
      if (unarrived == 1 && q == this) {
        // For the parents as well: an arrival here that they do not get would hold up all for ever.
        StackRoom.forWake();
      }
      long next = s - taken;
      Phaser above = q.parent;
      boolean gone = unarrived == 1 && above != null && PhaserState.parties(next) == 0;
      if (!q.casState(s, gone ? PhaserState.begin(phase, 0) : next)) {
        continue;
      }
      if (unarrived > 1) {
        return waits ? awaitOver(phase) : phase;
      }
      if (above == null) {
        int begun = q.advance(next);
        return waits ? begun : phase;
      }
      taken = gone ? PhaserState.PARTY : PhaserState.ARRIVAL;
      q = above;
    }
  }

  /** Ends the phase of this root, in which all have arrived. */
  private int advance(long s) {
    boolean terminate = onAdvance(PhaserState.phase(s), PhaserState.parties(s));
    long next = PhaserState.next(s, terminate);
    // Nothing but a forced termination changes the state meanwhile.
    boolean advanced = casState(s, next);
    opened();
    return advanced ? PhaserState.phase(next) & Integer.MAX_VALUE : getPhase();
  }

  /**
   * Called when all parties have arrived, before the next phase begins, by the thread whose party
   * was the last; of phasers in tiers the root's is called. Meanwhile the phaser shows the old
   * phase, in which all have arrived. Arriving, registering or waiting from within this method has
   * no defined effect.
   *
   * <p>If this method throws, the exception reaches the thread that arrived, and the phase does not
   * advance: those who wait, and those who then register, wait until the phaser is terminated, and
   * those who then arrive get an {@code IllegalStateException}.
   *
   * <p>Unless overridden, this method returns {@code registeredParties == 0}. To keep a phaser that
   * loses all parties for those who register later, override it to return false.
   *
   * @param phase the phase that ends
   * @param registeredParties how many parties are registered for the next
   * @return whether the phaser terminates
   */
  protected boolean onAdvance(int phase, int registeredParties) {
    return registeredParties == 0;
  }

  /**
   * Terminates this phaser and all others of its tree, and ends all waits. The numbers of parties
   * are left as they are. Does nothing if it has terminated.
   */
  public void forceTermination() {
    for (long s; (s = root.state) >= 0; ) {
      if (root.casState(s, PhaserState.terminated(s))) {
        root.opened();
        return;
      }
    }
  }

  // ---- Waiting

  /**
   * Waits until a phase is over. Returns at once if it is not the present one.
   *
   * @param phase a phase, as returned by {@link #arrive()}, for instance
   * @return the phase that has begun, the present, negative one if the phaser has terminated, or
   *     the argument if that is negative
   */
  public int awaitAdvance(int phase) {
    return phase < 0 ? phase : awaitOver(phase);
  }

  /**
   * Waits until a phase is over or the thread is interrupted. Returns at once, whether interrupted
   * or not, if it is not the present phase.
   *
   * @param phase a phase, as returned by {@link #arrive()}, for instance
   * @return the phase that has begun, the present, negative one if the phaser has terminated, or
   *     the argument if that is negative
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   */
  public int awaitAdvanceInterruptibly(int phase) throws InterruptedException {
    if (phase >= 0 && root.await(this, phase, true, Deadlines.FOREVER) == GateQueue.INTERRUPTED) {
      throw new InterruptedException();
    }
    return phase < 0 ? phase : getPhase();
  }

  /**
   * Waits until a phase is over, the thread is interrupted or the time has elapsed. Returns at
   * once, whether interrupted or not, if it is not the present phase.
   *
   * @param phase a phase, as returned by {@link #arrive()}, for instance
   * @param timeout the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return the phase that has begun, the present, negative one if the phaser has terminated, or
   *     the argument if that is negative
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws TimeoutException if the time has elapsed and the phase is not over
   * @throws NullPointerException if unit is null
   */
  public int awaitAdvanceInterruptibly(int phase, long timeout, TimeUnit unit)
      throws InterruptedException, TimeoutException {
    long nanos = unit.toNanos(timeout);
    if (phase < 0) {
      return phase;
    }
    int result = root.await(this, phase, true, Deadlines.after(nanos));
    if (result == GateQueue.INTERRUPTED) {
      throw new InterruptedException();
    }
    int present = getPhase();
    if (present == phase) {
      throw new TimeoutException();
    }
    return present;
  }

  private int awaitOver(int phase) {
    int _ = root.await(this, phase, false, Deadlines.FOREVER);
    return getPhase();
  }

  /** Waits until a phase of this root is over, for a phaser of its tree. */
  private int await(Phaser blocker, int phase, boolean interruptible, long deadline) {
    return PhaserState.phase(state) == phase
        ? gate().awaitManaged(blocker, phase, interruptible, deadline)
        : GateQueue.WOKEN;
  }

  /** Wakes those who wait for a phase of this root that is over. */
  private void opened() {
    Gate g = gate;
    if (g != null) {
      g.opened();
    }
  }

  private Gate gate() {
    Gate g = gate;
    return g == null ? WaitQueue.install(GATE, this, new Gate()) : g;
  }

  // ---- State

  /**
   * The state, in the phase of the root.
   *
   * @return a state that this phaser has been in since the call
   */
  private long current() {
    for (; ; ) {
      long s = state;
      int phase;
      if (this == root || (phase = getPhase()) == PhaserState.phase(s)) {
        return s;
      }
      long following =
          phase < 0
              ? PhaserState.frozen(phase, s)
              : PhaserState.begin(phase, PhaserState.parties(s));
      if (casState(s, following)) {
        return following;
      }
    }
  }

  private boolean casState(long expected, long value) {
    return STATE.compareAndSet(this, expected, value);
  }

  // ---- Inspection

  /**
   * The present phase, which begins at 0 and follows {@link Integer#MAX_VALUE} by 0.
   *
   * @return the phase; once the phaser has terminated it is negative, and adding {@code
   *     Integer.MIN_VALUE} gives the one in which that happened
   */
  public final int getPhase() {
    return PhaserState.phase(root.state);
  }

  /**
   * How many parties are registered.
   *
   * @return their number
   */
  public int getRegisteredParties() {
    return PhaserState.parties(state);
  }

  /**
   * How many parties have arrived in the present phase. Means nothing once the phaser has
   * terminated.
   *
   * @return their number
   */
  public int getArrivedParties() {
    return PhaserState.arrived(current());
  }

  /**
   * How many registered parties have yet to arrive in the present phase. Means nothing once the
   * phaser has terminated.
   *
   * @return their number
   */
  public int getUnarrivedParties() {
    return PhaserState.unarrived(current());
  }

  /**
   * The parent.
   *
   * @return the parent, or null if there is none
   */
  public @Nullable Phaser getParent() {
    return parent;
  }

  /**
   * The phaser above all those above this one.
   *
   * @return this phaser if it has no parent
   */
  public Phaser getRoot() {
    return root;
  }

  /**
   * Whether this phaser, and all of its tree, has terminated.
   *
   * @return true if so
   */
  public boolean isTerminated() {
    return root.state < 0;
  }

  /**
   * Describes this phaser and its state: {@code "[phase = "}, the phase, {@code " parties = "}, the
   * registered parties, {@code " arrived = "}, the arrived ones and {@code "]"}.
   *
   * @return the description
   */
  @Override
  public String toString() {
    return describe(current());
  }

  private String describe(long s) {
    return super.toString() + PhaserState.describe(Subjects.label(this), s);
  }

  /** Connects the queue with the phase. */
  private final class Gate extends GateQueue {

    @Override
    protected boolean isOpen(int phase) {
      return PhaserState.phase(state) != phase;
    }
  }
}
