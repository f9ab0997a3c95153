package io.pawl.platform;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.internal.backend.OsLocks;
import io.pawl.internal.park.Deadlines;
import io.pawl.testing.Await;
import io.pawl.testing.Worker;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class OsMutexTest extends SystemLockContract<OsMutex> {

  OsMutexTest() {
    super(OsMutex::new);
  }

  // ---- Closing

  @Test
  void closedLockRefusesToBeLocked() {
    lock().close();
    List<ThrowingCallable> uses =
        List.of(
            () -> lock().lock(),
            () -> lock().lockInterruptibly(),
            () -> lock().tryLock(),
            () -> lock().tryLock(1, HOURS),
            () -> lock().memory());
    for (ThrowingCallable use : uses) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(use)
          .withMessageContaining("closed");
    }
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock()::unlock);
    assertThatNoException().isThrownBy(lock()::close);
  }

  @Test
  void lockThatIsHeldOrWaitedForIsNotClosed() {
    lock().lock();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(lock()::close)
        .withMessageContaining("held or waited for");
    Worker waiter = startWaiter(this::lockAndUnlock);
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(lock()::close);
    lock().unlock();
    waiter.join();
    assertThatNoException().isThrownBy(lock()::close);
  }

  @Test
  void lockThatOthersHoldInTheSystemIsNotClosed() {
    MemorySegment memory = lock().memory();
    assertThat(OsLocks.lock(memory)).isZero();
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(lock()::close);
    assertThat(OsLocks.unlock(memory)).isZero();
    assertFree();
  }

  @Test
  void closingAmongThreadsThatLockLeavesNobodyBehind() {
    lock();
    for (int round = 0; round < 200; round++) {
      OsMutex mutex = another();
      AtomicInteger locked = new AtomicInteger();
      Worker.Task user =
          () -> {
            try {
              for (; ; ) {
                mutex.lock();
                locked.incrementAndGet();
                mutex.unlock();
              }
            } catch (IllegalStateException e) {
              assertThat(e).isExactlyInstanceOf(IllegalStateException.class);
              assertThat(mutex.isHeldByCurrentThread()).isFalse();
            }
          };
      Worker first = crew.start(user);
      Worker second = crew.start(user);
      Await.until("somebody locks", () -> locked.get() > 0);
      Await.until("the lock is closed", () -> isClosed(mutex));
      first.join();
      second.join();
    }
  }

  private static boolean isClosed(OsMutex mutex) {
    try {
      mutex.close();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  // ---- Locks of others

  @Test
  void addressThatCanBeNoLockIsRefused() {
    lock();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(128, 64);
      List<MemorySegment> wrong =
          List.of(
              MemorySegment.NULL,
              MemorySegment.ofArray(new long[16]),
              memory.asSlice(1),
              memory.asSlice(2),
              memory.asSlice(0, OsLocks.size() - 1));
      for (MemorySegment segment : wrong) {
        assertThatExceptionOfType(IllegalArgumentException.class)
            .isThrownBy(() -> OsMutex.at(segment));
      }
    }
  }

  @Test
  void memoryOfAClosedArenaIsRefused() {
    lock();
    OsMutex mutex;
    MemorySegment memory;
    try (Arena arena = Arena.ofShared()) {
      memory = arena.allocate(OsLocks.size(), 64);
      assertThat(OsLocks.init(memory)).isZero();
      mutex = OsMutex.at(memory);
      mutex.lock();
      mutex.unlock();
    }
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> OsMutex.at(memory));
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(mutex::lock);
  }

  @Test
  void arenaIsNotClosedUnderAThreadThatWaits() {
    lock();
    Await.until("an arena is not closed", this::arenaIsNotClosed);
  }

  /** A thread that is seen on its way into the system may not be there yet: then it is told. */
  private boolean arenaIsNotClosed() {
    Arena arena = Arena.ofShared();
    MemorySegment memory = arena.allocate(OsLocks.size(), 64);
    assertThat(OsLocks.init(memory)).isZero();
    OsMutex mutex = OsMutex.at(memory);
    assertThat(OsLocks.lock(memory)).isZero();
    AtomicBoolean told = new AtomicBoolean();
    Worker waiter =
        crew.start(() -> {
          try {
            mutex.lock();
            mutex.unlock();
          } catch (IllegalStateException e) {
            told.set(true);
          }
        });
    waiter.awaitBlocked();
    Await.until("a thread in the system", () -> isIn(waiter, "lockNative"));
    boolean closed = isClosed(arena);
    if (!closed) {
      assertThat(OsLocks.unlock(memory)).isZero();
    }
    waiter.join();
    assertThat(told.get()).isEqualTo(closed);
    assertThat(isClosed(arena)).isNotEqualTo(closed);
    return !closed;
  }

  private static boolean isClosed(Arena arena) {
    try {
      arena.close();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static boolean isIn(Worker worker, String method) {
    StackTraceElement[] stack = worker.thread().getStackTrace();
    return Arrays.stream(stack).anyMatch(e -> e.getMethodName().equals(method));
  }

  @Test
  void twoObjectsOfOneLockHaveOneOwner() {
    OsMutex first = OsMutex.at(lock().memory());
    OsMutex second = OsMutex.at(lock().memory());
    first.lock();
    assertThat(second.isHeldByCurrentThread()).isTrue();
    assertThat(second.tryLock()).isFalse();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(second::lock);
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(second::close);
    crew.start(() -> assertThat(second.tryLock()).isFalse()).join();
    second.unlock();
    assertThat(first.isHeldByCurrentThread()).isFalse();
    second.close();
    first.lock();
    first.unlock();
  }

  @Test
  void ownLockAndOneAtItsMemoryHaveOneOwner() {
    OsMutex own = another();
    own.lock();
    OsMutex at = OsMutex.at(own.memory());
    assertThat(at.isHeldByCurrentThread()).isTrue();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(at::lock);
    at.unlock();
    assertThat(own.isHeldByCurrentThread()).isFalse();
  }

  @Test
  void ownerIsKnownThoughNoObjectOfTheLockIsLeft() {
    MemorySegment memory = another().memory();
    OsMutex.at(memory).lock();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    OsMutex again = OsMutex.at(memory);
    assertThat(again.isHeldByCurrentThread()).isTrue();
    again.unlock();
  }

  @Test
  void closingTheLockOfOthersLeavesItAsItIs() {
    OsMutex other = OsMutex.at(lock().memory());
    other.close();
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(other::lock);
    assertFree();
  }

  // ---- C code

  @Test
  void javaAndCodeInCExcludeEachOther() {
    lock();
    LockUser user = LockUser.load();
    MemorySegment account = user.open();
    try {
      OsMutex mutex = OsMutex.at(user.lockOf(account));
      MemorySegment balance = user.balanceOf(account);
      int rounds = 20_000;
      crew.start(2, () -> user.lockAndAdd(user.lockOf(account), balance, rounds));
      crew.start(
          2,
          () -> {
            for (int i = 0; i < rounds; i++) {
              mutex.lock();
              LockUser.add(balance);
              mutex.unlock();
            }
          });
      crew.join();
      assertThat(LockUser.get(balance)).isEqualTo(4L * rounds);
    } finally {
      user.close(account);
    }
  }

  @Test
  void codeInCTakesALockOfJava() {
    MemorySegment memory = lock().memory();
    LockUser user = LockUser.load();
    MemorySegment balance = Arena.ofAuto().allocate(8, 8);
    lock().lock();
    Worker c = crew.start(() -> user.lockAndAdd(memory, balance, 1));
    crew.start(() -> assertThat(lock().tryLock(10, MILLISECONDS)).isFalse()).join();
    assertThat(c.isDone()).isFalse();
    assertThat(LockUser.get(balance)).isZero();
    lock().unlock();
    c.join();
    assertThat(LockUser.get(balance)).isEqualTo(1);
  }

  /** Makes a lock that is not of the default type, with the functions of the C library. */
  @SuppressWarnings("restricted") // calls C code
  private static MemorySegment makeWith(String attribute, int value) throws Throwable {
    Arena arena = Arena.ofAuto();
    MemorySegment attributes = arena.allocate(64, 16);
    MemorySegment memory = arena.allocate(OsLocks.size(), 64);
    assertThat((int) function("pthread_mutexattr_init", ADDRESS).invoke(attributes)).isZero();
    assertThat((int) function(attribute, JAVA_INT).invoke(attributes, value)).isZero();
    assertThat((int) function("pthread_mutex_init", ADDRESS).invoke(memory, attributes)).isZero();
    return memory;
  }

  @SuppressWarnings("restricted") // calls C code
  private static MethodHandle function(String name, MemoryLayout second) {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type =
        name.equals("pthread_mutexattr_init")
            ? FunctionDescriptor.of(JAVA_INT, ADDRESS)
            : FunctionDescriptor.of(JAVA_INT, ADDRESS, second);
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type);
  }

  private MemorySegment lockedByAThreadThatEnded() throws Throwable {
    MemorySegment memory = makeWith("pthread_mutexattr_setrobust", 1);
    Worker owner = crew.start(() -> assertThat(OsLocks.lock(memory)).isZero());
    owner.join();
    owner.thread().join();
    return memory;
  }

  @Test
  void endOfAnOwnerOfARobustLockIsToldAndTheLockIsNotHeld() throws Throwable {
    lock();
    assumeTrue(System.getProperty("os.name", "").equals("Linux"), "no robust locks here");
    MemorySegment other = lockedByAThreadThatEnded();
    assumeTrue(
        OsLocks.lockUntil(other, Deadlines.after(5_000_000_000L)) == OsLocks.EOWNERDEAD,
        "an emulator that knows no robust locks");
    assertThat(OsLocks.unlock(other)).isZero();
    MemorySegment memory = lockedByAThreadThatEnded();
    OsMutex mutex = OsMutex.at(memory);
    List<ThrowingCallable> attempts =
        List.of(
            mutex::lock, mutex::lockInterruptibly, mutex::tryLock, () -> mutex.tryLock(1, HOURS));
    for (ThrowingCallable attempt : attempts) {
      assertThatExceptionOfType(OwnerEndedException.class)
          .as("attempt %d", attempts.indexOf(attempt))
          .isThrownBy(attempt);
      assertThat(mutex.isHeldByCurrentThread()).isFalse();
    }
    assertThat(OsLocks.lockUntil(memory, 0)).isEqualTo(OsLocks.ENOTRECOVERABLE);
  }

  @Test
  void tryLockOfALockThatChecksForErrorsFailsIfCodeInCOfTheThreadHoldsIt() throws Throwable {
    lock();
    assumeTrue(System.getProperty("os.name", "").equals("Linux"), "other numbers of types here");
    MemorySegment memory = makeWith("pthread_mutexattr_settype", 2);
    OsMutex mutex = OsMutex.at(memory);
    assertThat(OsLocks.lock(memory)).isZero();
    assertThat(mutex.tryLock()).isFalse();
    assertThat(mutex.tryLock(0, MILLISECONDS)).isFalse();
    assertThat(OsLocks.unlock(memory)).isZero();
    assertThat(mutex.tryLock()).isTrue();
    mutex.unlock();
  }

  // ---- Tools

  @Test
  void deadlockIsFound() {
    OsMutex left = lock();
    OsMutex right = another();
    AtomicInteger held = new AtomicInteger();
    Worker one = crew.start(() -> lockBoth(left, right, held));
    Worker two = crew.start(() -> lockBoth(right, left, held));
    Await.until(
        "a deadlock",
        () -> {
          long[] ids = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
          return ids != null && List.of(ids[0], ids[1]).contains(one.thread().threadId());
        });
    one.interrupt();
    one.join();
    two.join();
  }

  /** Ends as the one that was interrupted, or with both. */
  private static void lockBoth(OsMutex first, OsMutex second, AtomicInteger held) {
    first.lock();
    held.incrementAndGet();
    Await.until("both hold one", () -> held.get() == 2);
    try {
      second.lockInterruptibly();
      second.unlock();
    } catch (InterruptedException e) {
      // Lets the other go on.
    }
    first.unlock();
  }
}
