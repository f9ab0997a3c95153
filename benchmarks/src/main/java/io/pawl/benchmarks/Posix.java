package io.pawl.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Functions of the C library, on Linux, by which processes exclude each other and wait. */
final class Posix {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final int PROCESS_SHARED = 1;
  private static final int ROBUST = 1;
  private static final int MUTEX_BYTES = 64;
  private static final long FUTEX = System.getProperty("os.arch").equals("aarch64") ? 98 : 202;
  private static final int FUTEX_WAIT = 0;
  private static final int FUTEX_WAKE = 1;
  private static final int OWNER_DIED = 130;
  private static final int SETLKW_OF_DESCRIPTION = 38;
  private static final short WRITE_LOCK = 1;
  private static final short UNLOCK = 2;

  private static final MethodHandle LOCK = function("pthread_mutex_lock", ADDRESS);
  private static final MethodHandle RELEASE = function("pthread_mutex_unlock", ADDRESS);
  private static final MethodHandle CONSISTENT = function("pthread_mutex_consistent", ADDRESS);
  private static final MethodHandle CRITICAL_LOCK = critical("pthread_mutex_lock");
  private static final MethodHandle CRITICAL_RELEASE = critical("pthread_mutex_unlock");
  private static final MethodHandle SYSCALL =
      link(
          "syscall",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle FCNTL =
      link(
          "fcntl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
          Linker.Option.firstVariadicArg(2));

  private Posix() {}

  @SuppressWarnings("restricted")
  private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), type, options);
  }

  private static MethodHandle function(String name, ValueLayout... parameters) {
    return link(name, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private static MethodHandle critical(String name) {
    return link(name, FunctionDescriptor.of(JAVA_INT, ADDRESS), Linker.Option.critical(false));
  }

  private static void check(int result, String what) {
    if (result != 0) {
      throw new IllegalStateException(what + " returned " + result);
    }
  }

  /** Makes a robust mutex for several processes of memory that is zeros. */
  static void makeMutex(MemorySegment mutex) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(MUTEX_BYTES, 8);
      check((int) function("pthread_mutexattr_init", ADDRESS).invoke(attributes), "init");
      MethodHandle shared = function("pthread_mutexattr_setpshared", ADDRESS, JAVA_INT);
      check((int) shared.invoke(attributes, PROCESS_SHARED), "setpshared");
      MethodHandle robust = function("pthread_mutexattr_setrobust", ADDRESS, JAVA_INT);
      check((int) robust.invoke(attributes, ROBUST), "setrobust");
      MethodHandle init = function("pthread_mutex_init", ADDRESS, ADDRESS);
      check((int) init.invoke(mutex, attributes), "pthread_mutex_init");
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  static void lock(MemorySegment mutex) {
    try {
      check((int) LOCK.invokeExact(mutex), "pthread_mutex_lock");
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  /** Locks a robust mutex whose owner is dead or dies, states that all is in order, and unlocks. */
  static void lockOfDead(MemorySegment mutex) {
    try {
      int result = (int) LOCK.invokeExact(mutex);
      if (result != OWNER_DIED) {
        throw new IllegalStateException("pthread_mutex_lock returned " + result);
      }
      check((int) CONSISTENT.invokeExact(mutex), "pthread_mutex_consistent");
      check((int) RELEASE.invokeExact(mutex), "pthread_mutex_unlock");
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  static void unlock(MemorySegment mutex) {
    try {
      check((int) RELEASE.invokeExact(mutex), "pthread_mutex_unlock");
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  /** Locks a mutex that is free, by a call that would keep the collector waiting if it were not. */
  static void lockFree(MemorySegment mutex) {
    try {
      check((int) CRITICAL_LOCK.invokeExact(mutex), "pthread_mutex_lock");
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  static void unlockFree(MemorySegment mutex) {
    try {
      check((int) CRITICAL_RELEASE.invokeExact(mutex), "pthread_mutex_unlock");
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  /** Waits on a word that processes share, while it holds a value. */
  static void await(MemorySegment word, int expected) {
    futex(word, FUTEX_WAIT, expected);
  }

  /** Wakes one that waits on a word. */
  static void wake(MemorySegment word) {
    futex(word, FUTEX_WAKE, 1);
  }

  private static void futex(MemorySegment word, int operation, int value) {
    try {
      long _ = (long) SYSCALL.invokeExact(FUTEX, word, (long) operation, (long) value, 0L, 0L, 0L);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  /** Opens a file, for reading and writing; returns its descriptor. */
  static int open(String file) {
    MethodHandle open =
        link(
            "open",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    try (Arena arena = Arena.ofConfined()) {
      return (int) open.invoke(arena.allocateFrom(file), 2);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  /** A lock on the first byte of a file, of an open file description; zeros but for its kind. */
  static MemorySegment byteLock() {
    MemorySegment lock = Arena.global().allocate(32, 8);
    lock.set(JAVA_LONG, 16, 1L);
    return lock;
  }

  static void lockByte(int descriptor, MemorySegment lock) {
    fcntl(descriptor, lock, WRITE_LOCK);
  }

  static void unlockByte(int descriptor, MemorySegment lock) {
    fcntl(descriptor, lock, UNLOCK);
  }

  private static void fcntl(int descriptor, MemorySegment lock, short type) {
    lock.set(JAVA_SHORT, 0, type);
    try {
      check((int) FCNTL.invokeExact(descriptor, SETLKW_OF_DESCRIPTION, lock), "fcntl");
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }
}
