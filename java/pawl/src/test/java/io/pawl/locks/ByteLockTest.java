package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Allocation;
import io.pawl.testing.Await;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What ByteLock promises beyond the contract of locks. */
@ParameterizedClass
@MethodSource("io.pawl.locks.ByteLockLockTest#kindsAndBytes")
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class ByteLockTest extends Kit {

  private static final int ROUNDS = 20_000;
  private static final byte USER_MASK = (byte) ~ByteLock.MASK;

  private final ByteLocks.Cell cell;
  private final ByteLocks.Locked<?> lock;

  ByteLockTest(ThreadKind kind, ByteLocks bytes) {
    super(kind);
    cell = bytes.make();
    lock = cell.locked();
  }

  private void lockAndUnlock() {
    lock.lock();
    lock.unlock();
  }

  private Worker startBlocked(Worker.Task task) {
    int before = lock.queued();
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    Await.until("queued", () -> lock.queued() == before + 1);
    return worker;
  }

  @Test
  void bitsOfTheUserStayThroughEveryTransition() throws InterruptedException {
    assertThat(cell.get()).isEqualTo(ByteLocks.USER_BITS);
    lock.lock();
    assertThat(cell.get()).isEqualTo((byte) (ByteLocks.USER_BITS | ByteLock.LOCKED));
    Worker waiter = startBlocked(this::lockAndUnlock);
    assertThat(cell.get()).isEqualTo((byte) (ByteLocks.USER_BITS | ByteLock.MASK));
    lock.unlock();
    waiter.join();
    assertThat(cell.get()).isEqualTo(ByteLocks.USER_BITS);
  }

  @Test
  void holderThatChangesItsBitsAtomicallyKeepsWhoWaits() throws InterruptedException {
    lock.lock();
    Worker waiter = startBlocked(this::lockAndUnlock);
    for (int i = 0; i < 64; i++) {
      byte b = cell.get();
      assertThat(cell.compareAndSet(b, (byte) (b ^ (i << 2)))).isTrue();
      assertThat(cell.get() & ByteLock.MASK).isEqualTo(ByteLock.MASK);
    }
    byte changed = (byte) (cell.get() & USER_MASK);
    lock.unlock();
    waiter.join();
    assertThat(cell.get()).isEqualTo(changed);
  }

  /** QueuedByteLock, I1: PARKED that a waiter has left goes with the next unlock. */
  @Test
  void waitersThatGiveUpLeaveAByteThatIsFreeAfterTheUnlock() {
    lock.lock();
    Worker waiter =
        startBlocked(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> lock.tryLock(1, HOURS)));
    waiter.interrupt();
    waiter.join();
    lock.unlock();
    assertThat(cell.get()).isEqualTo(ByteLocks.USER_BITS);
  }

  /** QueuedByteLock, I2. */
  @Test
  void nothingIsLostWhenTheUserChangesItsBitsMeanwhile() {
    AtomicInteger inside = new AtomicInteger();
    Rounds.Part locks =
        _ -> {
          for (int i = 0; i < 20; i++) {
            lock.lock();
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            inside.decrementAndGet();
            lock.unlock();
          }
        };
    Rounds.Part triesForATime =
        _ -> {
          if (lock.tryLock(ThreadLocalRandom.current().nextInt(30_000), NANOSECONDS)) {
            lock.unlock();
          }
        };
    int[] changes = new int[1];
    Rounds.Part changesBits =
        _ -> {
          for (int i = 0; i < 50; i++) {
            byte b = cell.get();
            byte next = (byte) ((b & ByteLock.MASK) | ((b + 4) & USER_MASK));
            if (cell.compareAndSet(b, next)) {
              changes[0]++;
            }
          }
        };
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ ->
                assertThat(cell.get())
                    .isEqualTo((byte) ((ByteLocks.USER_BITS + 4 * changes[0]) & USER_MASK)),
            locks,
            locks,
            triesForATime,
            changesBits);
    assertThat(changes[0]).isPositive();
  }

  @Test
  void waiterShowsWhatTheByteIsIn() {
    ByteLocks.Node node = new ByteLocks.Node();
    ByteLocks.Node.LOCK.lock(node);
    Worker waiter =
        crew.start(() -> {
          ByteLocks.Node.LOCK.lock(node);
          ByteLocks.Node.LOCK.unlock(node);
        });
    Await.until("the blocker", () -> LockSupport.getBlocker(waiter.thread()) == node);
    ByteLocks.Node.LOCK.unlock(node);
    waiter.join();
  }

  @Test
  void unlockOfAFreeByteThrowsAndChangesNothing() {
    ByteLocks.Node node = new ByteLocks.Node();
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> ByteLocks.Node.LOCK.unlock(node));
    assertThat(node.bits).isEqualTo(ByteLocks.USER_BITS);
  }

  /** Fields of one object. */
  @SuppressWarnings("UnusedVariable") // used by their handles
  private static final class Pair {
    volatile byte one;
    volatile byte other;
    final byte constant = 0;
    static byte shared;
    volatile int wide;
  }

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Pair.class, field, type);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(field, e);
    }
  }

  @Test
  void handlesOfOneFieldAreOneLockAndFieldsOfOneObjectAreNot() {
    ByteLock<Pair> one = ByteLock.ofField(Pair.class, handle("one", byte.class));
    ByteLock<Pair> again = ByteLock.ofField(Pair.class, handle("one", byte.class));
    ByteLock<Pair> other = ByteLock.ofField(Pair.class, handle("other", byte.class));
    Pair pair = new Pair();
    one.lock(pair);
    other.lock(pair);
    Worker waiter =
        crew.start(() -> {
          again.lock(pair);
          again.unlock(pair);
        });
    waiter.awaitBlocked();
    Await.until("queued", () -> one.getQueueLength(pair, 0) == 1);
    assertThat(other.getQueueLength(pair, 0)).isZero();
    other.unlock(pair);
    assertThat(waiter.isDone()).isFalse();
    one.unlock(pair);
    waiter.join();
    assertThat(pair.one).isZero();
  }

  @Test
  void onlyHandlesOfByteFieldsAreTaken() throws ReflectiveOperationException {
    VarHandle ofStatic =
        MethodHandles.lookup().findStaticVarHandle(Pair.class, "shared", byte.class);
    VarHandle ofElement = MethodHandles.arrayElementVarHandle(byte[].class);
    for (VarHandle bad :
        new VarHandle[] {
          ofStatic, ofElement, handle("constant", byte.class), handle("wide", int.class)
        }) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> ByteLock.ofField(Pair.class, bad));
    }
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> ByteLock.ofField(Kit.class, handle("one", byte.class)));
  }

  /** A class that inherits a field with a lock. */
  private static final class Heir extends ByteLocks.Ancestor {}

  @Test
  void inheritedFieldIsLockedByTheHandleOfItsDeclaringClass() throws ReflectiveOperationException {
    ByteLock<Heir> lockOfHeir = ByteLock.ofField(Heir.class, ByteLocks.Ancestor.handle());
    ByteLock<ByteLocks.Ancestor> lockOfAncestor =
        ByteLock.ofField(ByteLocks.Ancestor.class, ByteLocks.Ancestor.handle());
    Heir heir = new Heir();
    lockOfHeir.lock(heir);
    Worker waiter =
        crew.start(() -> {
          lockOfAncestor.lock(heir);
          lockOfAncestor.unlock(heir);
        });
    Await.until("queued", () -> lockOfHeir.getQueueLength(heir, 0) == 1);
    lockOfHeir.unlock(heir);
    waiter.join();
    VarHandle foundInHeir = MethodHandles.lookup().findVarHandle(Heir.class, "bits", byte.class);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> ByteLock.ofField(Heir.class, foundInHeir))
        .withMessageContaining("declares");
  }

  /** A class to be defined once more, as a hidden one. */
  @SuppressWarnings("UnusedVariable") // used by the handle
  private static final class Hidden {
    volatile byte bits;
  }

  @Test
  void handleThatDoesNotTellItsFieldIsRefused() throws ReflectiveOperationException, IOException {
    VarHandle adapted =
        MethodHandles.dropCoordinates(
            MethodHandles.insertCoordinates(handle("one", byte.class), 0, new Pair()),
            0,
            Pair.class);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> ByteLock.ofField(Pair.class, adapted))
        .withMessageContaining("adapted");
    String file = "ByteLockTest$" + Hidden.class.getSimpleName() + ".class";
    try (InputStream in = ByteLockTest.class.getResourceAsStream(file)) {
      MethodHandles.Lookup hidden =
          MethodHandles.lookup().defineHiddenClass(in.readAllBytes(), false);
      VarHandle ofHidden = hidden.findVarHandle(hidden.lookupClass(), "bits", byte.class);
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> ByteLock.ofField(hidden.lookupClass(), ofHidden))
          .withMessageContaining("hidden");
    }
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void queueOfAByteThatIsNotThereIsRefused() {
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> ByteLocks.Node.LOCK.getQueueLength(null, 0));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> ByteLocks.Node.LOCK.getQueueLength(new ByteLocks.Node(), 1));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> ByteLock.ofArray().getQueueLength(null, 0));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> ByteLock.ofArray().getQueueLength(new byte[2], 2));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> ByteLock.ofSegment().getQueueLength(null, 0));
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void bytesThatAreNotThereAreRefused() {
    ByteLocks.Node node = new ByteLocks.Node();
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> ByteLocks.Node.LOCK.lock(null));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> ByteLocks.Node.LOCK.lock(node, 1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> ByteLock.ofArray().lock(new byte[2], 2));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> ByteLock.ofArray().lock(new byte[2], 1L << 32));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> ByteLock.ofSegment().lock(Arena.ofAuto().allocate(8, 4), 8));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> ByteLock.ofSegment().lock(MemorySegment.ofArray(new byte[8]), 0));
  }

  @Test
  void neighboursInMemoryStayAsTheyAreAndAreLocksOfTheirOwn() {
    MemorySegment memory = Arena.ofAuto().allocate(8, 4);
    ByteLock<MemorySegment> locks = ByteLock.ofSegment();
    for (int i = 0; i < 8; i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i << 2));
    }
    for (int i = 0; i < 8; i++) {
      locks.lock(memory, i);
      assertThat(locks.isLocked(memory.asSlice(i & ~3, 4), i & 3)).isTrue();
      for (int j = 0; j < 8; j++) {
        assertThat(memory.get(ValueLayout.JAVA_BYTE, j))
            .isEqualTo((byte) ((j << 2) | (j == i ? 1 : 0)));
      }
      locks.unlock(memory, i);
    }
  }

  @Test
  void objectThatNobodyWaitsForIsCollected() {
    WeakReference<ByteLocks.Node> gone = waitForANode();
    Await.until(
        "the node is collected",
        () -> {
          System.gc();
          return gone.get() == null;
        });
  }

  private WeakReference<ByteLocks.Node> waitForANode() {
    ByteLocks.Node node = new ByteLocks.Node();
    ByteLocks.Node.LOCK.lock(node);
    Worker waiter =
        new io.pawl.testing.Crew(kind)
            .start(() -> {
              ByteLocks.Node.LOCK.lock(node);
              ByteLocks.Node.LOCK.unlock(node);
            });
    waiter.awaitBlocked();
    Await.until("queued", () -> ByteLocks.Node.LOCK.getQueueLength(node, 0) == 1);
    ByteLocks.Node.LOCK.unlock(node);
    waiter.join();
    return new WeakReference<>(node);
  }

  @Test
  void lockingAllocatesNothing() {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 200_000; i++) {
      allocation.round(i);
      lockAndUnlock();
    }
    allocation.assertNone();
  }

  // ---- Stack overflow

  @Test
  @Tag(DeepStack.TAG)
  void overflowLeavesALockThatCanBeUsed() {
    ByteLocks.Node node = new ByteLocks.Node();
    Worker.Task putRight =
        () -> {
          if (ByteLocks.Node.LOCK.isLocked(node)) {
            ByteLocks.Node.LOCK.unlock(node);
          }
        };
    DeepStack.overflow(
        () -> {
          putRight.run();
          ByteLocks.Node.LOCK.lock(node);
          ByteLocks.Node.LOCK.unlock(node);
        },
        putRight);
    assertThat(node.bits).isEqualTo(ByteLocks.USER_BITS);
  }
}
