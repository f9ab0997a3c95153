package io.pawl.shared;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.Mutex;
import io.pawl.shared.SharedWord.Outcome;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The two levels of a shared mutex, on which all shared locks are built. */
final class MutexCore {
  /*
   * Algorithm
   *   A thread first acquires the handle's own Mutex, then the word: one thread of a process contends with
   *   the other processes. Order within the process, timeouts, interrupts, virtual threads and thread
   *   dumps are those of Mutex; only the leader waits on the word.
   *
   * Lock order: own Mutex, then word; released in the opposite order.
   *
   * Invariants
   *   I1  Whoever owns the word for this handle holds the own Mutex. What breaks this, as an Error between
   *       the two, is found by the next thread: a word of its own handle that it does not hold has a dead
   *       owner (SharedWord, I2).
   *   I2  A method that throws, or reports that it has not acquired, holds neither of the two.
   *   I3  The own Mutex is not released before the word is, unless there is no such word any more: it was
   *       overwritten, or the region is lost or closed. An unlock that throws for want of stack has
   *       released neither.
   */

  private final Region region;
  private final long offset;
  private final String name;
  private final Mutex own;
  private final SharedWord word;
  private final HolderNote note;

  MutexCore(Region region, long offset, String name) {
    this.region = region;
    this.offset = offset;
    this.name = name;
    this.own = new Mutex();
    this.word = new SharedWord(region, offset);
    this.note = new HolderNote(region, offset);
  }

  static {
    SharedParts.initialize();
  }

  String name() {
    return name;
  }

  /** Makes this a part of the object that users see, before others do. */
  void join(Object whole) {
    Mutex _ = Subjects.part(own, whole);
  }

  /** What is a part of the object that users see. */
  Object part() {
    return own;
  }

  /** The name for users. */
  String label() {
    String given = Subjects.nameOf(own);
    return given == null ? name : given;
  }

  SharedRegionLostException lost(InternalError e) {
    return region.lost(e);
  }

  boolean isOf(Region other) {
    return region == other;
  }

  /** Acquires both levels whatever happens; returns whether an owner had died. */
  boolean lock(Object blocker) {
    StackRoom.forClose();
    own.lock();
    boolean done = false;
    try {
      boolean orphaned =
          !word.acquireFree()
              && word.acquire(blocker, false, Deadlines.FOREVER) == Outcome.ORPHANED;
      if (!orphaned) {
        note.write();
      }
      done = true;
      return orphaned;
    } catch (InternalError e) {
      throw region.lost(e);
    } finally {
      if (!done) {
        abandon();
      }
    }
  }

  /** Acquires both levels unless interrupted or too late; the two that are not held tell so. */
  Outcome lock(Object blocker, long deadline) throws InterruptedException {
    StackRoom.forClose();
    if (deadline == Deadlines.FOREVER) {
      own.lockInterruptibly();
    } else if (!own.tryLock(Math.max(Deadlines.remaining(deadline), 0), TimeUnit.NANOSECONDS)) {
      return Outcome.TIMED_OUT;
    }
    Outcome outcome = Outcome.HELD;
    try {
      outcome = word.acquireFree() ? Outcome.ACQUIRED : word.acquire(blocker, true, deadline);
      if (outcome == Outcome.ACQUIRED) {
        note.write();
      } else if (outcome == Outcome.INTERRUPTED) {
        throw new InterruptedException();
      }
      return outcome;
    } catch (InternalError e) {
      outcome = Outcome.HELD;
      throw region.lost(e);
    } finally {
      if (!isHeld(outcome)) {
        abandon();
      }
    }
  }

  /** Acquires both levels if they are free. */
  Outcome tryLock() {
    StackRoom.forClose();
    if (!own.tryLock()) {
      return Outcome.HELD;
    }
    Outcome outcome = Outcome.HELD;
    try {
      outcome = word.acquireFree() ? Outcome.ACQUIRED : word.tryAcquire();
      if (outcome == Outcome.ACQUIRED) {
        note.write();
      }
      return outcome;
    } catch (InternalError e) {
      outcome = Outcome.HELD;
      throw region.lost(e);
    } finally {
      if (!isHeld(outcome)) {
        abandon();
      }
    }
  }

  static boolean isHeld(Outcome outcome) {
    return outcome == Outcome.ACQUIRED || outcome == Outcome.ORPHANED;
  }

  /** Leaves both levels after a failure, with what the word has of a mark. */
  void abandon() {
    try {
      boolean _ = word.release();
    } catch (InternalError | IllegalStateException _) {
      // The region is lost or closed, which is what is being thrown.
    } finally {
      own.unlock();
    }
  }

  /** Throws unless the current thread holds this lock. */
  void requireHeld() {
    if (!own.isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException(
          "The current thread does not hold this lock: " + describe());
    }
  }

  boolean isHeldByCurrentThread() {
    return own.isHeldByCurrentThread();
  }

  /** Whether a thread of this handle holds the lock. */
  boolean isHeldHere() {
    return own.isLocked();
  }

  /** How many threads of this handle wait for the one that contends with other processes. */
  int queuedHere() {
    return own.getQueueLength();
  }

  /** Releases both levels. */
  void unlock() {
    StackRoom.forClose();
    requireHeld();
    leave();
  }

  /** Releases both levels, which the current thread holds; it has made sure of its stack. */
  void leave() {
    boolean ours = true;
    try {
      ours = word.release();
      if (!ours) {
        throw overwritten();
      }
    } catch (InternalError e) {
      ours = false;
      throw region.lost(e);
    } finally {
      if (!ours || !isWordOurs()) {
        own.unlock();
      }
    }
  }

  private boolean isWordOurs() {
    try {
      return word.isMine();
    } catch (InternalError | IllegalStateException _) {
      return false;
    }
  }

  /** Whether the lock bears the mark of a death. */
  boolean isOrphan() {
    try {
      return SharedWord.isOrphan(word.load());
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  /** Whether the lock bears the mark of a death, or its owner is dead and nobody has noticed. */
  boolean isOfTheDead() {
    long now = word.load();
    return SharedWord.isOrphan(now)
        || (!SharedWord.isFree(now)
            && !region.isLiving(SharedWord.slotOf(now), SharedWord.generationOf(now)));
  }

  /** Takes the mark of a death away; the current thread holds the lock. */
  void clearOrphan() {
    try {
      if (!word.clearOrphan()) {
        throw overwritten();
      }
      note.write();
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  /** Marks the lock, which the current thread holds, as one whose owner has died. */
  void setOrphan() {
    boolean _ = word.setOrphan();
  }

  private SharedRegionLostException overwritten() {
    return region.lost("the word of " + name + " was overwritten while it was held", null);
  }

  /** What is known of the owner that died; to be asked by the thread that was told so. */
  LockOwner deadOwner() {
    long dead = word.dead();
    LockOwner owner = owner(dead, false);
    if (!SharedWord.isFree(dead)) {
      // The slot will be that of another process; those who come later read it here.
      String process = owner.pid() == 0 ? "" : " of process " + owner.pid();
      if (!process.isEmpty() && !owner.thread().contains(process)) {
        note.writeName(owner.thread() + process);
      }
    }
    return owner;
  }

  /** Who holds the lock now, or null. */
  @Nullable LockOwner owner() {
    try {
      long now = word.load();
      if (SharedWord.isFree(now)) {
        return null;
      }
      return owner(now, region.isLiving(SharedWord.slotOf(now), SharedWord.generationOf(now)));
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  private LockOwner owner(long owned, boolean alive) {
    int slot = SharedWord.slotOf(owned);
    boolean known =
        slot >= 0
            && slot < region.slots
            && Slots.generation(region.memory, slot) == SharedWord.generationOf(owned);
    long since = HolderNote.since(region, offset);
    return new LockOwner(
        known ? slot : -1,
        known ? Slots.pid(region.memory, slot) : 0,
        known ? Slots.label(region.memory, slot) : "",
        HolderNote.name(region, offset),
        since == 0 ? null : Instant.ofEpochMilli(since),
        alive);
  }

  /** The lock in words, without an exception if the region is lost. */
  String describe() {
    try {
      LockOwner owner = owner();
      String state = owner == null ? "Unlocked" : "Locked by " + owner;
      String end = owner == null || owner.alive() ? "" : ", which has ended";
      return "[" + label() + ", " + state + end + (isOrphan() ? ", poisoned]" : "]");
    } catch (IllegalStateException e) {
      return "[" + label() + ", " + (region.isClosed() ? "closed]" : "lost]");
    }
  }
}
