package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScratchTest {
  private static final int MANY = 200;

  private final Scratch scratch = new Scratch();

  @Test
  void noPieceIsTakenTwice() {
    Set<Long> taken = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      long piece = scratch.take();
      assertThat(piece % Scratch.PIECE).isZero();
      assertThat(scratch.segment(piece).address()).isEqualTo(piece);
      taken.add(piece);
    }

    assertThat(taken).hasSize(MANY).doesNotContain(0L);
  }

  @Test
  void whatIsGivenBackIsTakenAgain() {
    long[] pieces = new long[MANY];
    for (int i = 0; i < MANY; i++) {
      pieces[i] = scratch.take();
    }
    scratch.giveBack(pieces[3]);
    scratch.giveBack(pieces[MANY - 1]);

    assertThat(scratch.take()).isEqualTo(pieces[3]);
    assertThat(scratch.take()).isEqualTo(pieces[MANY - 1]);
  }
}
