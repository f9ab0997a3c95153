package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.pawl.spi.NativeWait;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Waiting in the operating system for the first of several words: {@code pawl_waitv} of {@code
 * pawl.h}. Linux since 5.16 has it.
 */
public final class ManyWaits {

  /** How many words there may be. */
  public static final int MOST = 128;

  private static final String FUNCTION = "pawl_waitv";

  /** The bytes of a struct pawl_waitv. */
  private static final long ENTRY = 16;

  private static final long EXPECTED = 8;
  private static final long FLAGS = 12;

  private static final int UNKNOWN = 0;
  private static final int AVAILABLE = 1;
  private static final int ABSENT = 2;

  private static volatile int state;

  private ManyWaits() {}

  /** The type of the function, which is that of the header. */
  static FunctionDescriptor type() {
    return FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
  }

  /**
   * Whether there is such a wait. Does not wait for the backend to be linked; links the call when
   * it is first asked after that.
   *
   * @return false if threads have to wait in queues
   */
  public static boolean areAvailable() {
    return state == AVAILABLE || (state == UNKNOWN && Backend.current() != null && link());
  }

  private static boolean link() {
    try {
      Backend.link("Waits for several words", FUNCTION);
      state = isWorking() ? AVAILABLE : ABSENT;
    } catch (UnsupportedOperationException _) {
      state = ABSENT;
    }
    return state == AVAILABLE;
  }

  /** Calls it, with words that do not hold what is expected, until the JDK is done with it. */
  private static boolean isWorking() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment word = arena.allocate(JAVA_INT);
      int result = 0;
      for (int i = 0; i < Downcalls.CALLS_UNTIL_SETTLED; i++) {
        result = await(new long[] {word.address()}, new int[] {1}, NativeWait.FOREVER);
      }
      return result == NativeWait.EAGAIN;
    }
  }

  /**
   * Waits until one of several words is woken, if each holds what is expected.
   *
   * @param addresses those of the words, 1 to {@value #MOST}
   * @param expected the value of each
   * @param deadline absolute time in nanoseconds, or {@link NativeWait#FOREVER}
   * @return the index of a word that was woken, {@link NativeWait#EAGAIN}, {@link
   *     NativeWait#ETIMEDOUT} or {@link NativeWait#EINTR}
   */
  public static int await(long[] addresses, int[] expected, long deadline) {
    int count = addresses.length;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entries = arena.allocate(count * ENTRY, Long.BYTES);
      for (int i = 0; i < count; i++) {
        entries.set(JAVA_LONG, i * ENTRY, addresses[i]);
        entries.set(JAVA_INT, i * ENTRY + EXPECTED, expected[i]);
        entries.set(JAVA_INT, i * ENTRY + FLAGS, 0);
      }
      return (int) Handles.WAITV.invokeExact(entries.address(), count, deadline);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  private static final class Handles {
    static final MethodHandle WAITV = ShimFunctions.linked(FUNCTION);

    private Handles() {}
  }
}
