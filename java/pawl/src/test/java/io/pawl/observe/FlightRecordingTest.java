package io.pawl.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import io.pawl.locks.Mutex;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flight recordings have events of Pawl, however they were started. */
@Limit(120)
class FlightRecordingTest {

  private static final Path CLASSES = ChildJvm.classesOf(Pawl.class);
  private static final Path TESTS = CLASSES.resolveSibling("test-classes");

  @TempDir Path folder;

  private static ChildJvm child(String... options) {
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED")
        .with(options)
        .with("-cp", ChildJvm.path(CLASSES, TESTS), RecordedWaits.class.getName());
  }

  private static void check(Path file) throws Exception {
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    RecordedEvent wait = one(events, "io.pawl.LockWait");
    assertThat(wait.getClass("subjectClass").getName()).isEqualTo(Mutex.class.getName());
    assertThat(wait.getString("name")).isEqualTo("orders");
    assertThat(wait.getString("mode")).isEqualTo("EXCLUSIVE");
    assertThat(wait.getString("outcome")).isEqualTo("ACQUIRED");
    assertThat(wait.getThread().getJavaName()).isEqualTo("waiter");
    assertThat(((RecordedThread) wait.getValue("previousOwner")).getJavaName()).isEqualTo("main");
    assertThat(wait.getDuration()).isGreaterThan(Duration.ofMillis(20));
    assertThat(wait.getStackTrace()).isNotNull();

    RecordedEvent hold = one(events, "io.pawl.LockLongHold");
    assertThat(hold.getString("name")).isEqualTo("orders");
    assertThat(hold.getString("identity")).isEqualTo(wait.getString("identity"));
    assertThat(hold.getThread().getJavaName()).isEqualTo("main");
    assertThat(hold.getInt("waiters")).isEqualTo(1);
    assertThat(hold.getDuration()).isGreaterThan(Duration.ofMillis(20));
    assertThat(hold.getStackTrace().getFrames())
        .anyMatch(frame -> frame.getMethod().getName().equals("holdWhile"));

    RecordedEvent condition = one(events, "io.pawl.ConditionWait");
    assertThat(condition.getString("mode")).isEqualTo("CONDITION");
    assertThat(condition.getString("outcome")).isEqualTo("TIMED_OUT");
  }

  private static RecordedEvent one(List<RecordedEvent> events, String name) {
    List<RecordedEvent> named =
        events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
    assertThat(named).as(name).hasSize(1);
    return named.getFirst();
  }

  @Test
  void flagOfTheJvmRecords() throws Exception {
    Path file = folder.resolve("flag.jfr");
    String out =
        child("-Xlog:jfr*=off", "-XX:StartFlightRecording:filename=" + file)
            .with("wait")
            .run()
            .normalOut();
    assertThat(out).endsWith("done\n");
    check(file);
    assertThat(tool("jfr", "summary", file.toString()))
        .contains("io.pawl.LockWait ", "io.pawl.ConditionWait ", "io.pawl.LockLongHold ");
    assertThat(tool("jfr", "print", "--events", "io.pawl.LockWait", file.toString()))
        .contains("name = \"orders\"", "previousOwner = \"main\"");
  }

  @Test
  void jcmdRecordsAProcessThatRuns() throws Exception {
    Path file = folder.resolve("jcmd.jfr");
    String out = child().with("jcmd", file.toString()).run().normalOut();
    assertThat(out).endsWith("done\n");
    check(file);
  }

  @Test
  void streamBringsTheEvents() throws Exception {
    assertThat(child().with("stream").run().normalOut()).isEqualTo("done\n");
  }

  @Test
  void settingsFileThatIsShippedSetsThreshold() throws Exception {
    Path settings = folder.resolve("pawl.jfc");
    try (InputStream in = Pawl.class.getResourceAsStream("pawl.jfc")) {
      java.nio.file.Files.copy(Objects.requireNonNull(in), settings);
    }
    Path file = folder.resolve("settings.jfr");
    String out =
        child(
                "-Xlog:jfr*=off",
                "-XX:StartFlightRecording:settings=" + settings + ",filename=" + file)
            .with("wait")
            .run()
            .normalOut();
    assertThat(out).endsWith("done\n");
    check(file);
    assertThat(RecordingFile.readAllEvents(file))
        .extracting(event -> event.getEventType().getName())
        .allMatch(name -> name.startsWith("io.pawl.") || name.startsWith("jdk.ThreadDump"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"java.base", "java.base,java.logging"})
  void jvmWithoutAFlightRecorderWaits(String modules) throws Exception {
    assertThat(child("--limit-modules=" + modules).with("wait").run().quietOut())
        .isEqualTo("done\n");
  }

  @Test
  void threadDumpShowsTheLock() throws Exception {
    assertThat(child().with("print").run().normalOut())
        .contains("\"waiter\"")
        .containsPattern("parking to wait for +<0x[0-9a-f]+> \\(a io.pawl.locks.Mutex\\)");
  }

  @Test
  void slowWaitIsLoggedOnceWithBothStacks() throws Exception {
    ChildJvm.Result result = child("-Dpawl.slow=20ms").with("wait").run();
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.err())
        .containsOnlyOnce("thread \"waiter\"")
        .contains("[orders, Locked by thread main], EXCLUSIVE, behind 0")
        .containsPattern("held by thread \"main\" #\\d+, now\n(    at .*\n)*.*holdWhile");
  }

  @Test
  void unknownTimeOfSlowWaitsIsTold() throws Exception {
    ChildJvm.Result result = child("-Dpawl.slow=soon").with("wait").run();
    assertThat(result.out()).isEqualTo("done\n");
    assertThat(result.err())
        .containsOnlyOnce("-Dpawl.slow=soon is unknown, use a time such as 500ms or 2s");
  }

  private static String tool(String name, String... arguments) throws Exception {
    Path path = Path.of(System.getProperty("java.home"), "bin", name);
    List<String> command = new java.util.ArrayList<>(List.of(path.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }
}
