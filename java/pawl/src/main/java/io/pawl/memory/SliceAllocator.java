package io.pawl.memory;

import io.pawl.internal.queue.StackRoom;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Allocates slices of any length in shared chunks, each freed by itself when its handles are
 * closed, by any thread and in any order.
 *
 * {@snippet :
 * try (var slices = new SliceAllocator(provider)) {
 *   while (parser.next()) {
 *     ArcSlice record = slices.tryAllocate(parser.length(), parser::copyTo);
 *     queue.put(record); // the consumer closes it
 *   }
 * }
 * }
 *
 * <p><b>Memory.</b> Slices are aligned to 8 bytes and follow each other in a chunk, which goes back
 * to the provider when the last of them is closed and the allocator has left it. When a request
 * does not fit in the current chunk it is served from another; of the two, that with more space
 * left is the current one from then on. Contents are not zeroed. A slice of no bytes holds no
 * chunk.
 *
 * <p>An allocator that is forgotten without being closed keeps its current chunk for ever, also
 * when its thread has ended. {@link LeakDetection} finds such allocators.
 *
 * <p><b>Threads.</b> An allocator belongs to the thread that made it, others get {@link
 * WrongThreadException}; threads have one each, and may share a provider. The slices go to any
 * thread.
 *
 * <p><b>Cost.</b> An allocation in the current chunk takes one compare-and-set and allocates the
 * handle. A chunk that is held by one small slice is held as a whole.
 */
public final class SliceAllocator implements AutoCloseable {

  /*
   * Algorithm: a position in the current chunk, moved by the owner alone. The allocator has a hold on that chunk, so
   * it stays although all its slices are closed.
   *
   * Invariants
   *   I1  What is before the position has been given away; a piece comes back only if it was the last, its
   *       initializer failed, and nobody has had a handle of it.
   *   I2  The allocator has hold 0 of the first cell of current, and of no other chunk.
   *
   * States
   *
   *                 it does not fit            it does not fit, and more is left in another chunk
   *   no chunk ------------------> current chunk -----------------------------+
   *                                   ^  |   ^                                |
   *                                   |  |   +----- that chunk is current <---+   the hold on the old one is dropped
   *                                   +--+
   *                          a slice: position goes on     close: the hold is dropped
   */
  private static final long GRAIN = 8;
  private static final long LARGEST = Integer.MAX_VALUE - GRAIN;

  private final Thread owner = Thread.currentThread();
  private final ChunkProvider provider;

  private @Nullable SliceChunk current;

  /** The allocator's own cell of the current chunk. */
  private @Nullable HoldCell ownCell;

  private long position;
  private volatile boolean closed;

  // Written by the owner, and read by any thread.
  private final AtomicLong slices = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong chunks = new AtomicLong();
  private final AtomicLong bytesLeftBehind = new AtomicLong();

  private final @Nullable LeakWatch watch;

  /**
   * Constructs an allocator that belongs to the current thread.
   *
   * @param provider where chunks come from; the allocator does not close it
   * @throws NullPointerException if provider is null
   */
  public SliceAllocator(ChunkProvider provider) {
    this.provider = Objects.requireNonNull(provider, "provider");
    this.watch = LeakDetection.wants() ? LeakDetection.watch(this, "A slice allocator") : null;
  }

  /**
   * Fills a new slice.
   *
   * @param <E> what it may throw
   */
  @FunctionalInterface
  public interface Initializer<E extends Exception> {

    /**
     * Fills a slice.
     *
     * @param segment the slice, with unspecified contents; not to be used after this call
     * @throws E if it cannot be filled
     */
    void initialize(MemorySegment segment) throws E;
  }

  /**
   * Allocates a slice.
   *
   * @param length its size in bytes
   * @return its first handle, with unspecified contents
   * @throws IllegalArgumentException if length is negative or over 2<sup>31</sup>-9
   * @throws WrongThreadException if the current thread is not that which made this allocator
   * @throws IllegalStateException if this allocator is closed
   * @throws BudgetExceededException if the provider's budget does not allow it
   * @throws OutOfMemoryError if the system does not allow it
   */
  public ArcSlice allocate(long length) {
    return allocate(length, true);
  }

  /** Allocates a slice, of which the first handle is its user's or that of another object. */
  private HeldSlice allocate(long length, boolean own) {
    requireOwner();
    if (length < 0 || length > LARGEST) {
      throw new IllegalArgumentException("A slice cannot have " + length + " bytes");
    }
    if (length == 0) {
      HeldSlice nothing = HeldSlice.ofNothing(own);
      count(1, 0);
      return nothing;
    }
    long need = need(length);
    SliceChunk chunk = current;
    if (chunk == null || position + need > chunk.memory.byteSize()) {
      return allocateElsewhere(length, need, own);
    }
    HeldSlice slice = HeldSlice.of(chunk, position, length, own);
    position += need;
    count(1, length);
    return slice;
  }

  private void count(int sign, long length) {
    add(slices, sign);
    add(bytes, sign * length);
  }

  private static void add(AtomicLong count, long more) {
    count.lazySet(count.getPlain() + more);
  }

  /**
   * Allocates a slice with a cleanup, which is run once: by the thread that closes the last handle
   * of the slice, before its memory is used for anything else.
   *
   * {@snippet :
   * ArcSlice mapped = slices.allocate(16, segment -> unmap(segment.get(ADDRESS, 0)));
   * }
   *
   * @param length its size in bytes
   * @param cleanup gets the slice, which it must not use after it has returned; what it throws is
   *     thrown by the close, and the slice counts as closed
   * @return its first handle, with unspecified contents
   * @throws IllegalArgumentException if length is negative or over 2<sup>31</sup>-9
   * @throws WrongThreadException if the current thread is not that which made this allocator
   * @throws IllegalStateException if this allocator is closed
   * @throws BudgetExceededException if the provider's budget does not allow it
   * @throws OutOfMemoryError if the system does not allow it
   * @throws NullPointerException if cleanup is null
   */
  public ArcSlice allocate(long length, Consumer<? super MemorySegment> cleanup) {
    return tryAllocate(length, _ -> {}, cleanup);
  }

  /**
   * Allocates a slice and fills it. If that fails nothing remains: the slice is closed, and its
   * space is the next to be given away, unless the initializer has allocated slices itself.
   *
   * @param <E> what the initializer may throw
   * @param length its size in bytes
   * @param initializer what fills it; what it throws is thrown here
   * @return its first handle
   * @throws E if the initializer throws it
   * @throws IllegalArgumentException if length is negative or over 2<sup>31</sup>-9
   * @throws WrongThreadException if the current thread is not that which made this allocator
   * @throws IllegalStateException if this allocator is closed
   * @throws BudgetExceededException if the provider's budget does not allow it
   * @throws OutOfMemoryError if the system does not allow it
   * @throws NullPointerException if initializer is null
   */
  public <E extends Exception> ArcSlice tryAllocate(
      long length, Initializer<? extends E> initializer) throws E {
    Objects.requireNonNull(initializer, "initializer");
    return fill(allocate(length), initializer, false);
  }

  /**
   * Allocates a slice with a cleanup and fills it. If that fails nothing remains, as with {@link
   * #tryAllocate(long, Initializer)}, and the cleanup is not run.
   *
   * @param <E> what the initializer may throw
   * @param length its size in bytes
   * @param initializer what fills it; what it throws is thrown here
   * @param cleanup what is run once, with the last handle, as by {@link #allocate(long, Consumer)}
   * @return its first handle
   * @throws E if the initializer throws it
   * @throws IllegalArgumentException if length is negative or over 2<sup>31</sup>-9
   * @throws WrongThreadException if the current thread is not that which made this allocator
   * @throws IllegalStateException if this allocator is closed
   * @throws BudgetExceededException if the provider's budget does not allow it
   * @throws OutOfMemoryError if the system does not allow it
   * @throws NullPointerException if initializer or cleanup is null
   */
  public <E extends Exception> ArcSlice tryAllocate(
      long length, Initializer<? extends E> initializer, Consumer<? super MemorySegment> cleanup)
      throws E {
    Objects.requireNonNull(initializer, "initializer");
    Objects.requireNonNull(cleanup, "cleanup");
    return fill(allocateCleaned(length, cleanup), initializer, true);
  }

  /**
   * Allocates elements and makes each of them. If one fails nothing remains: those before it are
   * cleaned up as their type says, the last of them first, and the space is given back as by {@link
   * #tryAllocate(long, Initializer)}.
   *
   * @param <T> the type of the elements
   * @param <E> what the initializer may throw
   * @param type how they are kept
   * @param count how many
   * @param initializer what makes them; what it throws is thrown here
   * @return the first handle
   * @throws E if the initializer throws it
   * @throws IllegalArgumentException if count is negative, or the elements take over
   *     2<sup>31</sup>-9 bytes
   * @throws WrongThreadException if the current thread is not that which made this allocator
   * @throws IllegalStateException if this allocator is closed
   * @throws BudgetExceededException if the provider's budget does not allow it
   * @throws OutOfMemoryError if the system does not allow it
   * @throws NullPointerException if type or initializer is null
   */
  public <T, E extends Exception> ArcElements<T> tryAllocate(
      ElementType<T> type,
      long count,
      ArcElements.Initializer<? extends T, ? extends E> initializer)
      throws E {
    Objects.requireNonNull(initializer, "initializer");
    long length = type.byteSize(count);
    Initializer<E> fill = segment -> ArcElements.fill(type, segment, initializer);
    ArcSlice slice =
        type.hasCleanup()
            ? tryAllocate(length, fill, ArcElements.cleanup(type))
            : tryAllocate(length, fill);
    try {
      return new ArcElements<>(type, slice);
    } catch (Throwable t) {
      slice.close();
      throw t;
    }
  }

  /**
   * Allocates one value.
   *
   * @param <T> the type of the value
   * @param type how it is kept
   * @param value the value
   * @return its first handle
   * @throws WrongThreadException if the current thread is not that which made this allocator
   * @throws IllegalStateException if this allocator is closed
   * @throws BudgetExceededException if the provider's budget does not allow it
   * @throws OutOfMemoryError if the system does not allow it
   * @throws NullPointerException if type is null
   */
  public <T> ArcSingle<T> allocate(ElementType<T> type, T value) {
    ArcElements<T> elements = tryAllocate(type, 1, _ -> value);
    try {
      return elements.asSingle();
    } catch (Throwable t) {
      elements.close();
      throw t;
    }
  }

  private CleanedSlice allocateCleaned(long length, Consumer<? super MemorySegment> cleanup) {
    StackRoom.forClose(); // the slice is not forgotten if it cannot be filled
    HeldSlice slice = allocate(length, false);
    try {
      return CleanedSlice.of(slice, cleanup);
    } catch (Throwable t) {
      undo(slice, true);
      throw t;
    }
  }

  /** Fills a slice that nobody has got; if that fails, takes it back. */
  private <E extends Exception> ArcSlice fill(
      ArcSlice slice, Initializer<? extends E> initializer, boolean inRoom) throws E {
    boolean filled = false;
    try {
      initializer.initialize(slice.segment());
      filled = true;
      return slice;
    } finally {
      if (!filled) {
        undo(slice, inRoom);
      }
    }
  }

  /** Takes a slice back that nobody has got. */
  private void undo(ArcSlice slice, boolean inRoom) {
    long start = position - need(slice.byteSize());
    boolean isLast = current != null && slice.isAt(current, start);
    if (inRoom) {
      slice.closeInRoom();
    } else {
      slice.close();
    }
    count(-1, slice.byteSize());
    if (isLast) {
      position = start;
    }
  }

  private HeldSlice allocateElsewhere(long length, long need, boolean own) {
    StackRoom.forClose(); // what follows is not left half done
    SliceChunk fresh = acquire(need);
    HoldCell ownHold = fresh.open();
    HeldSlice slice;
    try {
      slice = HeldSlice.of(fresh, 0, length, own);
    } catch (Throwable t) {
      boolean _ = ownHold.drop(0);
      throw t;
    }
    SliceChunk old = current;
    HoldCell left = ownHold;
    long rest = fresh.memory.byteSize() - need;
    long oldRest = old == null ? 0 : old.memory.byteSize() - position;
    if (old == null || rest > oldRest) {
      left = ownCell;
      current = fresh;
      ownCell = ownHold;
      position = need;
    }
    count(1, length);
    add(chunks, 1);
    add(bytesLeftBehind, Math.min(rest, oldRest));
    if (left != null) {
      dropOrClose(left, slice);
    }
    return slice;
  }

  /** Drops a hold; should giving the chunk back fail, nobody gets the slice either. */
  private static void dropOrClose(HoldCell left, ArcSlice slice) {
    try {
      boolean _ = left.drop(0);
    } catch (Throwable t) {
      slice.close();
      throw t;
    }
  }

  private SliceChunk acquire(long bytes) {
    Chunk chunk = provider.acquire(bytes, false);
    try {
      return new SliceChunk(chunk);
    } catch (Throwable t) {
      chunk.close();
      throw t;
    }
  }

  /** Drops the hold on the current chunk. */
  private void leave() {
    HoldCell own = ownCell;
    current = null;
    ownCell = null;
    if (own != null) {
      boolean _ = own.drop(0);
    }
  }

  private static long need(long length) {
    return (length + GRAIN - 1) & -GRAIN;
  }

  private void requireOwner() {
    if (Thread.currentThread() != owner) {
      throw new WrongThreadException("The allocator belongs to " + owner);
    }
    if (closed) {
      throw new IllegalStateException("Closed already: " + this);
    }
  }

  /**
   * What has been allocated, also for other threads than that to which the allocator belongs.
   *
   * @return the numbers, consistent while nobody allocates
   */
  public Statistics statistics() {
    return new Statistics(slices.get(), bytes.get(), chunks.get(), bytesLeftBehind.get());
  }

  /**
   * What an allocator has done.
   *
   * @param slicesAllocated slices handed out, open or closed by now
   * @param bytesAllocated their lengths together
   * @param chunksAcquired chunks that the provider has handed out for them
   * @param bytesLeftBehind what was left in chunks when the allocator went on with another
   */
  public record Statistics(
      long slicesAllocated, long bytesAllocated, long chunksAcquired, long bytesLeftBehind) {}

  /**
   * Names the allocator and its state, also for other threads than that to which it belongs.
   *
   * @return the identity, {@code Open} or {@code Closed}, and what has been allocated
   */
  @Override
  public String toString() {
    return "SliceAllocator@%x[%s, %d slices, %d bytes]"
        .formatted(
            System.identityHashCode(this), closed ? "Closed" : "Open", slices.get(), bytes.get());
  }

  /**
   * Closes this allocator. Its slices stay, and the current chunk goes back to the provider with
   * the last of them.
   *
   * @throws WrongThreadException if the current thread is not that which made this allocator
   * @throws IllegalStateException if it is closed already
   */
  @Override
  public void close() {
    requireOwner();
    StackRoom.forClose(); // the hold is not forgotten
    try {
      LeakDetection.ended(watch);
      closed = true;
      leave();
    } finally {
      Reference.reachabilityFence(this); // an allocator that is being closed is not lost
    }
  }
}
