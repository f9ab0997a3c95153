package io.pawl.internal.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * 32-bit words outside the heap, accessed by address.
 *
 * <p>All access goes through one constant segment, so that it compiles to a single instruction
 * whatever else the program does with memory segments. The segment covers the whole address space.
 * Where native access is denied it covers one pool of {@value #POOL_BYTES} bytes instead, and
 * "addresses" are offsets into that pool; {@link #allocate} then fails once the pool is used up.
 *
 * <p>Nothing is checked: callers pass addresses that came from {@link #allocate}, which stay valid
 * as long as this class is there: a class loader that is dropped leaves no memory behind.
 */
public final class Words {

  private static final int POOL_BYTES = 1 << 22;

  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  /** Whether direct memory has been used up; set before memory() is called, and under the lock. */
  private static boolean usedUp;

  private static final MemorySegment MEMORY = memory();
  private static final boolean IS_POOL = MEMORY.byteSize() == POOL_BYTES;

  /** Offset 0 of the pool is never handed out, so that 0 is never a valid address. */
  private static long poolUsed = 64;

  /** The memory that has been handed out, linked so that adding to it needs no other. */
  private static @Nullable Chunk chunks;

  private Words() {}

  @SuppressWarnings("restricted")
  private static MemorySegment memory() {
    try {
      return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    } catch (IllegalCallerException denied) {
      return allocateMemory(POOL_BYTES);
    }
  }

  /** Once the program has used up what it may use of direct memory, none is given back. */
  private static MemorySegment allocateMemory(long bytes) {
    if (!usedUp) {
      try {
        return Arena.ofAuto().allocate(bytes, 64);
      } catch (OutOfMemoryError e) {
        usedUp = true; // finding that out takes half a second
      }
    }
    return Arena.global().allocate(bytes, 64);
  }

  /** Whether addresses are but offsets into a pool, of no use to the operating system. */
  public static boolean isPool() {
    return IS_POOL;
  }

  /** Initializes what the first accesses need, which takes milliseconds. */
  public static void initialize() {
    long word = allocate(64);
    int _ = getAndAdd(word, 1);
    int _ = getAndSet(word, 0);
  }

  /**
   * Allocates zeroed memory that stays as long as this class.
   *
   * @param bytes how many, a multiple of 64
   * @return the address, aligned to 64
   * @throws OutOfMemoryError if there is no memory, or if native access is denied and the pool is
   *     used up
   */
  static synchronized long allocate(int bytes) {
    if (!IS_POOL) {
      Chunk chunk = new Chunk(allocateMemory(bytes), chunks);
      chunks = chunk;
      return chunk.memory.address();
    }
    if (poolUsed + bytes > POOL_BYTES) {
      throw new OutOfMemoryError(
          "Pawl has no native access and has used up its pool of "
              + POOL_BYTES
              + " bytes for words; run with --enable-native-access=io.pawl (module path) or"
              + " --enable-native-access=ALL-UNNAMED (class path)");
    }
    long address = poolUsed;
    poolUsed += bytes;
    return address;
  }

  public static int get(long address) {
    return (int) INT.get(MEMORY, address);
  }

  public static void set(long address, int value) {
    INT.set(MEMORY, address, value);
  }

  public static int getOpaque(long address) {
    return (int) INT.getOpaque(MEMORY, address);
  }

  public static void setOpaque(long address, int value) {
    INT.setOpaque(MEMORY, address, value);
  }

  public static int getAcquire(long address) {
    return (int) INT.getAcquire(MEMORY, address);
  }

  public static void setRelease(long address, int value) {
    INT.setRelease(MEMORY, address, value);
  }

  public static int getVolatile(long address) {
    return (int) INT.getVolatile(MEMORY, address);
  }

  public static void setVolatile(long address, int value) {
    INT.setVolatile(MEMORY, address, value);
  }

  public static boolean compareAndSet(long address, int expected, int value) {
    return INT.compareAndSet(MEMORY, address, expected, value);
  }

  public static boolean weakCompareAndSet(long address, int expected, int value) {
    return INT.weakCompareAndSet(MEMORY, address, expected, value);
  }

  public static boolean weakCompareAndSetPlain(long address, int expected, int value) {
    return INT.weakCompareAndSetPlain(MEMORY, address, expected, value);
  }

  public static boolean weakCompareAndSetAcquire(long address, int expected, int value) {
    return INT.weakCompareAndSetAcquire(MEMORY, address, expected, value);
  }

  public static boolean weakCompareAndSetRelease(long address, int expected, int value) {
    return INT.weakCompareAndSetRelease(MEMORY, address, expected, value);
  }

  public static int compareAndExchange(long address, int expected, int value) {
    return (int) INT.compareAndExchange(MEMORY, address, expected, value);
  }

  public static int compareAndExchangeAcquire(long address, int expected, int value) {
    return (int) INT.compareAndExchangeAcquire(MEMORY, address, expected, value);
  }

  public static int compareAndExchangeRelease(long address, int expected, int value) {
    return (int) INT.compareAndExchangeRelease(MEMORY, address, expected, value);
  }

  public static int getAndSet(long address, int value) {
    return (int) INT.getAndSet(MEMORY, address, value);
  }

  public static int getAndSetAcquire(long address, int value) {
    return (int) INT.getAndSetAcquire(MEMORY, address, value);
  }

  public static int getAndSetRelease(long address, int value) {
    return (int) INT.getAndSetRelease(MEMORY, address, value);
  }

  public static int getAndAdd(long address, int delta) {
    return (int) INT.getAndAdd(MEMORY, address, delta);
  }

  public static int getAndAddAcquire(long address, int delta) {
    return (int) INT.getAndAddAcquire(MEMORY, address, delta);
  }

  public static int getAndAddRelease(long address, int delta) {
    return (int) INT.getAndAddRelease(MEMORY, address, delta);
  }

  public static int getAndBitwiseOr(long address, int mask) {
    return (int) INT.getAndBitwiseOr(MEMORY, address, mask);
  }

  public static int getAndBitwiseOrAcquire(long address, int mask) {
    return (int) INT.getAndBitwiseOrAcquire(MEMORY, address, mask);
  }

  public static int getAndBitwiseOrRelease(long address, int mask) {
    return (int) INT.getAndBitwiseOrRelease(MEMORY, address, mask);
  }

  public static int getAndBitwiseAnd(long address, int mask) {
    return (int) INT.getAndBitwiseAnd(MEMORY, address, mask);
  }

  public static int getAndBitwiseAndAcquire(long address, int mask) {
    return (int) INT.getAndBitwiseAndAcquire(MEMORY, address, mask);
  }

  public static int getAndBitwiseAndRelease(long address, int mask) {
    return (int) INT.getAndBitwiseAndRelease(MEMORY, address, mask);
  }

  public static int getAndBitwiseXor(long address, int mask) {
    return (int) INT.getAndBitwiseXor(MEMORY, address, mask);
  }

  public static int getAndBitwiseXorAcquire(long address, int mask) {
    return (int) INT.getAndBitwiseXorAcquire(MEMORY, address, mask);
  }

  public static int getAndBitwiseXorRelease(long address, int mask) {
    return (int) INT.getAndBitwiseXorRelease(MEMORY, address, mask);
  }

  private record Chunk(MemorySegment memory, @Nullable Chunk earlier) {}
}
