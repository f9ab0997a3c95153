package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * Locks with priority inheritance in native words: the {@code pawl_pi_*} functions of {@code
 * pawl.h}, which says what each does. {@link #require} comes before all others.
 */
public final class PiLocks {

  /** Somebody holds the lock. */
  public static final int EBUSY = -16;

  /** The owner has ended, and nobody waited. */
  public static final int ESRCH = -3;

  /** The current thread is the owner already. */
  public static final int EDEADLK = -35;

  /** The owner has ended; the current thread has the lock now. */
  public static final int EOWNERDEAD = -130;

  private static final String[] FUNCTIONS = {"pawl_pi_lock", "pawl_pi_trylock", "pawl_pi_unlock"};

  private PiLocks() {}

  /**
   * Links the functions, unless that has been done.
   *
   * @throws UnsupportedOperationException if there is no shim; the message says why
   * @throws IllegalStateException if the backend or shim that the user demanded does not work
   */
  public static void require() {
    Backend.link("Locks with priority inheritance", FUNCTIONS);
  }

  /** The types of the functions, which are those of the header. */
  static FunctionDescriptor type(String function) {
    return function.equals("pawl_pi_lock")
        ? FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT)
        : FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT);
  }

  /** Calls each function until the JDK has done for it what it does by the way. */
  public static void settle(long word) {
    for (int i = 0; i < Downcalls.CALLS_UNTIL_SETTLED; i++) {
      int _ = lock(word, 0);
      int _ = unlock(word);
      int _ = tryLock(word);
      int _ = unlock(word);
    }
  }

  /**
   * Acquires a lock, blocking the thread until then or until the deadline.
   *
   * @param word its address
   * @param deadline absolute time in nanoseconds, or that which never comes
   * @return 0, {@link io.pawl.spi.NativeWait#ETIMEDOUT}, {@link #EDEADLK}, {@link #EOWNERDEAD},
   *     {@link #ESRCH}, {@link io.pawl.spi.NativeWait#EINVAL} while the lock of an ended owner
   *     passes to another, {@link io.pawl.spi.NativeWait#EPERM} if the number in the word is that
   *     of a thread of the kernel, or {@link io.pawl.spi.NativeWait#ENOSYS} where there are no such
   *     locks
   */
  public static int lock(long word, long deadline) {
    try {
      return (int) Handles.LOCK.invokeExact(word, deadline, 0);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /**
   * Acquires a lock if it is free, or its owner has ended.
   *
   * @param word its address
   * @return as {@link #lock}, but {@link #EBUSY} instead of waiting
   */
  public static int tryLock(long word) {
    try {
      return (int) Handles.TRY_LOCK.invokeExact(word, 0);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  /**
   * Releases a lock.
   *
   * @param word its address
   * @return 0, or {@link io.pawl.spi.NativeWait#EPERM} if the current thread is not the owner
   */
  public static int unlock(long word) {
    try {
      return (int) Handles.UNLOCK.invokeExact(word, 0);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  private static final class Handles {
    static final MethodHandle LOCK = ShimFunctions.linked("pawl_pi_lock");
    static final MethodHandle TRY_LOCK = ShimFunctions.linked("pawl_pi_trylock");
    static final MethodHandle UNLOCK = ShimFunctions.linked("pawl_pi_unlock");

    private Handles() {}
  }
}
