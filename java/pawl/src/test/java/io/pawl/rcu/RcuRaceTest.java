package io.pawl.rcu;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Hunts for readers of closed values; GraceSync, invariants I1 to I5. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class RcuRaceTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final Rcu rcu = new Rcu();
  private final AtomicReference<Value> current = new AtomicReference<>(new Value());
  private final AtomicInteger closed = new AtomicInteger();

  RcuRaceTest(ThreadKind kind) {
    super(kind);
  }

  /** What must not be read once it is closed. */
  private static final class Value {
    private boolean closed;

    void assertOpen() {
      if (closed) {
        throw new AssertionError("A reader has met a closed value");
      }
    }
  }

  private void close(Value value) {
    value.assertOpen();
    value.closed = true;
    closed.incrementAndGet();
  }

  private void readOften() {
    for (int i = 0; i < 200; i++) {
      long section = rcu.enter();
      Value outer = Objects.requireNonNull(current.get());
      outer.assertOpen();
      Thread.onSpinWait();
      long nested = rcu.enter();
      Value inner = Objects.requireNonNull(current.get());
      rcu.exit(nested);
      Thread.onSpinWait();
      inner.assertOpen();
      outer.assertOpen();
      rcu.exit(section);
    }
  }

  private void replaceOften() {
    for (int i = 0; i < 10; i++) {
      Value old = current.getAndSet(new Value());
      rcu.synchronize();
      close(old);
    }
  }

  private void play(Rounds.Part... parts) {
    int rounds = Rounds.play(crew, ROUNDS, _ -> assertThat(rcu.isAwaited()).isFalse(), parts);
    assertThat(rounds).isPositive();
    assertThat(closed.get()).isPositive();
  }

  @Test
  void readersMeetNoClosedValue() {
    play(_ -> readOften(), _ -> readOften(), _ -> replaceOften());
  }

  @Test
  void readersMeetNoClosedValueOfManyUpdaters() {
    play(_ -> readOften(), _ -> replaceOften(), _ -> replaceOften(), _ -> replaceOften());
  }

  @Test
  void readersMeetNoClosedValueBesideUpdatersThatGiveUp() {
    play(
        _ -> readOften(),
        _ -> readOften(),
        _ -> replaceOften(),
        round -> {
          for (int i = 0; i < 10; i++) {
            Value old = current.getAndSet(new Value());
            if (rcu.synchronize(round % 3 * 10_000L, NANOSECONDS)) {
              close(old);
            }
          }
        });
  }

  @Test
  void readersMeetNoValueThatIsClosedLater() {
    play(
        _ -> readOften(),
        _ -> readOften(),
        _ -> {
          for (int i = 0; i < 10; i++) {
            Value old = current.getAndSet(new Value());
            rcu.defer(() -> close(old));
          }
          rcu.barrier();
        });
  }

  /** The updater sleeps while readers leave; nobody else comes to wake it. */
  @Test
  void lastReaderToLeaveWakesTheUpdater() {
    Rounds.Part reader =
        _ -> {
          long section = rcu.enter();
          Rounds.dawdle();
          rcu.exit(section);
        };
    play(
        reader,
        reader,
        _ -> {
          Rounds.dawdle();
          rcu.synchronize();
          closed.incrementAndGet();
        });
  }
}
