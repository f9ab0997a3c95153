package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The platform's own lock: the {@code pawl_os_*} functions of {@code pawl.h}, which says what each
 * does. {@link #require} comes before all others.
 *
 * <p>A lock is given as the segment that begins with it, which no other thread can close during the
 * call, nor the collector free.
 */
public final class OsLocks {

  /** Somebody holds the lock. */
  public static final int EBUSY = -16;

  /** The current thread holds the lock already, which looks for that. */
  public static final int EDEADLK = -35;

  /** The owner of a robust lock has ended; the current thread has the lock now. */
  public static final int EOWNERDEAD = -130;

  /** A robust lock has been released by a thread that has not put its data in order. */
  public static final int ENOTRECOVERABLE = -131;

  private static final String[] FUNCTIONS = {
    "pawl_os_size",
    "pawl_os_alignment",
    "pawl_os_init",
    "pawl_os_destroy",
    "pawl_os_lock",
    "pawl_os_lock_until",
    "pawl_os_trylock",
    "pawl_os_unlock"
  };

  private static volatile boolean ready;

  private OsLocks() {}

  /**
   * Links the functions, unless that has been done.
   *
   * @throws UnsupportedOperationException if there is no shim; the message says why
   * @throws IllegalStateException if the backend or shim that the user demanded does not work
   */
  public static void require() {
    if (!ready) {
      Backend.link("The system's own locks", FUNCTIONS);
      settle();
      ready = true;
    }
  }

  /** The types of the functions, which are those of the header; an address is a pointer. */
  static FunctionDescriptor type(String function) {
    return switch (function) {
      case "pawl_os_size", "pawl_os_alignment" -> FunctionDescriptor.of(JAVA_INT);
      case "pawl_os_lock_until" -> FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG);
      default -> FunctionDescriptor.of(JAVA_INT, ADDRESS);
    };
  }

  private static void settle() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment lock = arena.allocate(size(), alignment());
      int _ = init(lock);
      for (int i = 0; i < Downcalls.CALLS_UNTIL_SETTLED; i++) {
        int _ = lock(lock);
        int _ = unlock(lock);
        if (lockUntil(lock, 0) == 0) {
          int _ = unlock(lock);
        }
        if (tryLock(lock) == 0) {
          int _ = unlock(lock);
        }
      }
      int _ = destroy(lock);
    }
  }

  /**
   * The size of a lock.
   *
   * @return bytes
   */
  public static int size() {
    try {
      return (int) Handles.SIZE.invokeExact();
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /**
   * Of what an address of a lock is a multiple.
   *
   * @return bytes
   */
  public static int alignment() {
    try {
      return (int) Handles.ALIGNMENT.invokeExact();
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /**
   * Initializes a lock.
   *
   * @param lock its memory
   * @return 0, or a negated error number
   */
  public static int init(MemorySegment lock) {
    try {
      return (int) Handles.INIT.invokeExact(lock);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /**
   * Ends the life of a lock that nobody uses any more.
   *
   * @param lock its memory
   * @return 0, or a negated error number
   */
  public static int destroy(MemorySegment lock) {
    try {
      return (int) Handles.DESTROY.invokeExact(lock);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /**
   * Acquires a lock, blocking the thread as long as that takes.
   *
   * @param lock its memory
   * @return 0, {@link #EOWNERDEAD}, or another negated error number
   */
  public static int lock(MemorySegment lock) {
    try {
      return (int) Handles.LOCK.invokeExact(lock);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /**
   * Acquires a lock, blocking the thread until then or until the deadline.
   *
   * @param lock its memory
   * @param deadline absolute time in nanoseconds, or that which never comes
   * @return as {@link #lock}, or {@link io.pawl.spi.NativeWait#ETIMEDOUT}, or {@link
   *     io.pawl.spi.NativeWait#ENOSYS} where locks know no deadlines
   */
  public static int lockUntil(MemorySegment lock, long deadline) {
    try {
      return (int) Handles.LOCK_UNTIL.invokeExact(lock, deadline);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /**
   * Acquires a lock if it is free.
   *
   * @param lock its memory
   * @return as {@link #lock}, or {@link #EBUSY}
   */
  public static int tryLock(MemorySegment lock) {
    try {
      return (int) Handles.TRY_LOCK.invokeExact(lock);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /**
   * Releases a lock, which the current thread holds.
   *
   * @param lock its memory
   * @return 0, or a negated error number
   */
  public static int unlock(MemorySegment lock) {
    try {
      return (int) Handles.UNLOCK.invokeExact(lock);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  private static final class Handles {
    static final MethodHandle SIZE = ShimFunctions.linked("pawl_os_size");
    static final MethodHandle ALIGNMENT = ShimFunctions.linked("pawl_os_alignment");
    static final MethodHandle INIT = ShimFunctions.linked("pawl_os_init");
    static final MethodHandle DESTROY = ShimFunctions.linked("pawl_os_destroy");
    static final MethodHandle LOCK = ShimFunctions.linked("pawl_os_lock");
    static final MethodHandle LOCK_UNTIL = ShimFunctions.linked("pawl_os_lock_until");
    static final MethodHandle TRY_LOCK = ShimFunctions.linked("pawl_os_trylock");
    static final MethodHandle UNLOCK = ShimFunctions.linked("pawl_os_unlock");

    private Handles() {}
  }
}
