package io.pawl.shared;

import static io.pawl.shared.Steps.Step.SEQUENCE_EVEN;
import static io.pawl.shared.Steps.Step.SEQUENCE_ODD;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A record in a region that is read much more often than written: readers write nothing, in
 * whichever process, and never see a record that is half written. {@link
 * SharedRegion#seqLock(String, int)} finds it by its name.
 *
 * {@snippet :
 * SharedSeqLock position = region.seqLock("position", 16);
 * position.write(record -> {
 *   record.set(JAVA_DOUBLE, 0, x);
 *   record.set(JAVA_DOUBLE, 8, y);
 * });
 *
 * MemorySegment copy = position.read();
 * double x = copy.get(JAVA_DOUBLE, 0);
 * }
 *
 * <p><b>Reading</b> copies the record. It is tried again while writers come in between, and after a
 * number of times with writers kept out.
 *
 * <p><b>Death.</b> A writer that dies in its section poisons the record: reading and writing throw
 * {@link OwnerDiedException}, or run the {@link Recovery}, which may call {@link #record()}; {@link
 * #writeForced} writes it anew. A reader that dies leaves nothing behind.
 *
 * <p><b>Threads.</b> Reading and writing are not interruptible and have no timeouts; they wait, if
 * at all, for writers. A virtual thread does not pin its carrier.
 *
 * <p><b>Memory consistency effects.</b> Actions before the end of a write <i>happen-before</i>
 * those after a read that returns what it wrote, also in another process.
 *
 * <p><b>Cost.</b> Reading costs two loads and the copy; writing costs a hold of a mutex between
 * processes, and a copy of the record for the case that the change fails.
 */
public final class SharedSeqLock {

  /*
   * Algorithm
   *   write   lock the mutex; sequence odd; store fence; the record; sequence even; unlock
   *   read    sequence; load fence; copy; load fence; sequence again: the same and even, or try again.
   *           After ATTEMPTS with the mutex held.
   *
   * Invariants
   *   I1  The sequence is odd from before a writer changes the record until after it. Odd while the mutex
   *       is held by somebody else, it tells of a write that was not finished, marked or not: no reader
   *       takes the record for whole.
   *   I2  A function that throws leaves the record as it was before, or odd and marked.
   *   I3  An owner of the mutex that died while the sequence was even has left the record whole.
   */
  private static final int ATTEMPTS = 64;

  private final Region region;
  private final MutexCore mutex;
  private final long sequence;
  private final MemorySegment record;
  private final @Nullable Recovery recovery;

  SharedSeqLock(Region region, long offset, String name, int bytes, @Nullable Recovery recovery) {
    this.region = region;
    this.mutex = new MutexCore(region, offset, name);
    this.sequence = offset + Layout.SEQ_SEQUENCE;
    this.record = region.memory.asSlice(offset + Layout.SEQ_RECORD, bytes);
    this.recovery = recovery;
    mutex.join(this);
  }

  String name() {
    return mutex.name();
  }

  boolean isHeldHere() {
    return mutex.isHeldHere();
  }

  /**
   * Reads the record.
   *
   * @return a copy, of the heap
   * @throws OwnerDiedException if a writer died and the record is not repaired
   */
  public MemorySegment read() {
    MemorySegment copy = MemorySegment.ofArray(new long[(int) ((record.byteSize() + 7) / 8)]);
    MemorySegment exact = copy.asSlice(0, record.byteSize());
    read(exact);
    return exact;
  }

  /**
   * Reads the record into memory of the caller.
   *
   * @param target where the copy goes; as large as the record at least
   * @throws OwnerDiedException if a writer died and the record is not repaired
   * @throws IndexOutOfBoundsException if target is too small
   */
  public void read(MemorySegment target) {
    try {
      for (int i = 0; i < ATTEMPTS; i++) {
        int before = region.getInt(sequence);
        if ((before & 1) == 0) {
          copy(record, target);
          VarHandle.acquireFence();
          if (region.getInt(sequence) == before) {
            return;
          }
        }
        Thread.onSpinWait();
      }
      lock();
      try {
        copy(record, target);
      } finally {
        mutex.leave();
      }
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  private static void copy(MemorySegment from, MemorySegment to) {
    MemorySegment.copy(from, 0, to, 0, from.byteSize());
  }

  /**
   * Changes the record, one writer at a time.
   *
   * @param change is given the record; what it throws is passed on, with the record as it was
   *     before
   * @throws OwnerDiedException if a writer died and the record is not repaired
   * @throws IllegalMonitorStateException if the current thread writes the record already
   */
  public void write(Consumer<MemorySegment> change) {
    lock();
    try {
      change(change);
    } catch (InternalError e) {
      throw region.lost(e);
    } finally {
      mutex.leave();
    }
  }

  /**
   * Writes the record whatever state it is in, and states that it is in order.
   *
   * @param change is given the record, which may be half written; what it throws is passed on, and
   *     the record is then what it was before
   * @return whether a writer had died
   * @throws IllegalMonitorStateException if the current thread writes the record already
   */
  public boolean writeForced(Consumer<MemorySegment> change) {
    boolean died = mutex.lock(this);
    try {
      died |= isOdd();
      change(change);
      mutex.clearOrphan();
      return died;
    } catch (InternalError e) {
      throw region.lost(e);
    } finally {
      mutex.leave();
    }
  }

  private void change(Consumer<MemorySegment> change) {
    MemorySegment before = MemorySegment.ofArray(record.toArray(ValueLayout.JAVA_BYTE));
    int old = region.getInt(sequence);
    region.setInt(sequence, old | 1);
    Steps.at(SEQUENCE_ODD);
    VarHandle.fullFence();
    boolean whole = false;
    try {
      change.accept(record);
      whole = true;
    } finally {
      try {
        if (!whole) {
          copy(before, record);
          // An odd number that a dead writer has left stays until the record is known to be whole.
          whole = (old & 1) == 0;
        }
      } finally {
        if (whole) {
          region.setInt(sequence, (old | 1) + 1);
          Steps.at(SEQUENCE_EVEN);
        } else {
          mutex.setOrphan();
        }
      }
    }
  }

  private boolean isOdd() {
    return (region.getInt(sequence) & 1) != 0;
  }

  /** Locks the mutex with the record whole, or throws. */
  private void lock() {
    boolean orphaned = mutex.lock(this);
    boolean done = false;
    try {
      if (isOdd()) {
        mutex.setOrphan();
        Poison.remove(mutex, recovery);
        region.setInt(sequence, (region.getInt(sequence) | 1) + 1);
      } else if (orphaned) {
        mutex.clearOrphan();
      }
      done = true;
    } finally {
      if (!done) {
        mutex.abandon();
      }
    }
  }

  /**
   * The record itself, for a {@link Recovery}: to be changed by the thread that runs it only.
   *
   * @return the record
   */
  public MemorySegment record() {
    return record;
  }

  /**
   * Whether a writer died and the record has not been repaired, as far as somebody has noticed.
   *
   * @return true if readers and writers are told of a death
   */
  public boolean isPoisoned() {
    return mutex.isOrphan();
  }

  /**
   * Who writes, in whichever process; for monitoring, not for synchronization.
   *
   * @return the writer, alive or not; null if there is none
   */
  public @Nullable LockOwner owner() {
    return mutex.owner();
  }

  /**
   * Names the lock and its writer.
   *
   * @return the name, who writes, and whether the record is poisoned
   */
  @Override
  public String toString() {
    return "SharedSeqLock" + mutex.describe();
  }
}
