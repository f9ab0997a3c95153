package io.pawl.memory;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.GateQueue;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.Mutex;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands out chunks of native memory within a byte budget, and keeps those that come back for the
 * next request.
 *
 * <p>It supplies the arenas and slice allocators that share it, and may be used by itself:
 *
 * {@snippet :
 * try (var provider = ChunkProvider.builder().budgetBytes(64 << 20).build();
 *     var chunk = provider.acquire(100_000)) {
 *   channel.read(chunk.segment().asByteBuffer());
 * }
 * }
 *
 * <p><b>Sizes.</b> Chunks have sizes that are powers of two, between a smallest and a largest one.
 * The size in use is that of the newest chunk. A cached chunk of that size or more serves any
 * request that it is large enough for; else a fresh one is allocated, of twice the size in use, or
 * more if the request needs that. So who needs much memory gets it in few chunks, and reuse leaves
 * the size as it is. A chunk of less than the size in use is freed when it comes back. To have all
 * chunks of one size, make that the smallest and the largest. A request for more than the
 * {@linkplain Builder#oversizedBytes oversize} gets a chunk of its own, of just that size, which is
 * not cached and does not count for the size in use.
 *
 * <p>The budget bounds that growth: a chunk is larger than its request needs only if there is room
 * for eight of that size. Where there is not, or the system has no memory for it, the size falls.
 *
 * <p><b>Budget.</b> What is held counts: the chunks handed out, those cached, and {@link
 * #HEADER_BYTES} for each, which stand for what the heap and the system's allocator need. A request
 * beyond the budget first frees what is cached and then throws {@link BudgetExceededException}; who
 * can wait for others to give chunks back does so by {@link #awaitRoom} and asks again. Besides,
 * the JVM counts the memory as direct memory, which {@code -XX:MaxDirectMemorySize} limits; beyond
 * that {@link OutOfMemoryError} is thrown.
 *
 * <p><b>Forgetting.</b> Chunks and providers that are forgotten without being closed keep their
 * memory for ever: the garbage collector frees none. {@link LeakDetection} finds such chunks.
 *
 * <p><b>Threads.</b> Chunks are acquired and given back by any thread. Requests wait for each
 * other, uninterruptibly, but not while one allocates memory; giving a chunk back waits for
 * nothing, unless the provider is closed or somebody waits for room: then for the few steps of a
 * request.
 *
 * <p><b>Contents.</b> A chunk is zeroed when it comes from the system. A cached one has the
 * contents with which it came back, or the {@linkplain Builder#poison poison}.
 *
 * <p><b>Stale segments.</b> A segment of a chunk that has been given back is still accessible, and
 * shows what its next user does with it, until the memory is given back to the system; then
 * accesses throw {@link IllegalStateException}. Memory is never accessed after that.
 *
 * <p><b>Cost.</b> A cached chunk takes a lock that is seldom contended and allocates one object.
 * There is no second cache for one thread alone: what it would save is little beside the use of a
 * chunk, and what it holds, the budget would have to refuse to others. Giving memory back to the
 * system closes a shared {@link java.lang.foreign.Arena}, which takes tens of microseconds for each
 * chunk. The thread that gives back a chunk that is not kept pays for it, or the one whose request
 * comes upon chunks that have become too small; others do not wait for that, unless the budget is
 * used up.
 */
public final class ChunkProvider implements AutoCloseable {

  /*
   * Algorithm: blocks come back to the store, to which any thread pushes. Who holds the lock is its owner and takes
   * them out again. Memory is allocated outside the lock and after it has been reserved; what has become too small
   * is freed outside the lock too, by whoever gives it back or comes upon it.
   *
   *             acquire                          close
   *   system ------------> reserved --> in use ---------> kept in the store, if it has the size in use and
   *      ^                    |                   |       the provider is open; handed out again from there
   *      |   it fails         |                   |
   *      +--------------------+-------------------+       else freed
   *
   * Invariants
   *   I1  Memory is reserved before it is allocated and released after it has been freed: what is held from the
   *       system never exceeds the budget.
   *   I2  Each block is handed out, in the store, or freed, whatever is thrown; see BlockStore. A chunk gives its
   *       block back once.
   *   I3  Nothing stays in the store of a closed provider, but what a native call is using. Giving back pushes and
   *       then reads closed; close writes closed and then takes all; one of them finds the block.
   *   I4  What is smaller than the size in use is not kept. Who gives a block back looks before it pushes: so one
   *       that is pushed while the size rises may stay, until a request comes upon it, and is not handed out.
   *   I5  Who waits for room counts itself, reads how many returns there have been, and then looks, with the lock
   *       held; giving back pushes or releases and then reads the count. One of them sees the other, and who sees
   *       a waiter counts a return, which opens the gate for all that have looked before: it needs no lock.
   *       What a native call was using when it came back is looked at again and again.
   *
   * Memory order
   *   counts       volatile read-modify-write; order nothing
   *   closed       volatile, see I3
   *   waiting, returns   volatile, see I5
   *   store        see ReturnStack; publishes the contents of chunks
   */

  /** What is added to the size of each chunk in the account of the budget. */
  public static final long HEADER_BYTES = 64;

  private static final byte POISON = (byte) 0xDB;

  /** How often somebody who waits for room looks at memory that a native call is using. */
  private static final long BUSY_NANOS = 10_000_000;

  /** That nothing is to be waited for. */
  private static final long NOW = Long.MIN_VALUE;

  private final Mutex owner = Subjects.part(new Mutex(), this);
  private final AtomicInteger waiting = new AtomicInteger();

  /** How often room may have come back while somebody waited for it; wraps around. */
  private final AtomicInteger returns = new AtomicInteger();

  private final Returned returned = new Returned();
  private final ByteAccount account;
  private final BlockStore store;
  private final ChunkSizes sizes;
  private final Supplier<? extends Arena> arenas;
  private final boolean poison;

  private final AtomicLong outstanding = new AtomicLong();
  private final AtomicLong allocated = new AtomicLong();
  private final AtomicLong reused = new AtomicLong();
  private final AtomicLong oversized = new AtomicLong();
  private volatile boolean closed;

  /** Constructs a provider of chunks of 64 KiB to 4 MiB without a budget. */
  public ChunkProvider() {
    this(builder());
  }

  private ChunkProvider(Builder builder) {
    this.account = new ByteAccount(builder.budgetBytes);
    this.store = new BlockStore(account);
    this.sizes = new ChunkSizes(builder.chunkBytes, builder.maxChunkBytes, builder.oversizedBytes);
    this.arenas = builder.arenas;
    this.poison = builder.poison;
  }

  /**
   * Begins to describe a provider.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Allocates memory beforehand, in chunks of the size in use, so that the next requests find them
   * in the cache: also those of arenas and slice allocators that share this provider. What is
   * cached already does not count, and makes way if the budget demands it. If the system does not
   * have so much, what has been allocated until then stays cached.
   *
   * @param bytes how many, which is rounded up to whole chunks
   * @throws IllegalArgumentException if bytes is negative or over 2<sup>61</sup>
   * @throws IllegalStateException if this provider is closed
   * @throws BudgetExceededException if the budget does not allow it; nothing has been allocated
   * @throws OutOfMemoryError if the system does not allow it
   */
  public void preallocate(long bytes) {
    if (bytes < 0 || bytes > 1L << 61) {
      throw new IllegalArgumentException("A capacity cannot be " + bytes + " bytes");
    }
    StackRoom.forWake(); // what follows is not left half done
    long size = sizes.inUse();
    long charge = size + HEADER_BYTES;
    long left = Math.ceilDiv(bytes, size);
    if (left > 0) {
      reserve(left * charge - HEADER_BYTES, false);
    }
    try {
      while (left > 0) {
        left--;
        Block block = allocate(size, size, true);
        long _ = allocated.incrementAndGet();
        takeBack(block, true);
      }
    } catch (Throwable t) {
      release(left * charge);
      throw t;
    }
  }

  /**
   * Hands a chunk out.
   *
   * @param minBytes the least size, in bytes
   * @return a chunk of that size or more, aligned to 64 bytes, to be closed by its user
   * @throws IllegalArgumentException if minBytes is negative or over 2<sup>62</sup>
   * @throws IllegalStateException if this provider is closed
   * @throws BudgetExceededException if the budget does not allow it
   * @throws OutOfMemoryError if the system does not allow it
   */
  public Chunk acquire(long minBytes) {
    return acquire(minBytes, true);
  }

  /** Hands a chunk out, to its user or to another object of this package that has to be closed. */
  Chunk acquire(long minBytes, boolean own) {
    if (minBytes < 0 || minBytes > 1L << 62) {
      throw new IllegalArgumentException("A chunk cannot have " + minBytes + " bytes");
    }
    StackRoom.forWake(); // what follows is not left half done
    if (minBytes > sizes.oversized()) {
      reserve(minBytes, false);
      return handOut(allocate(minBytes, minBytes, false), own, oversized);
    }
    long least = sizes.least(minBytes);
    Block block = takeCached(least);
    return block != null
        ? handOut(block, own, reused)
        : handOut(allocate(reserve(least, true), least, true), own, allocated);
  }

  private Chunk handOut(Block block, boolean own, AtomicLong count) {
    long _ = outstanding.addAndGet(block.byteSize());
    try {
      Chunk chunk = new Chunk(this, block, own);
      long _ = count.incrementAndGet();
      return chunk;
    } catch (Throwable t) {
      giveBack(block, block.cacheable);
      throw t;
    }
  }

  /** Takes a block from the cache; those that are too small are freed on the way, unlocked. */
  private @Nullable Block takeCached(long least) {
    for (; ; ) {
      Block block = pop();
      if (block == null || serves(block, least)) {
        return block;
      }
      discard(block);
    }
  }

  private boolean serves(Block block, long least) {
    return block.byteSize() >= least && sizes.keeps(block.byteSize());
  }

  private @Nullable Block pop() {
    Block block = null;
    try {
      owner.lock();
      try {
        requireOpen();
        if (store.hasBusy()) {
          int _ = store.freeBusy();
        }
        block = store.pop();
      } finally {
        owner.unlock();
      }
    } catch (Throwable t) { // of the unlock
      if (block != null) {
        takeBack(block, true);
      }
      throw t;
    }
    return block;
  }

  /**
   * Reserves the bytes of a fresh block.
   *
   * @return how many, without those of its header
   */
  private long reserve(long least, boolean mayGrow) {
    long bytes = 0;
    try {
      owner.lock();
      try {
        requireOpen();
        long wanted = mayGrow ? sizes.fresh(least, account) : least;
        reserve(wanted + HEADER_BYTES);
        bytes = wanted;
      } finally {
        owner.unlock();
      }
    } catch (Throwable t) { // of the unlock
      if (bytes > 0) {
        release(bytes + HEADER_BYTES);
      }
      throw t;
    }
    return bytes;
  }

  private void reserve(long charge) {
    if (!account.tryReserve(charge)) {
      int _ = store.freeAll();
      if (!account.tryReserve(charge)) {
        throw account.refusal(charge);
      }
    }
  }

  private void release(long charge) {
    account.release(charge);
    roomReturned();
  }

  /** Allocates a block of the bytes that have been reserved, or if there are none, of the least. */
  private Block allocate(long bytes, long least, boolean cacheable) {
    Block block;
    try {
      block = Block.allocate(arenas, bytes, cacheable);
    } catch (Throwable t) {
      if (t instanceof OutOfMemoryError && bytes > least) {
        release(bytes - least);
        return allocate(least, least, cacheable);
      }
      release(bytes + HEADER_BYTES);
      throw t;
    }
    if (cacheable) {
      sizes.grew(bytes);
    }
    return block;
  }

  /** Takes a block back, to be cached or freed. */
  void giveBack(Block block, boolean keep) {
    long _ = outstanding.addAndGet(-block.byteSize());
    try {
      if (poison) {
        MemorySegment _ = block.memory.fill(POISON);
      }
    } finally {
      takeBack(block, keep);
    }
    if (closed) {
      owner.lock();
      try {
        int _ = store.freeAll();
      } finally {
        owner.unlock();
      }
    }
  }

  private void takeBack(Block block, boolean keep) {
    if (keep && !closed && sizes.keeps(block.byteSize())) {
      store.push(block);
      roomReturned();
    } else {
      discard(block);
    }
  }

  private void discard(Block block) {
    try {
      store.discard(block);
    } finally {
      roomReturned();
    }
  }

  /**
   * Waits until what others give back leaves room in the budget. Nothing is reserved: another
   * request may be faster, so this is called in a loop.
   *
   * {@snippet :
   * ArcSlice allocate(long length) throws InterruptedException {
   *   for (; ; ) {
   *     try {
   *       return slices.allocate(length);
   *     } catch (BudgetExceededException e) {
   *       provider.awaitRoom(e.requestedBytes());
   *     }
   *   }
   * }
   * }
   *
   * <p>Who waits gives nothing back meanwhile. So the budget has to exceed what those hold who may
   * all wait at once: for slice allocators one chunk of the largest size each, and what their
   * threads keep to themselves.
   *
   * @param bytes how many, {@link #HEADER_BYTES} included, as {@link
   *     BudgetExceededException#requestedBytes} tells
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws IllegalArgumentException if bytes is negative
   * @throws IllegalStateException if this provider is closed, or becomes so while waiting
   * @throws BudgetExceededException if the whole budget is less
   */
  public void awaitRoom(long bytes) throws InterruptedException {
    if (bytes < 0) {
      throw new IllegalArgumentException("There is always room for " + bytes + " bytes");
    }
    if (!account.allows(bytes)) {
      throw account.refusal(bytes);
    }
    StackRoom.forWake(); // the lock is not left held
    int _ = waiting.incrementAndGet();
    try {
      int seen = returns.get();
      for (long deadline; (deadline = nextLook(bytes)) != NOW; seen = returns.get()) {
        boolean _ = AcquireQueue.isAcquired(returned.await(this, seen + 1, true, deadline));
      }
    } finally {
      int _ = waiting.decrementAndGet();
    }
  }

  /** When to look again at the latest whether a request would be granted; NOW if it would. */
  private long nextLook(long bytes) throws InterruptedException {
    owner.lockInterruptibly();
    try {
      requireOpen();
      if (hasRoom(bytes)) {
        return NOW;
      }
      return store.hasBusy()
          ? Deadlines.after(BUSY_NANOS) // nobody tells when native calls end
          : Deadlines.FOREVER;
    } finally {
      owner.unlock();
    }
  }

  /** Whether a request would be granted, with the lock held. */
  private boolean hasRoom(long bytes) {
    if (account.hasRoom(bytes)) {
      return true;
    }
    int _ = store.freeBusy();
    while (!account.hasRoom(bytes)) {
      Block block = store.pop();
      if (block == null) {
        return false;
      }
      if (serves(block, bytes - HEADER_BYTES)) {
        store.push(block);
        return true;
      }
      store.discard(block);
    }
    return true;
  }

  private void roomReturned() {
    if (waiting.get() > 0) {
      int _ = returns.incrementAndGet();
      returned.opened();
    }
  }

  /** Those who wait for room; the gate of a return is open once it has been counted. */
  private final class Returned extends GateQueue {
    @Override
    protected boolean isOpen(int key) {
      return returns.get() - key >= 0;
    }
  }

  /** The size over which a request gets a chunk of its own. */
  long oversizedBytes() {
    return sizes.oversized();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The chunk provider is closed");
    }
  }

  /**
   * What has been handed out and what is held.
   *
   * @return the numbers, consistent while nobody uses the provider
   */
  public Statistics statistics() {
    owner.lock();
    try {
      return new Statistics(
          allocated.get(),
          reused.get(),
          oversized.get(),
          outstanding.get(),
          account.held(),
          account.peak());
    } finally {
      owner.unlock();
    }
  }

  /**
   * Closes this provider: it hands out no more chunks, frees those that it has cached, and from
   * then on each one when it comes back. Closing it again frees what could not be freed before, and
   * else has no effect.
   *
   * @throws IllegalStateException if a native call is using the memory of a chunk that has been
   *     given back; all other memory has been freed
   */
  @Override
  public void close() {
    StackRoom.forWake(); // the lock is not left held
    closeInRoom();
  }

  /** Closes this provider as {@link #close} does; the caller knows that there is stack for it. */
  void closeInRoom() {
    closed = true;
    int busy;
    owner.lock();
    try {
      busy = store.freeAll();
    } finally {
      try {
        owner.unlock();
      } finally {
        roomReturned();
      }
    }
    if (busy > 0) {
      throw new IllegalStateException("Native calls are using " + busy + " chunks given back");
    }
  }

  /**
   * What a provider has done and what it holds.
   *
   * @param chunksAllocated chunks that came from the system, but for oversized ones
   * @param chunksReused chunks that came from the cache
   * @param chunksOversized chunks larger than the largest size
   * @param bytesOutstanding the sizes of the chunks that are in use
   * @param bytesHeld what counts for the budget: chunks in use or cached, with their headers
   * @param bytesPeak the most bytes held at a time
   */
  public record Statistics(
      long chunksAllocated,
      long chunksReused,
      long chunksOversized,
      long bytesOutstanding,
      long bytesHeld,
      long bytesPeak) {}

  /** Describes a provider that is to be built. */
  public static final class Builder {

    private static final int LARGEST = 1 << 30;

    private long chunkBytes = 1 << 16;
    private long maxChunkBytes = 1 << 22;
    private long oversizedBytes = Long.MAX_VALUE;
    private long budgetBytes = Long.MAX_VALUE;
    private Supplier<? extends Arena> arenas = Arena::ofShared;
    private boolean poison;

    private Builder() {}

    /**
     * Sets the size of the first chunks; 64 KiB by default.
     *
     * @param bytes a power of two from 64 bytes to 1 GiB
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public Builder chunkBytes(int bytes) {
      chunkBytes = requirePowerOfTwo(bytes);
      return this;
    }

    /**
     * Sets the size at which chunks stop growing; 4 MiB by default. That of the first chunks counts
     * if it is larger.
     *
     * @param bytes a power of two from 64 bytes to 1 GiB
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public Builder maxChunkBytes(int bytes) {
      maxChunkBytes = requirePowerOfTwo(bytes);
      return this;
    }

    /**
     * Sets over which size a request gets a chunk of its own, of just that size, which is freed
     * when it comes back; the largest size by default, which counts if it is less. A lower one
     * keeps few large requests from making all chunks large.
     *
     * @param bytes the size, in bytes; 0 makes a chunk of its own of each request
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder oversizedBytes(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("A size cannot be " + bytes + " bytes");
      }
      oversizedBytes = bytes;
      return this;
    }

    /**
     * Sets how much may be held at a time; no less than all memory by default.
     *
     * @param bytes the budget, in bytes
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder budgetBytes(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("A budget cannot be " + bytes + " bytes");
      }
      budgetBytes = bytes;
      return this;
    }

    /**
     * Sets where memory comes from: for each chunk an arena is asked for, from which one segment is
     * allocated, and which is closed to free it; {@link Arena#ofShared} by default. An arena of the
     * program's own gives memory of another kind, such as huge pages or a mapped file:
     *
     * {@snippet :
     * Arena mapped() {
     *   Arena arena = Arena.ofShared();
     *   return new Arena() {
     *     public MemorySegment allocate(long bytes, long alignment) {
     *       try {
     *         return channel.map(MapMode.READ_WRITE, end.getAndAdd(bytes), bytes, arena);
     *       } catch (IOException e) {
     *         throw new UncheckedIOException(e);
     *       }
     *     }
     *
     *     public MemorySegment.Scope scope() {
     *       return arena.scope();
     *     }
     *
     *     public void close() {
     *       arena.close();
     *     }
     *   };
     * }
     * }
     *
     * <p>The arenas are used by any thread. Memory is allocated without a lock; it is freed with a
     * lock held where the budget demands it or the provider is closed, so the arenas must not use
     * the provider. A segment is native, writable, accessible by all threads, aligned to 64 bytes
     * and of the size that was asked for, or else the request ends with {@link
     * IllegalStateException}. What an arena throws is thrown by the request, or by what frees the
     * chunk; it is tried again then. Whether chunks are zeroed, and what accesses to freed ones do,
     * is up to the arenas, and so is whether the JVM's limit for direct memory counts them.
     *
     * @param arenas what makes an arena
     * @return this builder
     * @throws NullPointerException if arenas is null
     */
    public Builder arenas(Supplier<? extends Arena> arenas) {
      this.arenas = Objects.requireNonNull(arenas, "arenas");
      return this;
    }

    /**
     * Sets whether chunks that come back are overwritten with the byte {@code 0xDB}, so that who
     * still reads them is found out; false by default.
     *
     * @param poison whether they are
     * @return this builder
     */
    public Builder poison(boolean poison) {
      this.poison = poison;
      return this;
    }

    /**
     * Builds the provider.
     *
     * @return a new provider
     */
    public ChunkProvider build() {
      return new ChunkProvider(this);
    }

    private static long requirePowerOfTwo(int bytes) {
      if (bytes < 64 || bytes > LARGEST || Integer.bitCount(bytes) != 1) {
        throw new IllegalArgumentException("Not a power of two from 64 to 2^30: " + bytes);
      }
      return bytes;
    }
  }
}
