package io.pawl.examples.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.examples.Output;
import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.io.PrintStream;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of chapter 9, as programs and as locks. */
@Limit(60)
class LocksTest {

  private static final int THREADS = 4;
  private static final int TIMES = 2_000;

  private final Output output = new Output();
  private int count;

  private static Stream<Arguments> eachOnAllThreads(Supplier<?>... makers) {
    return Stream.of(ThreadKind.values())
        .flatMap(kind -> Stream.of(makers).map(maker -> Arguments.of(kind, maker.get())));
  }

  private static Stream<Arguments> mutexes() {
    return eachOnAllThreads(Mutex1::new, Mutex2::new, Mutex3::new);
  }

  private static Stream<Arguments> condvars() {
    return eachOnAllThreads(Condvar1::new, Condvar2::new, () -> new Condvar3(new Mutex2()));
  }

  private static Stream<Arguments> rwLocks() {
    return eachOnAllThreads(RwLock1::new, RwLock2::new, RwLock3::new);
  }

  @ParameterizedTest
  @MethodSource("mutexes")
  void mutexExcludes(ThreadKind kind, Mutex mutex) {
    Crew crew = new Crew(kind);
    crew.start(
        THREADS,
        () -> {
          for (int i = 0; i < TIMES; i++) {
            mutex.lock();
            count++;
            mutex.unlock();
          }
        });
    crew.join();
    assertThat(count).isEqualTo(THREADS * TIMES);
  }

  /** Two sides wait for each other in turn, all of a side at the same condition. */
  @ParameterizedTest
  @MethodSource("condvars")
  void condvarLosesNoNotification(ThreadKind kind, Condvar condvar) {
    Mutex mutex = condvar instanceof Condvar3 third ? third.mutex() : new Mutex3();
    Crew crew = new Crew(kind);
    for (int i = 0; i < THREADS; i++) {
      int side = i % 2;
      crew.start(
          1,
          () -> {
            for (int j = 0; j < TIMES / 4; j++) {
              mutex.lock();
              while (count % 2 != side) {
                condvar.await(mutex);
              }
              count++;
              mutex.unlock();
              condvar.notifyEveryone();
            }
          });
    }
    crew.join();
    assertThat(count).isEqualTo(THREADS * (TIMES / 4));
  }

  @ParameterizedTest
  @MethodSource("rwLocks")
  void writersExcludeAllAndReadersSeeWholeWrites(ThreadKind kind, RwLock lock) {
    int[] other = new int[1];
    Crew crew = new Crew(kind);
    crew.start(
        2,
        () -> {
          for (int i = 0; i < TIMES; i++) {
            lock.lockWrite();
            count++;
            other[0]++;
            lock.unlockWrite();
          }
        });
    crew.start(
        2,
        () -> {
          for (int i = 0; i < TIMES; i++) {
            lock.lockRead();
            int seen = count;
            int too = other[0];
            lock.unlockRead();
            assertThat(seen).isEqualTo(too);
          }
        });
    crew.join();
    assertThat(count).isEqualTo(2 * TIMES);
  }

  @ParameterizedTest
  @MethodSource("rwLocks")
  void writersWakeEachOtherWithoutReaders(ThreadKind kind, RwLock lock) {
    for (int round = 1; round <= 20; round++) {
      Crew crew = new Crew(kind);
      crew.start(
          THREADS,
          () -> {
            for (int i = 0; i < 50; i++) {
              lock.lockWrite();
              count++;
              Rounds.dawdle();
              lock.unlockWrite();
            }
          });
      crew.join();
      assertThat(count).isEqualTo(round * THREADS * 50);
    }
  }

  private static Stream<Consumer<PrintStream>> mutexPrograms() {
    return Stream.of(
        out -> Mutex1.run(10_000, out),
        out -> Mutex2.run(10_000, out),
        out -> Mutex3.run(10_000, out));
  }

  @ParameterizedTest
  @MethodSource("mutexPrograms")
  void mutexProgramCountsAll(Consumer<PrintStream> program) {
    program.accept(output.stream());
    assertThat(output.lines()).hasSize(2);
    assertThat(output.lines().getFirst()).matches("1 at once: counted 50000, each in \\d+ ns");
    assertThat(output.lines().getLast()).matches("4 at once: counted 50000, each in \\d+ ns");
  }

  private static Stream<Consumer<PrintStream>> condvarPrograms() {
    return Stream.of(
        out -> Condvar1.run(10_000_000, 100, out), out -> Condvar2.run(10_000_000, 100, out));
  }

  @ParameterizedTest
  @MethodSource("condvarPrograms")
  void waiterOfACondvarSleeps(Consumer<PrintStream> program) {
    program.accept(output.stream());
    assertThat(output.lines()).hasSize(2);
    assertThat(output.lines().getFirst())
        .matches("the number is 123, the waiter was woken \\d times");
    assertThat(output.lines().getLast()).matches("to notify nobody takes \\d+\\.\\d ns");
  }

  @Test
  void allAreNotifiedWhetherTheyAreWokenOrMoved() {
    Condvar3.run(50, output.stream());
    String times = ": 16 waiters notified 50 times, a notification takes \\d+ us, a round \\d+ us";
    assertThat(output.lines()).hasSize(2);
    assertThat(output.lines().getFirst()).matches("all are woken" + times);
    assertThat(output.lines().getLast()).matches("most are moved to the mutex" + times);
  }

  @Test
  void writersOfAllRwLocksWaitUntilTheReaderThatStaysHasLeft() {
    WriterWaits.run(5_000_000, output.stream());
    String waits =
        ": in 5 ms a writer that waits uses \\d+\\.\\d ms of processor time, and \\d+ reads get"
            + " past it";
    assertThat(output.lines()).hasSize(3);
    for (int i = 1; i <= 3; i++) {
      assertThat(output.lines().get(i - 1)).matches("RwLock" + i + waits);
    }
  }

  @Test
  void onlyTheThirdRwLockKeepsReadersBehindAWaitingWriter() {
    RwLock1.run(1_000, output.stream());
    RwLock2.run(1_000, output.stream());
    RwLock3.run(1_000, output.stream());
    String mixed = "written 200 times, read half written 0 times";
    assertThat(output.lines())
        .containsExactly(
            mixed,
            "a reader got past a waiting writer: true",
            mixed,
            "a reader got past a waiting writer: true",
            mixed,
            "a reader got past a waiting writer: false");
  }
}
