package io.pawl.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.kit.Limit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The thread that looks for locks with priority inheritance instead of a virtual one. */
@Limit(30)
class PiProbeTest {

  private static final InheritableThreadLocal<@Nullable String> INHERITED =
      new InheritableThreadLocal<>();

  @Test
  void resultIsThatOfTheOtherThread() {
    assertThat(PiProbe.onAPlatformThread(() -> -38)).isEqualTo(-38);
  }

  @Test
  void errorIsNoResult() {
    assertThatExceptionOfType(StackOverflowError.class)
        .isThrownBy(() ->
            PiProbe.onAPlatformThread(() -> {
              throw new StackOverflowError("in the probe");
            }))
        .withMessage("in the probe");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            PiProbe.onAPlatformThread(() -> {
              throw new IllegalStateException("in the probe");
            }))
        .withMessage("in the probe");
  }

  @Test
  void otherThreadHasNothingOfThisOne() {
    INHERITED.set("inherited");
    try {
      int result =
          PiProbe.onAPlatformThread(() -> {
            Thread prober = Thread.currentThread();
            ThreadGroup group = prober.getThreadGroup();
            return INHERITED.get() == null
                    && prober.getContextClassLoader() == null
                    && group != null
                    && group.getParent() == null
                    && !prober.isVirtual()
                ? 0
                : 1;
          });
      assertThat(result).isZero();
    } finally {
      INHERITED.remove();
    }
  }

  @Test
  void interruptDoesNotEndTheWaitForIt() {
    Thread.currentThread().interrupt();
    assertThat(PiProbe.onAPlatformThread(() -> 7)).isEqualTo(7);
    assertThat(Thread.interrupted()).isTrue();
  }
}
