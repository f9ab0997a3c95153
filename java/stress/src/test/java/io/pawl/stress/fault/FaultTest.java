package io.pawl.stress.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.Limit;
import io.pawl.kit.Patience;
import io.pawl.stress.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whatever fails in a method of the kit, no thread sleeps for ever and nothing is counted wrong.
 * The property {@code pawl.stress.fault} makes it more thorough: 1 lets more points fail in a row,
 * a greater number plays each play so many times.
 */
@Limit(1800)
class FaultTest {

  private static final String DEPTH = System.getProperty("pawl.stress.fault", "0");

  @Test
  void nothingIsLostWhateverFails() throws Exception {
    ChildJvm run =
        run("library", "^(?!Control)", Patience.ofSeconds(20), Patience.ofSeconds(25 * 60), false);
    System.out.println(run.output());
    assertThat(run.exit()).as(run.output()).isZero();
    // A virtual thread has but the JDK's permit, so nothing of the library fails there.
    assertThat(run.output().lines().filter(line -> line.contains(": 0 points")))
        .singleElement()
        .asString()
        .startsWith("LockSupport: unpark, virtual");
    assertThat(run.output()).contains(" points, ");
  }

  /** Those that sleep look after each other, and after themselves. */
  @Test
  void nothingIsLostWhereNoThreadRescuesWakes() throws Exception {
    ChildJvm run =
        run(
            "alone",
            "^(Mutex|LockSupport|Semaphore): ",
            Patience.ofSeconds(20),
            Patience.ofSeconds(10 * 60),
            true);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.output()).contains(" points, ");
  }

  @Test
  void aWaiterThatIsForgottenIsFound() throws Exception {
    ChildJvm run =
        run(
            "forgets",
            "^Control: forgets",
            Duration.ofMillis(300),
            Patience.ofSeconds(5 * 60),
            false);
    assertThat(run.exit()).as(run.output()).isOne();
    assertThat(run.output()).contains("Actor 1 sleeps for ever").contains("injected, WAKE");
  }

  @Test
  void aCountThatIsWrongIsFound() throws Exception {
    ChildJvm run =
        run(
            "counts",
            "^Control: counts",
            Duration.ofMillis(300),
            Patience.ofSeconds(5 * 60),
            false);
    assertThat(run.exit()).as(run.output()).isOne();
    assertThat(run.output()).contains("counted as 2").contains("injected, ALLOCATION");
  }

  private static ChildJvm run(
      String log, String scenarios, Duration patience, Duration limit, boolean alone)
      throws IOException, InterruptedException {
    Path classes = FaultyClasses.write(Path.of("target", "faulty").toAbsolutePath());
    ChildJvm run =
        ChildJvm.run(
            classes,
            List.of("--enable-native-access=ALL-UNNAMED"),
            FaultRun.class,
            limit,
            classes.resolveSibling("faulty-" + log + ".log"),
            List.of(scenarios, patience.toString(), DEPTH, Boolean.toString(alone)));
    // The patched library waits as the library does.
    assertThat(run.output()).contains(backend());
    return run;
  }

  private static String backend() {
    return Pawl.describe().lines().filter(line -> line.startsWith("backend:")).findFirst().get();
  }
}
