package io.pawl.locks;

import java.lang.constant.ConstantDescs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.invoke.VarHandle.AccessMode;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Atomic access to a byte of a holder, and the key by which threads wait for it. The
 * implementations are records, whose fields the compiler takes for constants where the record is
 * one.
 */
sealed interface ByteAccess {

  /** Reads the byte, opaque. */
  byte get(Object holder, long index);

  /** Compares and sets the byte with acquire semantics; may fail for no reason. */
  boolean casAcquire(Object holder, long index, byte expected, byte next);

  /** Compares and sets the byte with release semantics; may fail for no reason. */
  boolean casRelease(Object holder, long index, byte expected, byte next);

  /** The object of the key. */
  @Nullable Object base(Object holder);

  /** The number of the key. */
  long offset(Object holder, long index);

  /**
   * A field of the holder; there is no index but 0. Method handles, unlike a variable handle that
   * is adapted to holders of any type, cost no more than the access itself.
   */
  record OfField(MethodHandle get, MethodHandle acquire, MethodHandle release, long number)
      implements ByteAccess {

    private static final MethodType GET = MethodType.methodType(byte.class, Object.class);
    private static final MethodType CAS =
        MethodType.methodType(boolean.class, Object.class, byte.class, byte.class);

    /** The numbers of the fields that a class declares, by their names. */
    private static final ClassValue<ConcurrentHashMap<String, Long>> NUMBERS =
        new ClassValue<>() {
          @Override
          protected ConcurrentHashMap<String, Long> computeValue(Class<?> declaring) {
            return new ConcurrentHashMap<>();
          }
        };

    private static final AtomicLong LAST = new AtomicLong();

    static OfField of(VarHandle field) {
      long number = numberOf(field);
      return new OfField(
          field.toMethodHandle(AccessMode.GET_OPAQUE).asType(GET),
          field.toMethodHandle(AccessMode.WEAK_COMPARE_AND_SET_ACQUIRE).asType(CAS),
          field.toMethodHandle(AccessMode.WEAK_COMPARE_AND_SET_RELEASE).asType(CAS),
          number);
    }

    /** A number that is the same for all handles of a field, and another one for other fields. */
    private static long numberOf(VarHandle field) {
      return NUMBERS
          .get(field.coordinateTypes().getFirst())
          .computeIfAbsent(nameOf(field), _ -> LAST.incrementAndGet());
    }

    private static String nameOf(VarHandle field) {
      VarHandle.VarHandleDesc description = description(field);
      if (description == null
          || !description.bootstrapMethod().equals(ConstantDescs.BSM_VARHANDLE_FIELD)) {
        throw new IllegalArgumentException(
            "A handle that does not tell its field, as one that is adapted, of a hidden class, or"
                + " found in a class that inherits the field: find it in the class that declares"
                + " the field: "
                + field);
      }
      return description.constantName();
    }

    private static VarHandle.@Nullable VarHandleDesc description(VarHandle field) {
      try {
        return field.describeConstable().orElse(null);
      } catch (InternalError _) {
        return null; // the JDK looks for the field in the class in which it was found
      }
    }

    private static void check(long index) {
      if (index != 0) {
        throw new IndexOutOfBoundsException("A field has no index " + index);
      }
    }

    @Override
    public byte get(Object holder, long index) {
      check(index);
      try {
        return (byte) get.invokeExact(holder);
      } catch (Throwable t) {
        throw unchecked(t);
      }
    }

    @Override
    public boolean casAcquire(Object holder, long index, byte expected, byte next) {
      check(index);
      try {
        return (boolean) acquire.invokeExact(holder, expected, next);
      } catch (Throwable t) {
        throw unchecked(t);
      }
    }

    @Override
    public boolean casRelease(Object holder, long index, byte expected, byte next) {
      check(index);
      try {
        return (boolean) release.invokeExact(holder, expected, next);
      } catch (Throwable t) {
        throw unchecked(t);
      }
    }

    /** What an access can throw is unchecked: the holder is null or of another class. */
    private static RuntimeException unchecked(Throwable t) {
      if (t instanceof Error e) {
        throw e;
      }
      return t instanceof RuntimeException e ? e : new IllegalStateException(t);
    }

    @Override
    public Object base(Object holder) {
      return holder;
    }

    @Override
    public long offset(Object holder, long index) {
      return number;
    }
  }

  /** An element of an array. */
  record OfArray() implements ByteAccess {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(byte[].class);

    private static int checked(long index) {
      if (index != (int) index) {
        throw new IndexOutOfBoundsException("No index of an array: " + index);
      }
      return (int) index;
    }

    @Override
    public byte get(Object holder, long index) {
      return (byte) ELEMENT.getOpaque((byte[]) holder, checked(index));
    }

    @Override
    public boolean casAcquire(Object holder, long index, byte expected, byte next) {
      return ELEMENT.weakCompareAndSetAcquire((byte[]) holder, checked(index), expected, next);
    }

    @Override
    public boolean casRelease(Object holder, long index, byte expected, byte next) {
      return ELEMENT.weakCompareAndSetRelease((byte[]) holder, checked(index), expected, next);
    }

    @Override
    public Object base(Object holder) {
      return holder;
    }

    @Override
    public long offset(Object holder, long index) {
      return index;
    }
  }

  /**
   * A byte of native memory. There is no atomic access to a single byte of a segment, so the
   * aligned word around it is compared and set, which changes no other byte: one that another
   * thread changes meanwhile makes it fail.
   */
  record OfSegment() implements ByteAccess {
    private static final ValueLayout.OfInt LAYOUT = ValueLayout.JAVA_INT;
    private static final VarHandle WORD = LAYOUT.varHandle();
    private static final int BYTE_MASK = 0xFF;
    private static final boolean BIG_ENDIAN = LAYOUT.order() == ByteOrder.BIG_ENDIAN;

    private static int shift(MemorySegment memory, long offset) {
      int place = (int) (memory.address() + offset) & (Integer.BYTES - 1);
      return (BIG_ENDIAN ? Integer.BYTES - 1 - place : place) * Byte.SIZE;
    }

    private static long wordOf(MemorySegment memory, long offset) {
      return offset - ((memory.address() + offset) & (Integer.BYTES - 1));
    }

    private static int with(int word, int shift, byte value) {
      return (word & ~(BYTE_MASK << shift)) | ((value & BYTE_MASK) << shift);
    }

    @Override
    public byte get(Object holder, long offset) {
      MemorySegment memory = (MemorySegment) holder;
      return (byte) ((int) WORD.getOpaque(memory, wordOf(memory, offset)) >> shift(memory, offset));
    }

    @Override
    public boolean casAcquire(Object holder, long offset, byte expected, byte next) {
      MemorySegment memory = (MemorySegment) holder;
      long at = wordOf(memory, offset);
      int shift = shift(memory, offset);
      int word = (int) WORD.getOpaque(memory, at);
      return (byte) (word >> shift) == expected
          && WORD.weakCompareAndSetAcquire(memory, at, word, with(word, shift, next));
    }

    @Override
    public boolean casRelease(Object holder, long offset, byte expected, byte next) {
      MemorySegment memory = (MemorySegment) holder;
      long at = wordOf(memory, offset);
      int shift = shift(memory, offset);
      int word = (int) WORD.getOpaque(memory, at);
      return (byte) (word >> shift) == expected
          && WORD.weakCompareAndSetRelease(memory, at, word, with(word, shift, next));
    }

    @Override
    public @Nullable Object base(Object holder) {
      return ParkingLot.arrayOf((MemorySegment) holder);
    }

    @Override
    public long offset(Object holder, long offset) {
      return ((MemorySegment) holder).address() + offset;
    }
  }
}
