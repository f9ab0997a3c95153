package io.pawl.benchmarks.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;

class JsonTest {
  @Test
  void whatIsWrittenIsReadAgain(@TempDir Path directory) throws IOException {
    Run run = Samples.run("here");
    Json.write(run, directory);
    assertThat(Json.read(directory)).isEqualTo(run);
    assertThat(Json.read(directory.resolve(Json.FILE))).isEqualTo(run);
  }

  @Test
  void theHistogramIsTheOneThatWasRecorded() {
    Histogram histogram = Samples.histogram(1000);
    Curve curve = Curve.of("Mutex", histogram, null);
    assertThat(curve.decoded()).isEqualTo(histogram);
    assertThat(curve.max()).isEqualTo(histogram.getMaxValue() / 1e3);
  }

  @Test
  void anotherSchemaIsRefused() {
    String text = Json.text(Samples.run("here")).replaceFirst("\"schema\" : 1", "\"schema\" : 2");
    assertThatThrownBy(() -> Json.run(text))
        .isInstanceOf(JacksonException.class)
        .hasMessageContaining("Schema 2");
  }

  @Test
  void aMissingValueIsRefused() {
    String text = Json.text(Samples.run("here"));
    String without = text.replaceFirst("\"cpusUsed\" : 2,", "");
    assertThat(without).isNotEqualTo(text);
    assertThatThrownBy(() -> Json.run(without)).isInstanceOf(JacksonException.class);
  }

  @Test
  void whatNoRunHoldsIsRefused(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve(Json.FILE), "{\"surprise\": 1}");
    assertThatThrownBy(() -> Json.read(directory)).isInstanceOf(JacksonException.class);
  }
}
