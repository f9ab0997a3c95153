package io.pawl.internal.backend;

import io.pawl.kit.NativeWaitContract;
import io.pawl.spi.NativeWait;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/**
 * The contract on systems that do not tell how many they have woken and have no requeue: what they
 * return is put into the mouth of this system.
 */
class UntoldWaitTest {

  @BeforeAll
  static void loadTheShim() {
    LoadedShim.require();
  }

  /** As on Windows, which tells nothing. */
  @Nested
  class NothingIsTold extends NativeWaitContract {

    @Override
    protected NativeWait backend() {
      return new Untold(0);
    }

    @Override
    protected boolean tellsHowMany() {
      return false;
    }
  }

  /** As on macOS, which tells of a wake for all that somebody was there. */
  @Nested
  class OneIsToldOfMany extends NativeWaitContract {

    @Override
    protected NativeWait backend() {
      return new Untold(1);
    }

    @Override
    protected boolean tellsHowMany() {
      return false;
    }
  }

  /**
   * Waits natively and keeps silent about it.
   *
   * @param most the greatest number that a wake tells
   */
  private record Untold(int most) implements NativeWait {
    private static final NativeWait REAL = new PanamaWait();

    @Override
    public int await(long address, int expected, long deadline, boolean shared) {
      return shared ? ENOSYS : REAL.await(address, expected, deadline, false);
    }

    @Override
    public int wake(long address, int count, boolean shared) {
      return shared ? ENOSYS : Math.min(REAL.wake(address, count, false), most);
    }

    @Override
    public int requeue(long from, int expected, int wake, int move, long to, boolean shared) {
      return ENOSYS;
    }

    @Override
    public int registerBarrier() {
      return ENOSYS;
    }

    @Override
    public int barrier() {
      return EPERM;
    }
  }
}
