package io.pawl.memory;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.Mutex;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Allocates native memory for all threads by moving a pointer, and frees it all at once.
 *
 * <p>It stands between {@link Arena#ofShared()}, which asks the system for each allocation, and
 * {@link SegmentAllocator#slicingAllocator}, which serves one thread and one segment.
 *
 * {@snippet :
 * try (var arena = new ConcurrentArena()) {
 *   lines.parallel().forEach(line -> index.put(key(line), arena.allocateFrom(line)));
 *   query(index);
 * } // all segments are gone
 * }
 *
 * <p><b>Memory.</b> It comes in chunks from a {@link ChunkProvider}. An allocation that does not
 * fit in what is left of a chunk abandons that rest, if another chunk can be had; one that is
 * oversized for the provider gets a chunk of its own. Sizes are rounded up to 8 bytes. An alignment
 * over 8, up to a page and beyond, takes room for itself. Contents are <i>not</i> zeroed: they are
 * whatever the chunk was used for before. An allocation of 0 bytes takes none.
 *
 * <p><b>Closing and resetting.</b> Afterwards accesses to all segments handed out before throw
 * {@link IllegalStateException}; memory is never accessed after it has been freed, and no chunk is
 * used again while an older segment can reach it. That is as sure as {@link Arena#ofShared()} makes
 * it: on JDK 25 a thread in a loop over a segment that also makes objects was seen to go on with
 * the loop after the closing, once in some thousand times. So close an arena when its users are
 * done, not to stop them. A thread that allocates meanwhile gets that exception, or a segment that
 * is as dead as the others. An arena that is forgotten without being closed keeps its memory for
 * ever, as {@link Arena#ofShared()} does; {@link LeakDetection} finds it. As with {@link
 * Arena#ofShared()}, a thread that is in the middle of an access may find its interrupted status
 * set. Without native access for Pawl's module chunks go back to the system and not to the
 * provider's cache, and a native call does not keep the arena from being closed: the chunk that it
 * uses stays accessible, and is freed by the provider's next request or close.
 *
 * <p><b>An {@code Arena}.</b> It goes wherever the JDK asks for one, with two differences: contents
 * are not zeroed, and it can be reset. Segments may be reinterpreted to its {@linkplain #scope
 * scope}, with cleanups, and {@link #onClose} takes actions that run when it is closed.
 *
 * <p><b>Threads.</b> Any thread may call any method. When a chunk is used up one thread fetches the
 * next while others that need it wait for that thread, blocked and not spinning. The wait ignores
 * interrupts and preserves the interrupted status.
 *
 * <p><b>Cost.</b> The common case is one atomic add and the allocation of the segment object.
 * Closing and resetting take what closing a shared {@link Arena} takes, some tens of microseconds
 * whatever was allocated, and give each chunk back.
 */
public final class ConcurrentArena implements Arena {

  /*
   * Algorithm: current holds a chunk together with its position. An allocation adds to the position; if the piece
   * ends within the chunk it is done. Else it takes the lock. There it tries the chunk that another thread may have
   * fetched meanwhile, once, and else fetches one and cuts its own piece off before others can see it: there is
   * nothing to retry and no recursion, however many threads compete.
   *
   * States
   *
   *   open ---close, reset---> freeing ---no native call uses it---> open again, after a reset, or closed; and
   *     ^                         |                                  then the actions run and the chunks go back
   *     +-------------------------+
   *        a native call uses it: nothing has changed
   *
   *   Freeing holds the lock: who needs it waits. Within, the JDK runs the cleanups of segments that were
   *   reinterpreted to this arena, so these are kept from waiting for their own thread. Actions run after it, when
   *   the arena is closed, or open and empty.
   *
   * Invariants
   *   I1  A chunk is current for one stretch of time, with one Bump. After a reset its memory comes back with
   *       another Bump, so a late add to an old one takes nothing from anybody.
   *   I2  All segments have the scope of the arena, not that of the chunk. A chunk is given back after that scope
   *       has been closed, which makes sure that no thread is in the middle of an access.
   *   I3  Only the holder of the lock changes current, chunks, scope and actions; but for a close that has not
   *       closed the arena's own provider, which makes closed what is open and empty again.
   *   I4  What has been detached under the lock is gone through to the end, whatever is thrown, by the thread that
   *       has detached it: each action is run once, then each chunk goes back once. That needs no memory, and there
   *       is stack for it.
   *
   * Memory order
   *   current                  volatile; publishes the Bump
   *   chunks, scope, actions   plain, under the lock
   */

  /** Nothing is left of it, and nothing ever is tried. */
  private static final Bump EMPTY = new Bump(null, MemorySegment.NULL, 0, null);

  private static final Bump CLOSED = new Bump(null, MemorySegment.NULL, 0, null);

  /** More than any system has; keeps sums from overflowing. */
  private static final long LARGEST = 1L << 60;

  private static final boolean CAN_SCOPE = canScope();

  private final Mutex growth = Subjects.part(new Mutex(), this);
  private final ChunkProvider provider;
  private final boolean ownsProvider;
  private final boolean scoped;
  private final @Nullable LeakWatch watch;

  private volatile Bump current = EMPTY;

  /** The chunks in use, linked. */
  private @Nullable Bump chunks;

  /**
   * Has the scope of all segments, unless they have that of their chunk; null if none was asked
   * for.
   */
  private @Nullable Arena scope;

  private final CloseActions actions = new CloseActions();

  /** Constructs an arena with a provider of its own, without a budget. */
  public ConcurrentArena() {
    this(new ChunkProvider(), true, CAN_SCOPE);
  }

  /**
   * Constructs an arena that takes its chunks from a provider, which may serve others as well.
   *
   * @param provider the provider, which the arena does not close
   * @throws NullPointerException if provider is null
   */
  public ConcurrentArena(ChunkProvider provider) {
    this(Objects.requireNonNull(provider, "provider"), false, CAN_SCOPE);
  }

  ConcurrentArena(ChunkProvider provider, boolean ownsProvider, boolean scoped) {
    this.provider = provider;
    this.ownsProvider = ownsProvider;
    this.scoped = scoped;
    this.watch = LeakDetection.wants() ? LeakDetection.watch(this, "An arena") : null;
  }

  @SuppressWarnings("restricted")
  private static boolean canScope() {
    try {
      MemorySegment _ = MemorySegment.NULL.reinterpret(Arena.global(), null);
      return true;
    } catch (IllegalCallerException denied) {
      return false;
    }
  }

  /**
   * Allocates memory.
   *
   * @param byteSize how many bytes
   * @param byteAlignment the alignment of the address, in bytes
   * @return a segment that any thread may access until this arena is closed or reset, with
   *     unspecified contents
   * @throws IllegalArgumentException if byteSize is negative or byteAlignment not a power of two
   * @throws IllegalStateException if this arena or its provider is closed
   * @throws BudgetExceededException if the provider's budget does not allow it
   * @throws OutOfMemoryError if the system does not allow it
   */
  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    requireAlignment(byteAlignment);
    Bump bump = current;
    long need = Bump.need(byteSize, byteAlignment);
    if (byteSize > 0 && need > 0 && need <= bump.limit) {
      long start = bump.take(need);
      if (start >= 0) {
        return bump.piece(start, byteSize, byteAlignment);
      }
    }
    return allocateSlow(byteSize, byteAlignment, bump);
  }

  private static void requireAlignment(long alignment) {
    if (alignment <= 0 || (alignment & (alignment - 1)) != 0) {
      throw new IllegalArgumentException("Not a power of two: alignment " + alignment);
    }
  }

  private MemorySegment allocateSlow(long bytes, long alignment, Bump tried) {
    if (bytes < 0) {
      throw new IllegalArgumentException("Negative size: " + bytes);
    }
    if (bytes == 0) {
      requireOpen();
      return MemorySegment.ofAddress(alignment);
    }
    if (bytes > LARGEST || alignment > LARGEST) {
      throw new OutOfMemoryError(bytes + " bytes aligned to " + alignment);
    }
    StackRoom.forWake(); // the lock is not left held
    requireOutside();
    growth.lock();
    try {
      requireOpen();
      return allocateLocked(bytes, alignment, tried);
    } finally {
      growth.unlock();
    }
  }

  private MemorySegment allocateLocked(long bytes, long alignment, Bump tried) {
    long need = Bump.need(bytes, alignment);
    if (need > provider.oversizedBytes()) {
      return fetch(need, bytes, alignment, false);
    }
    Bump bump = current;
    if (bump != tried && need <= bump.limit) {
      long start = bump.take(need);
      if (start >= 0) {
        return bump.piece(start, bytes, alignment);
      }
    }
    bump.settle();
    return fetch(need, bytes, alignment, true);
  }

  /** Gets a chunk and cuts off its first piece; if that fails, the chunk goes back. */
  private MemorySegment fetch(long used, long bytes, long alignment, boolean shared) {
    Chunk chunk = provider.acquire(used, false);
    try {
      Bump bump = new Bump(chunk, scope(chunk.segment()), used, chunks);
      MemorySegment piece = bump.piece(0, bytes, alignment);
      chunks = bump;
      if (shared) {
        current = bump;
      }
      return piece;
    } catch (Throwable t) {
      chunk.close();
      throw t;
    }
  }

  @SuppressWarnings("restricted")
  private MemorySegment scope(MemorySegment memory) {
    return scoped ? memory.reinterpret(scoping(), null) : memory;
  }

  private Arena scoping() {
    Arena s = scope;
    if (s == null) {
      scope = s = Arena.ofShared();
      if (current == CLOSED) {
        s.close();
      }
    }
    return s;
  }

  /**
   * The scope of the segments that are allocated from now on, until this arena is closed or reset.
   * So is that of segments that are {@linkplain MemorySegment#reinterpret(Arena,
   * java.util.function.Consumer) reinterpreted} to this arena; their cleanups run once, when it is
   * closed or reset, while the memory is still there.
   *
   * <p>Such a cleanup runs in the middle of that: it must not wait for another thread that uses
   * this arena, and gets {@link IllegalStateException} if it does so itself. {@link #onClose} does
   * without such restrictions.
   *
   * <p>Without native access for Pawl's module the segments have scopes of their own, which end
   * when the cleanups and actions have been run.
   *
   * @return the scope, which is not alive any more if this arena is closed
   */
  @Override
  public MemorySegment.Scope scope() {
    StackRoom.forWake(); // the lock is not left held
    if (growth.isHeldByCurrentThread()) { // in a cleanup, so there is one
      return scoping().scope();
    }
    growth.lock();
    try {
      return scoping().scope();
    } finally {
      growth.unlock();
    }
  }

  /**
   * Has something done when this arena is closed or reset, whichever is first: once, when the
   * segments are inaccessible (without native access for Pawl's module: about to become so) and
   * before their memory is used for anything else. Actions are run in the order in which they were
   * given, by the thread that closes or resets, without a lock; an action may use this arena as any
   * other code may. What an action throws keeps neither the others from being run nor the memory
   * from being freed; the first exception is then thrown by {@link #close} or {@link #reset}, with
   * the others suppressed.
   *
   * {@snippet :
   * MemorySegment handle = library.open(arena.allocateFrom(name));
   * arena.onClose(() -> library.close(handle));
   * }
   *
   * @param action what is to be done
   * @throws NullPointerException if action is null
   * @throws IllegalStateException if this arena is closed
   */
  public void onClose(Runnable action) {
    CloseActions.Action added =
        new CloseActions.Action(Objects.requireNonNull(action, "action")); // it may fail
    StackRoom.forWake(); // the lock is not left held
    requireOutside();
    growth.lock();
    try {
      requireOpen();
      actions.add(added);
    } finally {
      growth.unlock();
    }
  }

  /** Keeps a cleanup, which runs while its thread has the lock, from waiting for that thread. */
  private void requireOutside() {
    if (growth.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "A cleanup of a segment uses the arena that is being closed or reset: " + this);
    }
  }

  private void requireOpen() {
    if (current == CLOSED) {
      throw new IllegalStateException("Closed already: " + this);
    }
  }

  /**
   * Frees all that has been allocated, and runs the actions of {@link #onClose}; the arena can be
   * used again. Accesses to segments handed out before throw {@link IllegalStateException} from
   * then on. What actions and cleanups throw is thrown when all has been done.
   *
   * @throws IllegalStateException if this arena is closed; or if a native call is using one of its
   *     segments, in which case nothing has been freed or run
   */
  public void reset() {
    free(EMPTY);
  }

  /**
   * Frees all that has been allocated, closes this arena, and runs the actions of {@link #onClose}.
   * Accesses to segments handed out before throw {@link IllegalStateException} from then on. What
   * actions and cleanups throw is thrown when all has been done; the arena is closed nevertheless.
   *
   * @throws IllegalStateException if this arena is closed already; or if a native call is using one
   *     of its segments, in which case nothing has been freed or run and the arena is open
   */
  @Override
  public void close() {
    free(CLOSED);
  }

  private void free(Bump successor) {
    Failures failures = new Failures(); // first, since it may fail
    StackRoom.forClose(); // what is detached is not left half done
    requireOutside();
    Bump detached = null;
    CloseActions.Action taken = null;
    boolean freed = false;
    try {
      growth.lock();
      try {
        requireOpen();
        closeScope(failures); // nothing has changed if this throws
        freed = true;
        if (successor != CLOSED) {
          scope = null;
        }
        detached = chunks;
        chunks = null;
        taken = actions.take();
        current = successor;
      } finally {
        growth.unlock();
      }
    } catch (Throwable t) { // of the unlock
      if (!freed) {
        throw t;
      }
      failures.add(t);
    }
    CloseActions.run(taken, failures);
    giveBack(detached, failures);
    if (successor == CLOSED) {
      finishClose(failures);
    }
    failures.rethrow();
  }

  /** Makes all segments inaccessible, after which their cleanups have been run. */
  private void closeScope(Failures failures) {
    Arena s = scope;
    if (s != null) {
      try {
        s.close();
      } catch (Throwable t) {
        if (s.scope().isAlive()) {
          throw t;
        }
        failures.add(t); // of a cleanup
      }
    }
  }

  private void giveBack(@Nullable Bump detached, Failures failures) {
    for (Bump bump = detached; bump != null; bump = bump.next) {
      Chunk chunk = bump.chunk;
      if (chunk != null) {
        try {
          giveBack(chunk);
        } catch (Throwable t) {
          failures.add(t); // the provider has it nevertheless
        }
      }
    }
  }

  private void giveBack(Chunk chunk) {
    if (scoped) {
      chunk.closeInRoom();
    } else {
      chunk.discard();
    }
  }

  /** Ends the watch and closes the arena's own provider; if that fails, it can be repeated. */
  private void finishClose(Failures failures) {
    try {
      LeakDetection.ended(watch);
      if (ownsProvider) {
        provider.closeInRoom();
      }
    } catch (Throwable t) {
      current = EMPTY;
      failures.add(t);
    } finally {
      Reference.reachabilityFence(this); // an arena that is being closed is not lost
    }
  }

  /**
   * Names the arena and its state.
   *
   * @return the identity and {@code [Open]} or {@code [Closed]}
   */
  @Override
  public String toString() {
    return super.toString()
        + "["
        + Subjects.label(this)
        + (current == CLOSED ? "Closed]" : "Open]");
  }
}
