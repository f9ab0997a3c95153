package io.pawl.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.kit.Limit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Verifies the Spin models of the protocols and, with {@code -Pgate}, that their mutants are found
 * broken; as many at a time as there are processors.
 */
@Limit(1200)
class ModelTest {

  /** What the script ends with where Spin or a C compiler is missing. */
  private static final int MISSING = 77;

  /** What names no mutant. */
  private static final String MODEL = " model";

  private static final String NAME = "[a-z-]+ (model|[A-Z_]+)";

  @TestFactory
  Stream<DynamicTest> modelsHoldAndMutantsDoNot() throws IOException, InterruptedException {
    assumeTrue(hasBash(), "no bash; the models are not verified");
    Run list = Run.of("--list");
    assertThat(list.exit()).as(list.output()).isZero();
    List<String> all = list.output().lines().toList();
    assertThat(all).isNotEmpty().allMatch(variant -> variant.matches(NAME));
    List<String> variants =
        all.stream().filter(variant -> Effort.LONG || variant.endsWith(MODEL)).toList();
    assertThat(variants).isNotEmpty();
    try (ExecutorService processors =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Future<Run>> runs = new ArrayList<>();
      for (String variant : variants) {
        runs.add(processors.submit(() -> Run.of(variant.split(" ", -1))));
      }
      return IntStream.range(0, runs.size())
          .mapToObj(i -> DynamicTest.dynamicTest(variants.get(i), () -> verify(runs.get(i).get())));
    }
  }

  private static void verify(Run run) {
    assumeTrue(run.exit() != MISSING, run.output());
    assertThat(run.exit()).as(run.output()).isZero();
  }

  private static boolean hasBash() throws InterruptedException {
    try {
      return new ProcessBuilder("bash", "-c", "exit 0").start().waitFor() == 0;
    } catch (IOException _) {
      return false;
    }
  }

  /** One run of the script; it limits the time of each verification itself. */
  private record Run(int exit, String output) {

    static Run of(String... arguments) throws IOException, InterruptedException {
      List<String> command =
          Stream.concat(Stream.of("bash", "models/check"), Stream.of(arguments)).toList();
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }
}
