package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.NativeWaitContract;
import io.pawl.spi.NativeWait;
import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class SyscallWaitTest extends NativeWaitContract {
  private static @Nullable NativeWait backend;

  @BeforeAll
  static void link() throws UnavailableException {
    backend = SyscallLinker.open();
  }

  @Override
  protected NativeWait backend() {
    NativeWait opened = backend;
    if (opened == null) {
      throw new AssertionError();
    }
    return opened;
  }

  @Test
  void aWaitWithoutMemoryForItsDeadlineReturnsInTime() {
    int[] allowed = {1};
    SyscallWait poor =
        new SyscallWait(
            new Scratch() {
              @Override
              long take() {
                return allowed[0]-- > 0 ? super.take() : 0;
              }
            });
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment word = arena.allocate(ValueLayout.JAVA_INT);
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
      int result;
      do {
        result = poor.await(word.address(), 0, deadline, false);
      } while (result == NativeWait.EINTR);

      assertThat(result).isEqualTo(NativeWait.ETIMEDOUT);
      assertThat(System.nanoTime() - deadline).isNotNegative();
      assertThat(poor.await(word.address(), 1, NativeWait.FOREVER, false))
          .isEqualTo(NativeWait.EAGAIN);
      assertThat(poor.requeue(word.address(), 1, 0, 0, word.address() + 4, false))
          .isEqualTo(NativeWait.EAGAIN);
    }
  }
}
