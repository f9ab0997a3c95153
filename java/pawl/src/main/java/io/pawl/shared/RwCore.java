package io.pawl.shared;

import static io.pawl.shared.Steps.Step.READER_COUNTED;
import static io.pawl.shared.Steps.Step.READER_UNCOUNTED;
import static io.pawl.shared.Steps.Step.WRITER_CLEARED;
import static io.pawl.shared.Steps.Step.WRITER_SET;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.StackRoom;
import io.pawl.observe.Wait;
import io.pawl.shared.SharedWord.Outcome;
import io.pawl.spi.NativeWait;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The protocol of a shared read-write lock. */
final class RwCore {
  /*
   * State
   *   mutex           held by the writer, and by readers for the moment in which they enter beside one
   *   writer          1 from before a writer waits for readers until its section has ended
   *   readers[slot]   low half: how many threads of a handle read; high half: the slot's generation
   *   sequence        what a writer sleeps on while it waits for readers
   *
   * Algorithm
   *   read     count in the own line; if writer is 0, go on. Else uncount, lock the mutex, clear writer,
   *            count, unlock.
   *   unread   uncount; if writer is set, add one to sequence and wake it
   *   write    lock the mutex; set writer; wait until each line is 0 or that of a dead handle
   *   unwrite  clear writer; unlock the mutex
   *
   * Invariants
   *   I1  A reader counts before it looks at writer, a writer sets writer before it looks at the counts: one
   *       sees the other. Both are volatile; the barrier of one process would not reach the others.
   *   I2  A reader that counts with the mutex held meets no writer.
   *   I3  The data may be half changed only while writer is set. So an owner of the mutex that died while
   *       it was clear has left the data whole, and its mark is removed.
   *   I4  While the mutex bears a mark, writer stays set: no reader enters without learning of it.
   *   I5  A recovery runs with the mutex held and no reader inside.
   *   I6  Counts of dead readers are cleared by the writer that finds them: readers change nothing.
   *   I7  How many threads of this handle read is known without the file, which may be gone.
   *
   * Lock order: mutex, then the lines. Fairness: none between processes; a writer that waits keeps new
   * readers out.
   */
  private final Region region;
  private final long offset;
  private final long own;
  private final MutexCore mutex;
  private final @Nullable Recovery recovery;

  /** How many threads of this handle read. */
  private final AtomicInteger readers = new AtomicInteger();

  RwCore(Region region, long offset, String name, @Nullable Recovery recovery) {
    this.region = region;
    this.offset = offset;
    this.own = line(region.slot);
    this.mutex = new MutexCore(region, offset, name);
    this.recovery = recovery;
    try {
      // Interpreted code survives a fault in a load.
      long _ = region.getLong(own);
      region.setLong(own, (long) region.generation << Integer.SIZE);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  private long line(int slot) {
    return offset + Layout.PER_SLOT + (long) slot * Layout.SLOT_LINE;
  }

  MutexCore mutex() {
    return mutex;
  }

  private boolean isWriterSet() {
    return region.getInt(offset + Layout.RW_WRITER) != 0;
  }

  private void setWriter(int value) {
    region.setInt(offset + Layout.RW_WRITER, value);
  }

  /** How many threads of this handle read. */
  int readersHere() {
    return readers.get();
  }

  // ---- Readers

  /** Enters as a reader if there is no writer, without the mutex. */
  boolean enter() {
    StackRoom.forClose();
    count();
    if (!isWriterSet()) {
      return true;
    }
    uncount();
    return false;
  }

  private void count() {
    // Interpreted code survives a fault in a load.
    long _ = region.getLong(own);
    long _ = (long) Region.LONG.getAndAdd(region.memory, own, 1L);
    int _ = readers.incrementAndGet();
    Steps.at(READER_COUNTED);
  }

  /** Leaves as a reader. */
  void leave() {
    StackRoom.forClose();
    uncount();
  }

  private void uncount() {
    if (readers.getAndUpdate(count -> Math.max(count - 1, 0)) == 0) {
      throw new IllegalMonitorStateException(
          "No thread of this handle holds the read lock " + mutex.describe());
    }
    long count;
    do {
      count = region.getLong(own);
      if ((int) count == 0) {
        throw region.lost("the readers of " + mutex.name() + " were overwritten", null);
      }
    } while (!region.casLong(own, count, count - 1));
    Steps.at(READER_UNCOUNTED);
    if (isWriterSet()) {
      int _ = region.addInt(offset + Layout.RW_SEQUENCE, 1);
      region.wake(offset + Layout.RW_SEQUENCE, NativeWait.ALL);
    }
  }

  /** Enters as a reader with the mutex, which was acquired with this outcome. */
  Outcome enterWithMutex(Object blocker, Outcome acquired, boolean interruptible, long deadline) {
    boolean done = false;
    try {
      Outcome outcome =
          acquired == Outcome.ORPHANED ? repair(blocker, interruptible, deadline) : acquired;
      if (MutexCore.isHeld(outcome)) {
        setWriter(0);
        count();
        done = true;
        mutex.leave();
      }
      return outcome;
    } finally {
      if (!done) {
        mutex.abandon();
      }
    }
  }

  // ---- Writers

  /** Becomes the writer with the mutex, which was acquired with this outcome. */
  Outcome write(
      Object blocker, Outcome acquired, boolean forced, boolean interruptible, long deadline) {
    boolean done = false;
    try {
      Outcome outcome = acquired;
      if (outcome == Outcome.ORPHANED && (!forced || !isWriterSet())) {
        outcome = repair(blocker, interruptible, deadline);
      }
      if (MutexCore.isHeld(outcome)) {
        setWriter(1);
        Steps.at(WRITER_SET);
        Outcome drained = drain(blocker, interruptible, deadline);
        if (drained != Outcome.ACQUIRED) {
          endWrite();
          outcome = drained;
        }
      }
      done = MutexCore.isHeld(outcome);
      return outcome;
    } finally {
      if (!done) {
        mutex.abandon();
      }
    }
  }

  /** Ends the section of the writer, which keeps the mutex. */
  void endWrite() {
    if (!mutex.isOrphan()) {
      setWriter(0);
      Steps.at(WRITER_CLEARED);
    }
  }

  /** Removes the mark of a death, if need be by the recovery; else throws. */
  private Outcome repair(Object blocker, boolean interruptible, long deadline) {
    if (!isWriterSet()) {
      mutex.clearOrphan();
      return Outcome.ACQUIRED;
    }
    if (recovery != null) {
      Outcome drained = drain(blocker, interruptible, deadline);
      if (drained != Outcome.ACQUIRED) {
        return drained;
      }
    }
    Poison.remove(mutex, recovery);
    return Outcome.ACQUIRED;
  }

  /** Waits until no reader that lives is inside. */
  private Outcome drain(Object blocker, boolean interruptible, long deadline) {
    return Observers.arePresent() && hasReaders()
        ? ToldWait.of(
            blocker, Wait.Mode.EXCLUSIVE, () -> drainUnobserved(blocker, interruptible, deadline))
        : drainUnobserved(blocker, interruptible, deadline);
  }

  private boolean hasReaders() {
    for (int slot = 0; slot < region.slots; slot++) {
      if ((int) region.getLong(line(slot)) != 0) {
        return true;
      }
    }
    return false;
  }

  private Outcome drainUnobserved(Object blocker, boolean interruptible, long deadline) {
    for (int slot = 0; slot < region.slots; slot++) {
      long slice = region.waits.firstSlice();
      while (true) {
        int seen = region.getInt(offset + Layout.RW_SEQUENCE);
        long readers = region.getLong(line(slot));
        if ((int) readers == 0) {
          break;
        }
        if (!region.isLiving(slot, (int) (readers >>> Integer.SIZE))) {
          if (region.casLong(line(slot), readers, 0)) {
            region.noteDeath();
          }
          continue;
        }
        if (interruptible && Thread.currentThread().isInterrupted()) {
          return Outcome.INTERRUPTED;
        }
        if (Deadlines.passed(deadline)) {
          return Outcome.TIMED_OUT;
        }
        region.waits.await(
            blocker, offset + Layout.RW_SEQUENCE, seen, slice, deadline, interruptible);
        slice = region.waits.nextSlice(slice);
      }
    }
    return Outcome.ACQUIRED;
  }
}
