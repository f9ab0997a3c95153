package io.pawl.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A value that is replaced and closed. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@Limit(30)
class RcuCellTest {

  private final Crew crew;
  private final Version first = new Version(0);
  private final RcuCell<Version> cell = new RcuCell<>(first);

  RcuCellTest(ThreadKind kind) {
    crew = new Crew(kind);
  }

  /** Counts how often it has been closed. */
  private static final class Version implements AutoCloseable {
    private final int number;
    private int closes;

    Version(int number) {
      this.number = number;
    }

    int number() {
      if (closes != 0) {
        throw new AssertionError("A closed version is read");
      }
      return number;
    }

    Version next() {
      return new Version(number() + 1);
    }

    @Override
    public void close() {
      closes++;
    }
  }

  @Test
  void oldValueIsClosedOnceItIsReplaced() {
    assertThat(cell.<Integer>read(Version::number)).isZero();
    cell.set(new Version(1));
    assertThat(first.closes).isEqualTo(1);
    assertThat(cell.<Integer>read(Version::number)).isEqualTo(1);
    cell.update(Version::next);
    assertThat(cell.<Integer>read(Version::number)).isEqualTo(2);
    assertThat(first.closes).isEqualTo(1);
  }

  @Test
  void onlyTheExpectedValueIsReplaced() throws InterruptedException {
    Version second = new Version(1);
    Version third = new Version(2);
    assertThat(cell.compareAndSet(second, third)).isFalse();
    assertThat(cell.compareAndSetLater(second, third)).isFalse();
    assertThat(first.closes + third.closes).isZero();
    assertThat(cell.compareAndSet(first, second)).isTrue();
    assertThat(first.closes).isEqualTo(1);
    assertThat(cell.compareAndSet(first, third)).isFalse();
    assertThat(cell.compareAndSet(third, third)).isFalse();
    assertThat(cell.compareAndSet(second, second)).isTrue();
    assertThat(second.closes).isZero();
    assertThat(cell.compareAndSetLater(second, third)).isTrue();
    cell.rcu().barrier();
    assertThat(second.closes).isEqualTo(1);
    assertThat(cell.<Integer>read(Version::number)).isEqualTo(2);
  }

  @Test
  void compareAndSetOfAClosedCellThrowsAndLeavesTheNewValueToTheCaller() {
    cell.close();
    Version next = new Version(1);
    assertThatIllegalStateException().isThrownBy(() -> cell.compareAndSet(first, next));
    assertThatIllegalStateException().isThrownBy(() -> cell.compareAndSetLater(first, next));
    assertThatIllegalStateException().isThrownBy(() -> cell.compareAndSet(next, next));
    assertThat(next.closes).isZero();
  }

  /** RcuCell, I1: of those that expect the same value one replaces it, and it is closed once. */
  @Test
  void oneOfThoseThatExpectTheSameValueReplacesIt() {
    AtomicInteger replaced = new AtomicInteger();
    Version[] expected = {first};
    Rounds.Part replaces =
        round -> {
          Version next = new Version(round);
          if (cell.compareAndSet(expected[0], next)) {
            replaced.incrementAndGet();
          } else {
            assertThat(next.closes).isZero();
          }
        };
    int rounds =
        Rounds.playBriefly(
            crew,
            5_000,
            _ -> {
              assertThat(expected[0].closes).isEqualTo(1);
              expected[0] = cell.read(version -> version);
            },
            replaces,
            replaces,
            replaces);
    assertThat(replaced.get()).isEqualTo(rounds);
  }

  @Test
  void valueThatIsKeptStaysOpen() {
    cell.update(same -> same);
    cell.set(first);
    assertThat(first.closes).isZero();
  }

  @Test
  void writerWaitsForTheReadersOfTheOldValueOnly() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Worker reader =
        crew.start(() -> {
          long section = cell.rcu().enter();
          Version version = cell.get();
          inside.countDown();
          release.await();
          assertThat(version.number()).isZero();
          cell.rcu().exit(section);
        });
    inside.await();
    Worker writer = crew.start(() -> cell.set(new Version(1)));
    writer.awaitBlocked();
    assertThat(cell.<Integer>read(Version::number)).isEqualTo(1);
    assertThat(first.closes).isZero();
    release.countDown();
    writer.join();
    reader.join();
    assertThat(first.closes).isEqualTo(1);
  }

  @Test
  void valueMayBeReplacedInsideOfASectionAndClosedLater() throws InterruptedException {
    long section = cell.rcu().enter();
    cell.setLater(new Version(1));
    cell.updateLater(Version::next);
    assertThatIllegalStateException().isThrownBy(() -> cell.set(new Version(3)));
    assertThatIllegalStateException().isThrownBy(cell::close);
    assertThat(cell.get().number()).isEqualTo(2);
    assertThat(first.number()).isZero();
    cell.rcu().exit(section);
    cell.rcu().barrier();
    assertThat(first.closes).isEqualTo(1);
  }

  @Test
  void closedCellRefusesEverythingButToBeClosed() {
    cell.close();
    cell.close();
    assertThat(first.closes).isEqualTo(1);
    Version unused = new Version(1);
    assertThatIllegalStateException().isThrownBy(cell::get);
    assertThatIllegalStateException().isThrownBy(() -> cell.read(Version::number));
    assertThatIllegalStateException().isThrownBy(() -> cell.set(unused));
    assertThatIllegalStateException().isThrownBy(() -> cell.setLater(unused));
    assertThat(unused.closes).isZero();
    assertThat(cell.toString()).endsWith("[Closed]");
  }

  @Test
  void operatorThatFailsLeavesTheValue() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() ->
            cell.update(_ -> {
              throw new ArithmeticException("for the test");
            }));
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() ->
            cell.update(old -> {
              cell.set(new Version(1));
              return old;
            }));
    assertThat(cell.<Version>read(value -> value)).isSameAs(first);
    assertThat(first.closes).isZero();
  }

  @Test
  void whatClosingThrowsIsThrownByTheWriterThatWaits() {
    IOException failure = new IOException("for the test");
    RcuCell<AutoCloseable> failing =
        new RcuCell<>(() -> {
          throw failure;
        });
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> failing.set(() -> {}))
        .havingCause()
        .isSameAs(failure);
    failing.close();
  }

  @Test
  void noUpdateIsLostAndNoClosedVersionIsRead() throws InterruptedException {
    AtomicInteger updates = new AtomicInteger();
    Rounds.Part writer =
        round -> {
          for (int i = 0; i < 5; i++) {
            updates.incrementAndGet();
            if (round % 2 == 0) {
              cell.update(Version::next);
            } else {
              cell.updateLater(Version::next);
            }
          }
        };
    int _ =
        Rounds.play(
            crew,
            5_000,
            _ -> assertThat(cell.<Integer>read(Version::number)).isEqualTo(updates.get()),
            writer,
            writer,
            _ -> {
              for (int i = 0; i < 100; i++) {
                int _ = cell.<Integer>read(Version::number);
              }
            });
    cell.rcu().barrier();
    assertThat(first.closes).isEqualTo(1);
  }
}
