package io.pawl.shared;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file that processes have mapped, with locks in it that survive the death of a process, and room
 * for the data that they guard.
 *
 * {@snippet :
 * Path file = Path.of("/dev/shm/orders");
 * try (SharedRegion region = SharedRegion.create(file, 1 << 20, RegionOptions.defaults())) {
 *   SharedMutex mutex = region.mutex("orders");
 *   MemorySegment orders = region.data("orders data", 4096);
 *   try (var _ = mutex.acquire()) {
 *     orders.set(ValueLayout.JAVA_LONG, 0, orders.get(ValueLayout.JAVA_LONG, 0) + 1);
 *   }
 * }
 * }
 *
 * <p><b>Handles.</b> Each object of this class is a handle with a slot of its own in the region. It
 * holds a lock on one byte of the file, which the operating system takes back when the process has
 * ended, in whatever way: that, and nothing else, tells the others whether it lives. Two handles in
 * one process are to each other as two processes. A handle that is not closed is attached until its
 * process ends.
 *
 * <p><b>Names.</b> Locks and data are found by their names and made by who asks first. Asking twice
 * for a name gives the same object. Names are never removed.
 *
 * <p><b>Durability.</b> None is promised: the region is memory that outlives processes, not one
 * that outlives the machine. If the file does, the locks that were held when the machine stopped
 * are poisoned afterwards.
 *
 * <p><b>Trust.</b> Whoever may write to the file can break the exclusion of its locks and keep
 * others waiting. So a file is made with mode 0600, and one that belongs to another user or that
 * others may read or write is refused unless {@link RegionOptions#allowOtherUsers} says otherwise:
 * who may only read it can still lock its bytes, and so keep others from attaching and make the
 * dead look alive. What others write there cannot make this virtual machine write anywhere else,
 * nor can it crash it. Whoever truncates the file can: its users get a {@link
 * SharedRegionLostException}, but a virtual machine that runs a compare-and-set in code that is not
 * compiled yet, on a page that is gone, ends. The remedy is sealed memory ({@link #ofMemfd}), which
 * nobody can truncate.
 *
 * <p><b>Systems.</b> Linux 3.15 or later; macOS is not refused, but untested. On Windows there are
 * no regions, since its waits do not reach from process to process. On network file systems, and on
 * FUSE, a region is refused. On the backend {@code java}, which makes no native calls, there are no
 * regions either. Where there are none, opening one throws {@link UnsupportedOperationException}.
 *
 * <p>Methods throw {@link IllegalStateException} once the region is closed, and {@link
 * SharedRegionLostException} if the file has been truncated, its file system failed, or what they
 * need has been overwritten.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html">F_OFD_SETLK</a>
 */
public final class SharedRegion implements AutoCloseable {

  private final Region region;
  private final Directory directory;
  private final ConcurrentMap<Long, Named> objects = new ConcurrentHashMap<>();

  private SharedRegion(Region region) {
    this.region = region;
    this.directory = new Directory(region);
  }

  /**
   * Attaches to the region in a file, with default options.
   *
   * @param path the file
   * @return a handle
   * @throws IOException as {@link #open(Path, RegionOptions)}
   * @throws UnsupportedOperationException if there are no native calls, the system is Windows, or
   *     the processor is not little-endian
   */
  public static SharedRegion open(Path path) throws IOException {
    return open(path, RegionOptions.defaults());
  }

  /**
   * Attaches to the region in a file.
   *
   * @param path the file
   * @param options how to attach
   * @return a handle
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws java.nio.file.AccessDeniedException if it may not be read and written
   * @throws SharedRegionException if the file cannot be used; each reason has a class of its own
   * @throws java.nio.file.ProviderMismatchException if the path is not one of the default file
   *     system
   * @throws java.nio.channels.ClosedByInterruptException if the current thread is interrupted
   * @throws IOException if an I/O error occurs
   * @throws UnsupportedOperationException if there are no native calls, the system is Windows, or
   *     the processor is not little-endian
   */
  public static SharedRegion open(Path path, RegionOptions options) throws IOException {
    return new SharedRegion(RegionFile.open(path, options));
  }

  /**
   * Attaches to the region in a file, which is created first if the file does not exist, is empty,
   * or if its creation was broken off, which a mark at the beginning of the file tells. Any other
   * file stays as it is. Processes that call this at the same time get the same region. All blocks
   * of the file are written, so a disk that is full fails here.
   *
   * @param path the file; its directory must exist
   * @param bytes the size of a new region; one that exists keeps its own
   * @param options how to create and attach
   * @return a handle
   * @throws IllegalArgumentException if there is no room in so many bytes for the slots and names
   * @throws SharedRegionException.NoSpace if the file cannot be filled
   * @throws SharedRegionException.Corrupt if the file is empty, and handles are still attached to
   *     the region that was in it; or as {@code open}
   * @throws IOException as {@link #open(Path, RegionOptions)}
   * @throws UnsupportedOperationException if there are no native calls, the system is Windows, or
   *     the processor is not little-endian
   */
  public static SharedRegion create(Path path, long bytes, RegionOptions options)
      throws IOException {
    return new SharedRegion(RegionFile.create(path, bytes, options));
  }

  /**
   * Attaches to the region in memory without a name, of {@code memfd_create(2)}, which is created
   * first if the memory holds nothing but zeros, or if that was broken off; it is as large as the
   * memory. Sealed with {@code F_SEAL_SHRINK} it can't be truncated by anybody. Linux only.
   *
   * @param descriptor a descriptor of the memory in this process; it is not closed and may be
   * @param options how to create and attach
   * @return a handle
   * @throws SharedRegionException if the memory cannot be used; each reason has a class of its own
   * @throws IOException if the descriptor is not open, or another I/O error occurs
   * @throws UnsupportedOperationException if there are no native calls, the system is Windows, or
   *     the processor is not little-endian
   */
  public static SharedRegion ofMemfd(int descriptor, RegionOptions options) throws IOException {
    return new SharedRegion(RegionFile.reopen(descriptor, options));
  }

  /**
   * Deletes the file of a region, finished or not, if no handle is attached to it.
   *
   * @param path the file
   * @return false if a handle is attached, or the file does not exist
   * @throws SharedRegionException.NotARegion if the file is another one
   * @throws SharedRegionException.Untrusted if the file belongs to another user
   * @throws IOException if an I/O error occurs
   * @throws UnsupportedOperationException as {@link #open(Path, RegionOptions)}
   */
  public static boolean deleteIfUnused(Path path) throws IOException {
    return RegionFile.delete(path);
  }

  // ---- What is in it

  /**
   * Finds or makes a mutex, with the recovery of the options.
   *
   * @param name its name: 1 to 95 bytes of UTF-8, without control characters
   * @return the mutex
   * @throws IllegalArgumentException if the name is not allowed, or stands for something else
   * @throws IllegalStateException if there is no room for it, or the region is closed
   */
  public SharedMutex mutex(String name) {
    return mutex(name, region.options.recovery());
  }

  /**
   * Finds or makes a mutex.
   *
   * @param name its name: 1 to 95 bytes of UTF-8, without control characters
   * @param recovery repairs the data when an owner has died; null to have lockers told. Who asks
   *     first through this handle decides
   * @return the mutex
   * @throws IllegalArgumentException if the name is not allowed, or stands for something else
   * @throws IllegalStateException if there is no room for it, or the region is closed
   */
  public SharedMutex mutex(String name, @Nullable Recovery recovery) {
    return mutex(directory.find(Kind.MUTEX, name, 0), name, recovery);
  }

  /**
   * Finds or makes a read-write lock, with the recovery of the options.
   *
   * @param name its name: 1 to 95 bytes of UTF-8, without control characters
   * @return the lock
   * @throws IllegalArgumentException if the name is not allowed, or stands for something else
   * @throws IllegalStateException if there is no room for it, or the region is closed
   */
  public SharedRwLock rwLock(String name) {
    return rwLock(name, region.options.recovery());
  }

  /**
   * Finds or makes a read-write lock.
   *
   * @param name its name: 1 to 95 bytes of UTF-8, without control characters
   * @param recovery repairs the data when a writer has died; null to have lockers told. Who asks
   *     first through this handle decides
   * @return the lock
   * @throws IllegalArgumentException if the name is not allowed, or stands for something else
   * @throws IllegalStateException if there is no room for it, or the region is closed
   */
  public SharedRwLock rwLock(String name, @Nullable Recovery recovery) {
    long offset = directory.find(Kind.RW_LOCK, name, 0);
    return object(
        SharedRwLock.class,
        offset,
        () -> new SharedRwLock(new RwCore(region, offset, name, recovery)),
        SharedRwLock::isHeldHere);
  }

  /**
   * Finds or makes a semaphore. Permits that a process holds when it dies return.
   *
   * @param name its name: 1 to 95 bytes of UTF-8, without control characters
   * @param permits how many permits there are in all, positive
   * @return the semaphore
   * @throws IllegalArgumentException if permits is not positive, the name is not allowed, or stands
   *     for something else, a semaphore with other permits included
   * @throws IllegalStateException if there is no room for it, or the region is closed
   */
  public SharedSemaphore semaphore(String name, int permits) {
    return semaphore(name, permits, SharedSemaphore.OnDeath.RETURN);
  }

  /**
   * Finds or makes a semaphore.
   *
   * @param name its name: 1 to 95 bytes of UTF-8, without control characters
   * @param permits how many permits there are in all, positive
   * @param onDeath what becomes of the permits of a process that dies; who makes it decides
   * @return the semaphore
   * @throws IllegalArgumentException if permits is not positive, the name is not allowed, or stands
   *     for something else, a semaphore with other permits or another fate of them included
   * @throws IllegalStateException if there is no room for it, or the region is closed
   */
  public SharedSemaphore semaphore(String name, int permits, SharedSemaphore.OnDeath onDeath) {
    if (permits <= 0) {
      throw new IllegalArgumentException("permits must be positive: " + permits);
    }
    boolean loses = onDeath == SharedSemaphore.OnDeath.LOSE;
    long offset = directory.find(Kind.SEMAPHORE, name, permits, loses);
    return object(
        SharedSemaphore.class,
        offset,
        () -> new SharedSemaphore(region, offset, name),
        SharedSemaphore::isHeldHere);
  }

  /**
   * Finds or makes a condition of a mutex.
   *
   * @param name its name: 1 to 95 bytes of UTF-8, without control characters
   * @param mutex the mutex of this handle that guards what is waited for; the same in all processes
   * @return the condition
   * @throws IllegalArgumentException if the name is not allowed, or stands for something else, a
   *     condition of another mutex of this handle included
   * @throws IllegalStateException if there is no room for it, or the region is closed
   */
  public SharedCondvar condvar(String name, SharedMutex mutex) {
    if (!mutex.core().isOf(region)) {
      throw new IllegalArgumentException("The mutex is not one of this handle: " + mutex);
    }
    long offset = directory.find(Kind.CONDVAR, name, 0);
    SharedCondvar condvar =
        object(
            SharedCondvar.class,
            offset,
            () -> new SharedCondvar(region, offset, name, mutex),
            _ -> false);
    if (condvar.mutex() != mutex) {
      throw new IllegalArgumentException("The condition belongs to another mutex: " + condvar);
    }
    return condvar;
  }

  /**
   * Finds or makes a record that is read without locking, with the recovery of the options.
   *
   * @param name its name: 1 to 95 bytes of UTF-8, without control characters
   * @param bytes the size of the record, positive
   * @return the lock and its record
   * @throws IllegalArgumentException if bytes is not positive, the name is not allowed, or stands
   *     for something else, a record of another size included
   * @throws IllegalStateException if there is no room for it, or the region is closed
   */
  public SharedSeqLock seqLock(String name, int bytes) {
    return seqLock(name, bytes, region.options.recovery());
  }

  /**
   * Finds or makes a record that is read without locking.
   *
   * @param name its name: 1 to 95 bytes of UTF-8, without control characters
   * @param bytes the size of the record, positive
   * @param recovery is run when a writer has died; null to have writers told. Who asks first
   *     through this handle decides
   * @return the lock and its record
   * @throws IllegalArgumentException if bytes is not positive, the name is not allowed, or stands
   *     for something else, a record of another size included
   * @throws IllegalStateException if there is no room for it, or the region is closed
   */
  public SharedSeqLock seqLock(String name, int bytes, @Nullable Recovery recovery) {
    requirePositive(bytes);
    long offset = directory.find(Kind.SEQ_LOCK, name, bytes);
    return object(
        SharedSeqLock.class,
        offset,
        () -> new SharedSeqLock(region, offset, name, bytes, recovery),
        SharedSeqLock::isHeldHere);
  }

  private static void requirePositive(int bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("bytes must be positive: " + bytes);
    }
  }

  /**
   * A mutex at a place of the caller's choice, as in a struct that a C program shares.
   *
   * @param data what {@link #data} returned
   * @param offset where in it the 64 bytes of the mutex begin, zeros at first; a multiple of 64
   * @return the mutex
   * @throws IllegalArgumentException if offset is not aligned, or data is not of this region
   * @throws IndexOutOfBoundsException if the mutex does not lie within data
   */
  public SharedMutex mutexAt(MemorySegment data, long offset) {
    Objects.checkFromIndexSize(offset, Layout.MUTEX_BYTES, data.byteSize());
    long at = data.address() - region.memory.address() + offset;
    if (at < region.heap
        || at > region.memory.byteSize() - Layout.MUTEX_BYTES
        || at % Layout.ALIGNMENT != 0) {
      throw new IllegalArgumentException("No place for a mutex of this region: " + at);
    }
    return mutex(at, "mutex at " + at, region.options.recovery());
  }

  /**
   * Finds or makes a piece of data, zeros at first.
   *
   * @param name its name: 1 to 95 bytes of UTF-8, without control characters
   * @param bytes how many
   * @return the data, aligned to 64 bytes; accessible until this handle is closed
   * @throws IllegalArgumentException if the name is not allowed or stands for something else, data
   *     of another size included, or bytes is not positive
   * @throws IllegalStateException if there is no room for it, or the region is closed
   */
  public MemorySegment data(String name, int bytes) {
    requirePositive(bytes);
    return region.memory.asSlice(directory.find(Kind.DATA, name, bytes), bytes);
  }

  /**
   * What this handle keeps for a place in the region.
   *
   * @param object the lock
   * @param held whether a thread of this process holds it through this handle
   */
  private record Named(Object object, BooleanSupplier held) {}

  private <T> T object(Class<T> type, long offset, Supplier<T> maker, Predicate<T> held) {
    if (region.isClosed()) {
      throw region.closed();
    }
    Named found =
        objects.computeIfAbsent(
            offset,
            _ -> {
              T made = maker.get();
              return new Named(made, () -> held.test(made));
            });
    if (!type.isInstance(found.object)) {
      throw new IllegalArgumentException("There is something else in this place: " + found.object);
    }
    return type.cast(found.object);
  }

  private SharedMutex mutex(long offset, String name, @Nullable Recovery recovery) {
    return object(
        SharedMutex.class,
        offset,
        () -> new SharedMutex(new MutexCore(region, offset, name), recovery),
        mutex -> mutex.core().isHeldHere());
  }

  // ---- The handle

  /**
   * Who is attached to the region now, this handle included.
   *
   * @return the handles that live, in the order of their slots
   */
  public List<RegionPeer> attached() {
    return RegionReport.attached(region);
  }

  /**
   * The size of the region.
   *
   * @return bytes
   */
  public long size() {
    return region.memory.byteSize();
  }

  /**
   * Detaches from the region. Its locks and data stay for others; {@link MemorySegment}s of it are
   * no longer accessible. Closing again has no effect.
   *
   * @throws IllegalStateException if a thread holds something of the region through this handle, or
   *     waits for it, or has passed data of it to a native call; nothing has happened
   */
  @Override
  public void close() {
    if (region.isClosed()) {
      return;
    }
    for (Named named : objects.values()) {
      if (isHeld(named)) {
        throw new IllegalStateException("Not closed, since it is held: " + named.object);
      }
    }
    if (!region.close()) {
      throw new IllegalStateException("Not closed, since threads wait in " + region.name);
    }
  }

  /** Nothing is held in a region that is lost, so that it can be closed. */
  private static boolean isHeld(Named named) {
    try {
      return named.held.getAsBoolean();
    } catch (InternalError _) {
      return false;
    }
  }

  /** Ends this handle as a kill ends a process; for tests. */
  void die() {
    region.die();
  }

  Region region() {
    return region;
  }

  /**
   * Names the region.
   *
   * @return the file, its size and the slot of this handle
   */
  @Override
  public String toString() {
    return "SharedRegion["
        + region.name
        + ", "
        + (region.isClosed()
            ? "closed]"
            : region.memory.byteSize() + " bytes, slot " + region.slot + "]");
  }
}
