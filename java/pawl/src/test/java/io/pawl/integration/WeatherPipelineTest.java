package io.pawl.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.kit.Limit;
import io.pawl.memory.ChunkProvider.Statistics;
import io.pawl.memory.LostHandles;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A program that passes native memory from thread to thread, much more than it may have at a time,
 * gets it all back: when it succeeds and when it fails.
 */
@Limit(60)
class WeatherPipelineTest {

  private static final int PARSERS = 3;
  private static final int CHUNKS = 12;
  private static final long LARGE = 1 << 26;
  private static final long SMALL = 1 << 22;

  @TempDir private static Path directory;
  private static Path large;
  private static List<String> expected;

  private final LostHandles handles = LostHandles.watch();
  private final CountDownLatch consumersMayStart = new CountDownLatch(1);
  private final List<Thread> parsers = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void writeAndReadWithOneThread() throws IOException {
    large = directory.resolve("large");
    WeatherFile.write(large, LARGE, "");
    expected = read(large);
  }

  /** What the program should find, by simpler means. */
  private static List<String> read(Path file) throws IOException {
    Map<String, IntSummaryStatistics> stations = new TreeMap<>();
    int[] degrees = new int[200];
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line; (line = in.readLine()) != null; ) {
        int semicolon = line.indexOf(';');
        int tenths = Integer.parseInt(line.substring(semicolon + 1).replace(".", ""));
        stations
            .computeIfAbsent(line.substring(0, semicolon), _ -> new IntSummaryStatistics())
            .accept(tenths);
        degrees[(tenths + 1_000) / 10]++;
      }
    }
    List<String> lines = new ArrayList<>();
    stations.forEach((name, s) ->
        lines.add(
            "%s: %d times, %d to %d, %d in all"
                .formatted(name, s.getCount(), s.getMin(), s.getMax(), s.getSum())));
    for (int i = 0; i < degrees.length; i++) {
      lines.add("%d degrees: %d times".formatted(i - 100, degrees[i]));
    }
    return lines;
  }

  private static Path small(String middle) throws IOException {
    Path file = Files.createTempFile(directory, "small", ".txt");
    WeatherFile.write(file, SMALL, middle);
    return file;
  }

  private WeatherPipeline pipeline(ThreadKind kind) {
    return new WeatherPipeline(
        new WeatherPipeline.Settings(
            PARSERS,
            2,
            CHUNKS,
            threads(
                kind,
                body ->
                    () -> {
                      parsers.add(Thread.currentThread());
                      body.run();
                    }),
            threads(
                kind,
                body ->
                    () -> {
                      Await.until("consumers may start", () -> consumersMayStart.getCount() == 0);
                      body.run();
                    })));
  }

  private static ThreadFactory threads(ThreadKind kind, UnaryOperator<Runnable> before) {
    AtomicInteger count = new AtomicInteger();
    return body -> kind.newThread(count.getAndIncrement(), before.apply(body));
  }

  /** The parsers get there, for nobody closes a slice before the consumers start. */
  private static void awaitAllMemoryInUse(WeatherPipeline pipeline) {
    Await.until("all memory is in use", () -> pipeline.statistics().bytesPeak() == budget());
  }

  private static long budget() {
    return new WeatherPipeline.Settings(1, 1, CHUNKS, Thread::new, Thread::new).budgetBytes();
  }

  private void assertNothingRemains(WeatherPipeline pipeline) {
    Statistics end = pipeline.statistics();
    assertThat(end.bytesOutstanding()).isZero();
    assertThat(end.bytesHeld()).isZero();
    assertThat(end.bytesPeak()).isBetween(1L, budget());
    handles.assertNone();
  }

  @AfterEach
  void stopWatching() {
    handles.close();
  }

  @ParameterizedTest
  @EnumSource
  void resultIsThatOfOneThread(ThreadKind kind) {
    WeatherPipeline pipeline = pipeline(kind);
    Worker worker =
        new Crew(ThreadKind.PLATFORM)
            .start(() -> assertThat(pipeline.run(large).lines()).isEqualTo(expected));
    awaitAllMemoryInUse(pipeline);
    consumersMayStart.countDown();
    worker.join();
    assertNothingRemains(pipeline);
    assertThat(pipeline.statistics().chunksReused()).isGreaterThan(10 * CHUNKS);
  }

  @ParameterizedTest
  @EnumSource
  void consumerThatFailsLeavesNothing(ThreadKind kind) throws IOException {
    consumersMayStart.countDown();
    assertFails(kind, small("Nowhere;1000.0\n"), "It was never as warm as 1000 degrees");
  }

  @ParameterizedTest
  @EnumSource
  void parserThatFailsLeavesNothing(ThreadKind kind) throws IOException {
    consumersMayStart.countDown();
    assertFails(kind, small("Nowhere;1x.0\n"), "There is no digit");
  }

  private void assertFails(ThreadKind kind, Path file, String message) {
    WeatherPipeline pipeline = pipeline(kind);
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> pipeline.run(file))
        .withCauseExactlyInstanceOf(IllegalArgumentException.class)
        .withMessageContaining(message);
    assertNothingRemains(pipeline);
  }

  @ParameterizedTest
  @EnumSource
  void parserInterruptedWhileItWaitsForMemoryLeavesNothing(ThreadKind kind) throws IOException {
    WeatherPipeline pipeline = pipeline(kind);
    Path file = small("");
    Worker worker =
        new Crew(ThreadKind.PLATFORM)
            .start(() ->
                assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> pipeline.run(file))
                    .withCauseExactlyInstanceOf(InterruptedException.class));
    awaitAllMemoryInUse(pipeline);
    parsers.getFirst().interrupt();
    Await.until("the parsers have ended", () -> parsers.stream().noneMatch(Thread::isAlive));
    consumersMayStart.countDown();
    worker.join();
    assertNothingRemains(pipeline);
  }

  @ParameterizedTest
  @EnumSource
  void callerInterruptedLeavesNothing(ThreadKind kind) throws IOException {
    WeatherPipeline pipeline = pipeline(kind);
    Path file = small("");
    Worker worker =
        new Crew(ThreadKind.PLATFORM)
            .start(() -> {
              assertThatExceptionOfType(CompletionException.class)
                  .isThrownBy(() -> pipeline.run(file))
                  .withCauseExactlyInstanceOf(InterruptedException.class);
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
    awaitAllMemoryInUse(pipeline);
    worker.interrupt();
    Await.until("the parsers have ended", () -> parsers.stream().noneMatch(Thread::isAlive));
    consumersMayStart.countDown();
    worker.join();
    assertNothingRemains(pipeline);
  }

  @ParameterizedTest
  @EnumSource
  void channelsClosedEarlyLeaveNothing(ThreadKind kind) throws IOException {
    WeatherPipeline pipeline = pipeline(kind);
    Path file = small("");
    Worker worker =
        new Crew(ThreadKind.PLATFORM)
            .start(() ->
                assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> pipeline.run(file)));
    awaitAllMemoryInUse(pipeline);
    pipeline.cancel();
    consumersMayStart.countDown();
    worker.join();
    assertNothingRemains(pipeline);
  }

  @Test
  void programPrintsWhatTheFileSaysAndWhatItTook() throws IOException {
    Path file = small("Somewhere;-0.1\n");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WeatherProgram.print(file, new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsAll(read(file))
        .contains("Somewhere: 1 times, -1 to -1, -1 in all")
        .last()
        .asString()
        .contains("bytesOutstanding=0, bytesHeld=0");
    handles.assertNone();
  }
}
