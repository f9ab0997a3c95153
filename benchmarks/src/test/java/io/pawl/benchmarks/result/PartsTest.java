package io.pawl.benchmarks.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {
  private static Run of(Row row, Note... notes) {
    Run empty = Samples.empty("here");
    return new Run(
        Run.SCHEMA,
        empty.kind(),
        empty.host(),
        List.of(row),
        List.of(),
        List.of(),
        List.of(),
        List.of(notes));
  }

  @Test
  void whatEitherPartHasMeasuredIsInTheRun() {
    Run first = Samples.run("here");
    Run joined = Parts.join(Samples.empty("here"), first);
    assertThat(joined.rows()).isEqualTo(first.rows());
    assertThat(joined.latencies()).isEqualTo(first.latencies());
    assertThat(joined.scalings()).isEqualTo(first.scalings());
    assertThat(Parts.join(first, Samples.empty("here")).rows()).isEqualTo(first.rows());
    assertThat(Parts.join(first, first).latencies()).isEqualTo(first.latencies());
  }

  @Test
  void whatIsMeasuredAgainReplacesWhatWasMeasuredBefore() {
    Run first = Samples.run("here");
    Row again = Samples.uncontended(0.6, 0.62, 0.64);
    Run joined = Parts.join(first, of(again));
    assertThat(joined.rows()).hasSameSizeAs(first.rows()).contains(again);
    assertThat(joined.rows()).doesNotContain(first.rows().getFirst());
  }

  @Test
  void aNoteGoesWithTheLastRowThatItIsOn() {
    Row row = Samples.uncontended(0.6, 0.62, 0.64);
    Note old = new Note("P1", "Could not be measured.");
    Note other = new Note("P2", "Stays.");
    assertThat(Parts.join(of(row, old, other), of(row)).notes())
        .contains(other)
        .doesNotContain(old);
    assertThat(Parts.join(of(row, old), Samples.empty("here")).notes()).contains(old);
  }

  @Test
  void manyPartsAreNotedOnce() {
    Run twice = Parts.join(Samples.run("here"), Samples.run("here"));
    Run often = Parts.join(twice, Samples.run("here"));
    assertThat(often.notes()).filteredOn(note -> note.id().isEmpty()).hasSize(1);
  }

  @Test
  void theCommitsOfAllPartsAreNamedOnce() {
    Run first = Samples.run("here");
    assertThat(Parts.join(first, first).host().commit()).isEqualTo(first.host().commit());
    String other = "fedcba9876543210";
    Run later = Json.run(Json.text(first).replace(first.host().commit(), other));
    Run both = Parts.join(first, later);
    assertThat(both.host().commit()).isEqualTo(first.host().commit() + "; " + other);
    assertThat(Parts.join(both, later).host().commit()).isEqualTo(both.host().commit());
  }

  @Test
  void partsOfSeveralMachinesAreRefused() {
    Run here = Samples.run("here");
    Run there = Samples.run("there");
    assertThatThrownBy(() -> Parts.join(here, there))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("machine here is not there");
    assertThat(Parts.obstacle(here, Run.Kind.FULL, here.host()))
        .isEqualTo("kind QUICK is not FULL");
  }
}
