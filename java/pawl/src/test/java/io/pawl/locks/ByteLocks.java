package io.pawl.locks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The kinds of bytes that can be locked, for tests that are run with each of them. */
enum ByteLocks {
  FIELD,
  ARRAY,
  SEGMENT;

  /** What the bits of the user are in tests. */
  static final byte USER_BITS = (byte) 0b1010_0100;

  /** An object with a byte of its own. */
  static final class Node {
    static final VarHandle BITS;

    static {
      try {
        BITS = MethodHandles.lookup().findVarHandle(Node.class, "bits", byte.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    static final ByteLock<Node> LOCK = ByteLock.ofField(Node.class, BITS);

    volatile byte bits = USER_BITS;
  }

  /** A class whose field others inherit. */
  static class Ancestor {
    volatile byte bits;

    static VarHandle handle() throws ReflectiveOperationException {
      return MethodHandles.lookup().findVarHandle(Ancestor.class, "bits", byte.class);
    }
  }

  /** A byte, with its lock. */
  abstract static class Cell {
    abstract Locked<?> locked();

    abstract byte get();

    abstract boolean compareAndSet(byte expected, byte next);
  }

  Cell make() {
    return switch (this) {
      case FIELD -> new FieldCell();
      case ARRAY -> new ArrayCell();
      case SEGMENT -> new SegmentCell();
    };
  }

  Exclusive exclusive() {
    Locked<?> locked = make().locked();
    return new Exclusive(
        locked, locked::queued, locked::isLocked, () -> locked.owner == Thread.currentThread());
  }

  private static final class FieldCell extends Cell {
    private final Node node = new Node();

    @Override
    Locked<?> locked() {
      return new Locked<>(Node.LOCK, node, 0);
    }

    @Override
    byte get() {
      return node.bits;
    }

    @Override
    boolean compareAndSet(byte expected, byte next) {
      return Node.BITS.compareAndSet(node, expected, next);
    }
  }

  private static final class ArrayCell extends Cell {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(byte[].class);

    private final byte[] array = {0, 0, 0, USER_BITS, 0};

    @Override
    Locked<?> locked() {
      return new Locked<>(ByteLock.ofArray(), array, 3);
    }

    @Override
    byte get() {
      return (byte) ELEMENT.getVolatile(array, 3);
    }

    @Override
    boolean compareAndSet(byte expected, byte next) {
      return ELEMENT.compareAndSet(array, 3, expected, next);
    }
  }

  private static final class SegmentCell extends Cell {
    private static final VarHandle ELEMENT = java.lang.foreign.ValueLayout.JAVA_INT.varHandle();
    private static final int SHIFT = 16;

    private final MemorySegment memory = Arena.ofAuto().allocate(8, 4);

    SegmentCell() {
      ELEMENT.setVolatile(memory, 4L, (USER_BITS & 0xFF) << SHIFT);
    }

    @Override
    Locked<?> locked() {
      return new Locked<>(ByteLock.ofSegment(), memory, 6);
    }

    @Override
    byte get() {
      return (byte) ((int) ELEMENT.getVolatile(memory, 4L) >> SHIFT);
    }

    @Override
    boolean compareAndSet(byte expected, byte next) {
      return ELEMENT.compareAndSet(memory, 4L, (expected & 0xFF) << SHIFT, (next & 0xFF) << SHIFT);
    }
  }

  /** A locked byte as a lock with an owner, which finds the mistakes that ByteLock does not. */
  static final class Locked<T> implements Lock {
    private final ByteLock<T> kind;
    private final T holder;
    private final long index;
    volatile @Nullable Thread owner;

    Locked(ByteLock<T> kind, T holder, long index) {
      this.kind = kind;
      this.holder = holder;
      this.index = index;
    }

    private void own() {
      owner = Thread.currentThread();
    }

    private void requireNotOwner() {
      if (owner == Thread.currentThread()) {
        throw new IllegalMonitorStateException("Held by the current thread");
      }
    }

    @Override
    public void lock() {
      requireNotOwner();
      kind.lock(holder, index);
      own();
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
      requireNotOwner();
      kind.lockInterruptibly(holder, index);
      own();
    }

    @Override
    public boolean tryLock() {
      boolean locked = kind.tryLock(holder, index);
      if (locked) {
        own();
      }
      return locked;
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
      if (time > 0) {
        requireNotOwner();
      }
      boolean locked = kind.tryLock(holder, index, time, unit);
      if (locked) {
        own();
      }
      return locked;
    }

    @Override
    public void unlock() {
      if (owner != Thread.currentThread()) {
        throw new IllegalMonitorStateException("Not held by the current thread");
      }
      owner = null;
      kind.unlock(holder, index);
    }

    @Override
    public Condition newCondition() {
      throw new UnsupportedOperationException();
    }

    boolean isLocked() {
      return kind.isLocked(holder, index);
    }

    int queued() {
      return kind.getQueueLength(holder, index);
    }
  }
}
