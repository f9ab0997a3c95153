package io.pawl.examples.ideas;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.examples.Output;
import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples of chapter 10. */
@Limit(60)
class IdeasTest {

  private static final String ORDER =
      "5 threads came one after the other, and got the lock in this order:";

  private final Output output = new Output();
  private int count;

  @Test
  void semaphoreLetsNoMoreInThanItHasPermits() {
    Semaphore.run(6, 2, 300, output.stream());
    assertThat(output.lines()).hasSize(2).startsWith("6 threads, 2 permits: 1800 visits");
    assertThat(output.lines().getLast()).matches("most threads inside at once: [12]");
  }

  @Test
  void readerFindsItsWayFromARemovedNode() {
    RcuList.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "a reader reads a and goes on to b",
            "b is removed, c is replaced by C",
            "the reader reads b c d",
            "the next one reads a C d");
  }

  @Test
  void listTellsWhatItDidNotFind() {
    RcuList<String> list = new RcuList<>();
    assertThat(list.remove("a")).isFalse();
    assertThat(list.replace("a", "b")).isFalse();
    Iterator<String> nothing = list.iterator();
    Assertions.assertThatThrownBy(nothing::next).isInstanceOf(NoSuchElementException.class);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void readersOfTheListSeeItWhole(ThreadKind kind) {
    RcuList<String> list = new RcuList<>();
    List.of("c", "b", "a").forEach(list::addFirst);
    Crew crew = new Crew(kind);
    crew.start(
        1,
        () -> {
          for (int i = 0; i < 10_000; i++) {
            assertThat(list.replace(i % 2 == 0 ? "b" : "B", i % 2 == 0 ? "B" : "b")).isTrue();
          }
        });
    crew.start(
        2,
        () -> {
          for (int i = 0; i < 10_000; i++) {
            String whole = String.join("", list);
            if (!whole.equals("abc") && !whole.equals("aBc")) {
              throw new AssertionError(whole);
            }
          }
        });
    crew.join();
  }

  @Test
  void mcsLockIsHandedOverInTheOrderOfArrival() {
    McsLock.run(5, output.stream());
    assertThat(output.lines()).containsExactly(ORDER, "[1, 2, 3, 4, 5]");
  }

  @Test
  void clhLockIsHandedOverInTheOrderOfArrival() {
    ClhLock.run(5, output.stream());
    assertThat(output.lines()).containsExactly(ORDER, "[1, 2, 3, 4, 5]");
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void mcsLockExcludes(ThreadKind kind) {
    McsLock lock = new McsLock();
    Crew crew = new Crew(kind);
    crew.start(
        4,
        () -> {
          for (int i = 0; i < 2_000; i++) {
            McsLock.Node node = lock.lock();
            count++;
            lock.unlock(node);
          }
        });
    crew.join();
    assertThat(count).isEqualTo(8_000);
  }

  /** Two threads, as waiters spin. */
  @Test
  void clhLockExcludes() {
    ClhLock lock = new ClhLock();
    Crew crew = new Crew(ThreadKind.PLATFORM);
    crew.start(
        2,
        () -> {
          for (int i = 0; i < 200; i++) {
            ClhLock.Node node = lock.lock();
            count++;
            lock.unlock(node);
          }
        });
    crew.join();
    assertThat(count).isEqualTo(400);
  }

  @Test
  void parkingLotWakesByKeyAndInOrder() {
    ParkingLot.run(output.stream());
    assertThat(output.lines())
        .hasSize(7)
        .startsWith("3 threads wait, 2 of them for red; blue is woken")
        .contains("  blue 1 goes on", "  red 1 goes on", "  red 2 goes on")
        .containsSubsequence(
            "  more for blue: false", "  more for red: true", "  more for red: false");
  }

  @Test
  void nobodyParksForWhatIsThere() {
    ParkingLot lot = new ParkingLot();
    lot.park("key", () -> false);
    assertThat(lot.waiting("key")).isZero();
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void byteLockExcludes(ThreadKind kind) {
    ByteLocks locks = new ByteLocks(3);
    Crew crew = new Crew(kind);
    crew.start(
        4,
        () -> {
          for (int i = 0; i < 2_000; i++) {
            locks.lock(1);
            count++;
            locks.unlock(1);
          }
        });
    crew.join();
    assertThat(count).isEqualTo(8_000);
  }

  @Test
  void movesBetweenCountersKeepTheirSum() {
    ByteLocks.run(100, 4, 5_000, output.stream());
    assertThat(output.lines())
        .containsExactly(
            "100 locks in 100 bytes",
            "20000 moves, sum of the counters 0",
            "bytes that are not 0 afterwards: 0");
  }

  @Test
  void sequenceLockReturnsNothingTorn() {
    SeqLock.run(200_000, output.stream());
    assertThat(output.lines()).hasSize(2);
    assertThat(output.lines().getFirst())
        .matches("200000 writes of n and -n, read meanwhile \\d+ times");
    assertThat(output.lines().getLast()).matches("begun again \\d+ times, returned torn 0 times");
  }
}
