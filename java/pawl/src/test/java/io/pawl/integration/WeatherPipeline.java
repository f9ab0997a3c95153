package io.pawl.integration;

import io.pawl.channel.Channel;
import io.pawl.memory.ArcSlice;
import io.pawl.memory.ChunkProvider;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of measurements in parallel: parsers pass what they find on to consumers of two
 * sorts, in slices of native memory that both sorts share, and within a budget of bytes. Whatever
 * happens, no byte is left in use.
 */
final class WeatherPipeline {

  private static final int CHUNK_BYTES = 1 << 16;

  /** In the channels there is room for far more than the budget allows. */
  private static final int CAPACITY = 1_000;

  private final Settings settings;
  private final ChunkProvider provider;
  private final Channel<ArcSlice> forStations = Channel.bounded(CAPACITY);
  private final Channel<ArcSlice> forDegrees = Channel.bounded(CAPACITY);
  private final Summary summary = new Summary();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * How a file is read.
   *
   * @param parsers how many threads parse
   * @param consumers how many threads of each sort consume
   * @param chunks how many chunks of native memory there may be at a time; more than parsers
   * @param parserThreads what makes the threads of the parsers
   * @param consumerThreads what makes those of the consumers
   */
  record Settings(
      int parsers,
      int consumers,
      int chunks,
      ThreadFactory parserThreads,
      ThreadFactory consumerThreads) {

    long budgetBytes() {
      return chunks * (CHUNK_BYTES + ChunkProvider.HEADER_BYTES);
    }
  }

  /** A part of the work. */
  @FunctionalInterface
  private interface Task {
    void run() throws InterruptedException;
  }

  /** Constructs a pipeline that is to be run once. */
  WeatherPipeline(Settings settings) {
    this.settings = settings;
    this.provider =
        ChunkProvider.builder()
            .chunkBytes(CHUNK_BYTES)
            .maxChunkBytes(CHUNK_BYTES)
            .budgetBytes(settings.budgetBytes())
            .build();
  }

  /**
   * Reads a file.
   *
   * @return what it says
   * @throws CompletionException if a thread fails or is interrupted, which is the cause
   * @throws CancellationException if it is cancelled
   */
  Summary run(Path file) throws IOException {
    try (provider;
        FileChannel in = FileChannel.open(file);
        Arena arena = Arena.ofShared()) {
      MemorySegment text = in.map(MapMode.READ_ONLY, 0, in.size(), arena);
      try (ExecutorService consumers = executor(settings.consumerThreads)) {
        try (ExecutorService parsers = executor(settings.parserThreads)) {
          start(consumers, () -> consume(forStations, Summary::addStations));
          start(consumers, () -> consume(forDegrees, Summary::addDegrees));
          startParsers(parsers, text);
        } finally { // the parsers have ended
          closeChannels();
        }
      }
    }
    Throwable thrown = failure.get();
    if (thrown instanceof CancellationException e) {
      throw e;
    }
    if (thrown != null) {
      throw new CompletionException(thrown);
    }
    return summary;
  }

  /** Its end waits for all threads; if the caller is interrupted, they are too. */
  private static ExecutorService executor(ThreadFactory threads) {
    return Executors.newThreadPerTaskExecutor(threads);
  }

  private void start(ExecutorService consumers, Task task) {
    for (int i = 0; i < settings.consumers; i++) {
      consumers.execute(() -> attempt(task));
    }
  }

  private void startParsers(ExecutorService parsers, MemorySegment text) {
    long share = Math.ceilDiv(text.byteSize(), settings.parsers);
    for (int i = 0; i < settings.parsers; i++) {
      long start = Math.min(i * share, text.byteSize());
      long end = Math.min(start + share, text.byteSize());
      LineParser parser = new LineParser(text, provider, this::send);
      parsers.execute(() -> attempt(() -> parser.parse(start, end)));
    }
  }

  private void send(ArcSlice slice) throws InterruptedException {
    sendCopy(forStations, slice);
    sendCopy(forDegrees, slice);
  }

  private static void sendCopy(Channel<ArcSlice> channel, ArcSlice slice)
      throws InterruptedException {
    ArcSlice copy = slice.retain();
    boolean sent = false;
    try {
      channel.send(copy);
      sent = true;
    } finally {
      if (!sent) {
        copy.close();
      }
    }
  }

  private void consume(Channel<ArcSlice> channel, BiConsumer<Summary, MemorySegment> reading)
      throws InterruptedException {
    Summary own = new Summary();
    for (ArcSlice slice; (slice = channel.receive()) != null; ) {
      try (ArcSlice batch = slice) {
        reading.accept(own, batch.segment());
      }
    }
    summary.add(own);
  }

  /** Runs a part of the work, without which the rest is in vain. */
  @SuppressWarnings("CatchingUnchecked") // whatever it is, run() throws it
  private void attempt(Task task) {
    try {
      task.run();
    } catch (Throwable t) {
      stop(t);
    }
  }

  /** Ends the work: no slice is sent any more, and those that were sent are closed. */
  private void stop(Throwable cause) {
    boolean _ = failure.compareAndSet(null, cause);
    closeChannels();
    for (Channel<ArcSlice> channel : List.of(forStations, forDegrees)) {
      for (ArcSlice slice; (slice = channel.tryReceive()) != null; ) {
        slice.close();
      }
    }
  }

  private void closeChannels() {
    forStations.close();
    forDegrees.close();
  }

  /** Gives up. */
  void cancel() {
    stop(new CancellationException("The file is not to be read any more"));
  }

  /** What the memory was used for. */
  ChunkProvider.Statistics statistics() {
    return provider.statistics();
  }
}
