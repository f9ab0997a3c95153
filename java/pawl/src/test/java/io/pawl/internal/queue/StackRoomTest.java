package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.DeepStack;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who was told that there is room finds it, be the one who tells compiled or not. */
@Tag(DeepStack.TAG)
class StackRoomTest {

  /** What a frame of the interpreter takes here, in bytes. */
  private static final int FRAME_BYTES = 112;

  /** So often the room is used: few enough that the frames in it are not compiled. */
  private static final int USES = 10;

  private int uses;
  private int depth;
  private int missing;

  @ParameterizedTest
  @ValueSource(ints = {0, 1_000, 100_000})
  void whoHasRoomForAStepHasFourKibibytes(int calls) {
    assertRoom(StackRoom::forStep, 4 << 10, calls);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1_000, 100_000})
  void whoHasRoomForAWakeHasSixteenKibibytes(int calls) {
    assertRoom(StackRoom::forWake, 16 << 10, calls);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1_000, 100_000})
  void whoHasRoomForAnEndHasTwentyFourKibibytes(int calls) {
    assertRoom(StackRoom::forClose, 24 << 10, calls);
  }

  private void assertRoom(Runnable check, int bytes, int calls) {
    for (int i = 0; i < calls; i++) {
      check.run(); // until it is compiled, and again
    }
    DeepStack.overflow(
        () -> {
          check.run();
          if (uses++ > 0 && uses < USES) {
            use(bytes);
          }
        },
        () -> {});
    assertThat(uses).isGreaterThan(1);
    assertThat(missing).as("frames without room").isZero();
  }

  private void use(int bytes) {
    try {
      descend(bytes / FRAME_BYTES - 4);
    } catch (StackOverflowError _) {
      missing = depth; // there may be no room to say more
    }
  }

  private void descend(int frames) {
    depth = frames;
    if (frames > 0) {
      descend(frames - 1);
    }
  }
}
