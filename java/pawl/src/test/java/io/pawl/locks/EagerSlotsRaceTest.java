package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Slots are opened and closed all the time; RwSync, invariants I1 to I5. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class EagerSlotsRaceTest extends ReadWriteLockRaceContract {

  /** Guarded by the lock. */
  private int x;

  /** Guarded by the lock. */
  private int y;

  EagerSlotsRaceTest(ThreadKind kind) {
    super(kind, ReadWrite.eagerRwLock(new RwLock()));
  }

  private void readOften() {
    for (int i = 0; i < 200; i++) {
      both.read().lock();
      int seen = x;
      Thread.onSpinWait();
      assertThat(y).isEqualTo(seen);
      both.read().unlock();
    }
  }

  @Test
  void readersSeeWholeWritesWhileWritersOnlyTry() {
    AtomicInteger writes = new AtomicInteger();
    int rounds =
        Rounds.play(
            crew,
            20_000,
            this::assertFree,
            _ -> readOften(),
            _ -> readOften(),
            _ -> {
              for (int i = 0; i < 20; i++) {
                if (both.write().tryLock()) {
                  x++;
                  Thread.onSpinWait();
                  y++;
                  both.write().unlock();
                  writes.incrementAndGet();
                }
              }
            });
    assertThat(rounds).isPositive();
    assertThat(writes.get()).isPositive().isEqualTo(x);
  }

  /** The writer sleeps while readers leave; nobody else comes to wake it. */
  @Test
  void lastReaderToLeaveItsSlotLetsTheWriterIn() {
    int rounds =
        Rounds.play(
            crew,
            20_000,
            this::assertFree,
            _ -> {
              both.read().lock();
              Rounds.dawdle();
              both.read().unlock();
            },
            _ -> {
              both.read().lock();
              Rounds.dawdle();
              both.read().unlock();
            },
            _ -> {
              Rounds.dawdle();
              both.write().lock();
              both.write().unlock();
            });
    assertThat(rounds).isPositive();
  }
}
