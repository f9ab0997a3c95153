package io.pawl.spi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.internal.backend.Backend;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class NativeWaitsTest extends Kit {

  private static final VarHandle INT = JAVA_INT.varHandle();

  NativeWaitsTest() {
    super(ThreadKind.PLATFORM);
  }

  private static NativeWait waits() {
    assumeTrue(Backend.settled() != null, "the backend is java");
    return NativeWaits.current();
  }

  @Test
  void whereThereIsNoBackendThatIsSaid() {
    assumeTrue(Backend.settled() == null, "there is a backend");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(NativeWaits::current)
        .withMessageContaining("the backend is java");
  }

  @Test
  void threadWaitsOnMemoryOfTheProgramUntilItIsWoken() {
    NativeWait waits = waits();
    assertThat(NativeWaits.current()).isSameAs(waits);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment word = arena.allocate(JAVA_INT);
      Worker waiter =
          crew.start(() -> {
            while ((int) INT.getAcquire(word, 0L) == 0) {
              assertThat(waits.await(word.address(), 0, NativeWait.FOREVER, false))
                  .isIn(0, NativeWait.EAGAIN, NativeWait.EINTR);
            }
          });
      INT.setRelease(word, 0L, 1);
      Await.until(
          "the end of the wait",
          () -> waits.wake(word.address(), 1, false) >= 0 && waiter.isDone());
      waiter.join();
      assertThat(waits.await(word.address(), 0, 0, false)).isEqualTo(NativeWait.EAGAIN);
      assertThat(waits.await(word.address(), 1, 0, false)).isEqualTo(NativeWait.ETIMEDOUT);
    }
  }

  @Test
  void addressesAndCountsThatCannotBeAreRefused() {
    NativeWait waits = waits();
    try (Arena arena = Arena.ofConfined()) {
      long word = arena.allocate(JAVA_INT).address();
      List<ThrowingCallable> wrong =
          List.of(
              () -> waits.await(0, 0, 0, false),
              () -> waits.await(word + 1, 0, 0, false),
              () -> waits.wake(0, 1, false),
              () -> waits.wake(word + 2, 1, false),
              () -> waits.wake(word, -1, false),
              () -> waits.requeue(0, 0, 1, 1, word, false),
              () -> waits.requeue(word, 0, 1, 1, word + 3, false),
              () -> waits.requeue(word, 0, -1, 1, word, false),
              () -> waits.requeue(word, 0, 1, -1, word, false));
      for (ThrowingCallable call : wrong) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(call);
      }
    }
  }

  @Test
  void virtualThreadMayWakeButNotWait() {
    NativeWait waits = waits();
    new Crew(ThreadKind.VIRTUAL)
        .start(() -> {
          try (Arena arena = Arena.ofConfined()) {
            long word = arena.allocate(JAVA_INT).address();
            assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> waits.await(word, 0, 0, false));
            assertThat(waits.wake(word, 1, false)).isZero();
          }
        })
        .join();
  }
}
