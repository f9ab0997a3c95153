package io.pawl.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What fails for want of memory is begun later. */
@Limit(30)
class DemandsTest {

  private final AtomicBoolean begun = new AtomicBoolean();
  private int attempts;
  private @Nullable Error thrown;

  private boolean begin() {
    return Demands.once(begun, this::attempt);
  }

  private void attempt() {
    attempts++;
    if (thrown != null) {
      throw thrown;
    }
  }

  @Test
  void whatHasBegunIsNotBegunAgain() {
    assertThat(begin()).isTrue();
    assertThat(begin()).isTrue();
    assertThat(attempts).isEqualTo(1);
  }

  @Test
  void whatFoundNoMemoryIsToBeTriedAgain() {
    thrown = new OutOfMemoryError();
    assertThat(begin()).isFalse();
    assertThat(begin()).isFalse();
    thrown = null;
    assertThat(begin()).isTrue();
    assertThat(begin()).isTrue();
    assertThat(attempts).isEqualTo(3);
  }

  @Test
  void whatFailsForAnotherReasonIsLeftAlone() {
    thrown = new NoClassDefFoundError();
    assertThat(begin()).isTrue();
    assertThat(begin()).isTrue();
    assertThat(attempts).isEqualTo(1);
  }
}
