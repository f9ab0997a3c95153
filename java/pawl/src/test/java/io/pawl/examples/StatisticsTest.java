package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.examples.Statistics.Recorder;
import io.pawl.examples.Statistics.Snapshot;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StatisticsTest {

  private static final int THREADS = 3;
  private static final int RECORDS = 100_000;
  private static final long ALL = (long) THREADS * RECORDS;
  private static final long VALUE = 7;

  private static Stream<Recorder> recorders() {
    return Stream.of(new Statistics.Separate(), new Statistics.Together());
  }

  /** Records the same value again and again, while another thread looks for a wrong snapshot. */
  private static void race(ThreadKind kind, Recorder recorder, Predicate<Snapshot> right) {
    Crew crew = new Crew(kind);
    crew.start(
        THREADS,
        () -> {
          for (int i = 0; i < RECORDS; i++) {
            recorder.record(VALUE);
          }
        });
    Worker _ =
        crew.start(() -> {
          Snapshot now = recorder.snapshot();
          while (right.test(now) && now.count() < ALL) {
            now = recorder.snapshot();
          }
          assertThat(now).isEqualTo(new Snapshot(ALL, ALL * VALUE, VALUE));
        });
    crew.join();
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void snapshotsBehindASeqLockAreThoseOfAMoment(ThreadKind kind) {
    race(
        kind,
        new Statistics.Together(),
        now -> now.sum() == VALUE * now.count() && now.max() == (now.count() == 0 ? 0 : VALUE));
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void separateNumbersAreNeverTooSmallForTheCount(ThreadKind kind) {
    race(
        kind,
        new Statistics.Separate(),
        now -> now.sum() >= VALUE * now.count() && (now.max() == VALUE || now.count() == 0));
  }

  @ParameterizedTest
  @MethodSource("recorders")
  void nothingIsLostOfDifferentValues(Recorder recorder) {
    Snapshot expected = Snapshot.NOTHING;
    for (int thread = 0; thread < THREADS; thread++) {
      for (int i = 0; i < 1000; i++) {
        expected = expected.with(i * 31L % 997);
      }
    }
    Crew crew = new Crew(ThreadKind.MIXED);
    crew.start(
        THREADS,
        () -> {
          for (int i = 0; i < 1000; i++) {
            recorder.record(i * 31L % 997);
          }
        });
    crew.join();
    assertThat(recorder.snapshot()).isEqualTo(expected);
    assertThat(recorder.snapshot().average()).isEqualTo(expected.sum() / 3000);
  }

  @Test
  void noRecordsHaveNoAverage() {
    assertThat(new Statistics.Together().snapshot()).isEqualTo(Snapshot.NOTHING);
    assertThat(Snapshot.NOTHING.average()).isZero();
  }

  @Test
  void programReportsUntilAllIsRecorded() {
    Recorder recorder = new Statistics.Together();
    Output output = new Output();
    Statistics.run(recorder, 4, 2, output.stream());
    assertThat(output.lines())
        .isNotEmpty()
        .allMatch(line -> line.matches("\\d of 8 done, average \\d+ us, longest \\d+ us"));
    Snapshot end = recorder.snapshot();
    assertThat(output.lines())
        .last()
        .isEqualTo(
            "8 of 8 done, average "
                + end.average() / 1000
                + " us, longest "
                + end.max() / 1000
                + " us");
  }
}
