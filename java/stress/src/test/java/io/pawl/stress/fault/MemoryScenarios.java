package io.pawl.stress.fault;

import io.pawl.memory.Arc;
import io.pawl.memory.ArcSingle;
import io.pawl.memory.ArcSlice;
import io.pawl.memory.Chunk;
import io.pawl.memory.ChunkProvider;
import io.pawl.memory.ConcurrentArena;
import io.pawl.memory.ElementType;
import io.pawl.memory.LeakDetection;
import io.pawl.memory.SliceAllocator;
import io.pawl.memory.Weak;
import io.pawl.stress.fault.Stage.Actor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Native memory: whatever fails, each byte is given back, and once. */
final class MemoryScenarios {

  private static final int SMALL = 64;
  private static final int LARGE = 1024;
  private static final int MORE_HANDLES_THAN_A_CELL = 70;

  private MemoryScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("ChunkProvider: chunks", MemoryScenarios::chunks),
        new Scenario("ChunkProvider: growth", MemoryScenarios::growth),
        new Scenario("ChunkProvider: preallocate", MemoryScenarios::preallocate),
        new Scenario("ChunkProvider: awaitRoom", MemoryScenarios::awaitRoom),
        new Scenario("ConcurrentArena", MemoryScenarios::arena),
        new Scenario("ConcurrentArena: actions", MemoryScenarios::actions),
        new Scenario("SliceAllocator", MemoryScenarios::slices),
        new Scenario("SliceAllocator: cleanups", MemoryScenarios::cleanups),
        new Scenario("SliceAllocator: elements", MemoryScenarios::elements),
        new Scenario("SliceAllocator: watched", MemoryScenarios::watchedSlices),
        new Scenario("Arc", MemoryScenarios::arc),
        new Scenario("LeakDetection", MemoryScenarios::watched));
  }

  private static ChunkProvider provider(long budget) {
    return ChunkProvider.builder()
        .chunkBytes(SMALL)
        .maxChunkBytes(LARGE)
        .budgetBytes(budget)
        .poison(true)
        .build();
  }

  /** Closes something; if that fails, once more, which finds it open or closed. */
  private static void close(Stage stage, AutoCloseable closeable) throws Exception {
    if (stage.attempt(closeable::close) != null) {
      try {
        closeable.close();
      } catch (IllegalStateException e) {
        stage.check(String.valueOf(e.getMessage()).contains("Closed already"), "not closed: " + e);
      }
    }
  }

  private static void checkNothingHeld(Stage stage, ChunkProvider provider) throws Exception {
    long outstanding = provider.statistics().bytesOutstanding();
    stage.check(outstanding == 0, outstanding + " bytes have not come back");
    close(stage, provider);
    long held = provider.statistics().bytesHeld();
    stage.check(held == 0, held + " bytes are held by a closed provider");
  }

  private static void chunks(Stage stage) throws Exception {
    long budget = LARGE + 2 * SMALL + 3 * ChunkProvider.HEADER_BYTES;
    ChunkProvider provider = provider(budget);
    List<Chunk> small = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Throwable _ = stage.attempt(() -> small.add(provider.acquire(SMALL)));
    }
    for (Chunk chunk : small) {
      close(stage, chunk);
    }
    Chunk[] large = {null};
    Throwable _ = stage.attempt(() -> large[0] = provider.acquire(LARGE)); // frees the small ones
    if (large[0] != null) {
      close(stage, large[0]);
    }
    Chunk[] own = {null};
    Throwable _ = stage.attempt(() -> own[0] = provider.acquire(LARGE + 1));
    if (own[0] != null) {
      close(stage, own[0]);
    }
    checkNothingHeld(stage, provider);
  }

  /**
   * Chunks grow, fall back to the least where there is no memory, and are freed as they come back.
   */
  private static void growth(Stage stage) throws Exception {
    ChunkProvider provider = provider(Long.MAX_VALUE);
    List<Chunk> chunks = new ArrayList<>();
    long used = 0;
    for (int i = 0; i < 4; i++) {
      if (stage.attempt(() -> chunks.add(provider.acquire(SMALL))) == null) {
        used += chunks.getLast().segment().byteSize();
      }
      long outstanding = provider.statistics().bytesOutstanding();
      stage.check(outstanding == used, outstanding + " bytes are out in chunks of " + used);
    }
    for (Chunk chunk : chunks) {
      close(stage, chunk);
    }
    Chunk[] reused = {null};
    Throwable _ = stage.attempt(() -> reused[0] = provider.acquire(2 * SMALL));
    if (reused[0] != null) {
      close(stage, reused[0]);
    }
    checkNothingHeld(stage, provider);
  }

  /** What is allocated beforehand is cached, all that there is of it. */
  private static void preallocate(Stage stage) throws Exception {
    ChunkProvider provider = provider(Long.MAX_VALUE);
    Throwable _ = stage.attempt(() -> provider.preallocate(3 * SMALL));
    long cached = provider.statistics().chunksAllocated();
    long held = provider.statistics().bytesHeld();
    stage.check(
        held == cached * (SMALL + ChunkProvider.HEADER_BYTES),
        held + " bytes are held for " + cached + " chunks");
    Chunk[] chunk = {null};
    Throwable _ = stage.attempt(() -> chunk[0] = provider.acquire(SMALL));
    if (chunk[0] != null) {
      close(stage, chunk[0]);
    }
    checkNothingHeld(stage, provider);
  }

  private static void awaitRoom(Stage stage) throws Exception {
    long charge = LARGE + ChunkProvider.HEADER_BYTES;
    ChunkProvider provider = provider(charge);
    Chunk only = provider.acquire(LARGE);
    Stage.Action wait = () -> stage.attempt(() -> provider.awaitRoom(charge));
    Actor one = stage.sleeper(() -> wait.run());
    Actor other = stage.sleeper(() -> wait.run());
    close(stage, only);
    one.join();
    other.join();
    provider.acquire(LARGE).close();
    checkNothingHeld(stage, provider);
  }

  private static void arena(Stage stage) throws Exception {
    ChunkProvider provider = provider(Long.MAX_VALUE);
    ConcurrentArena arena = new ConcurrentArena(provider);
    if (stage.attempt(() -> arena.allocate(SMALL)) != null) {
      long outstanding = provider.statistics().bytesOutstanding();
      stage.check(outstanding == 0, outstanding + " bytes are held by an allocation that failed");
    }
    Throwable _ = stage.attempt(() -> arena.allocate(LARGE));
    Throwable _ = stage.attempt(() -> arena.allocate(2 * LARGE));
    if (stage.attempt(arena::reset) != null) {
      arena.reset();
    }
    long outstanding = provider.statistics().bytesOutstanding();
    stage.check(outstanding == 0, outstanding + " bytes are held after a reset");
    Throwable _ = stage.attempt(() -> arena.allocate(SMALL));
    close(stage, arena);
    checkNothingHeld(stage, provider);
  }

  /** Each action that was accepted is run, once, though one of them throws. */
  private static void actions(Stage stage) throws Exception {
    ChunkProvider provider = provider(Long.MAX_VALUE);
    ConcurrentArena arena = new ConcurrentArena(provider);
    AtomicInteger accepted = new AtomicInteger();
    AtomicInteger runs = new AtomicInteger();
    for (int round = 0; round < 2; round++) {
      Throwable _ = stage.attempt(() -> arena.allocate(SMALL));
      Throwable _ = stage.attempt(arena::scope);
      for (int i = 0; i < 3; i++) {
        if (stage.attempt(() -> arena.onClose(runs::incrementAndGet)) == null) {
          accepted.incrementAndGet();
        }
      }
      if (round == 0) {
        if (stage.attempt(arena::reset) != null) {
          arena.reset();
        }
        stage.check(runs.get() == accepted.get(), runs + " actions were run of " + accepted);
      }
    }
    close(stage, arena);
    stage.check(runs.get() == accepted.get(), runs + " actions were run of " + accepted);
    checkNothingHeld(stage, provider);
  }

  private static void slices(Stage stage) throws Exception {
    ChunkProvider provider = provider(Long.MAX_VALUE);
    SliceAllocator allocator = new SliceAllocator(provider);
    List<ArcSlice> handles = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Throwable _ = stage.attempt(() -> handles.add(allocator.allocate(SMALL / 2 + 8)));
    }
    Throwable _ = stage.attempt(() -> handles.add(allocator.allocate(LARGE)));
    Throwable _ =
        stage.attempt(() -> handles.add(allocator.tryAllocate(8, slice -> slice.fill((byte) 1))));
    if (!handles.isEmpty()) {
      for (int i = 0; i < MORE_HANDLES_THAN_A_CELL; i++) {
        Throwable _ = stage.attempt(() -> handles.add(handles.getFirst().retain()));
      }
    }
    close(stage, allocator);
    for (ArcSlice handle : handles) {
      close(stage, handle);
    }
    checkNothingHeld(stage, provider);
  }

  /** Each slice that was handed out is cleaned up, once, before its chunk comes back. */
  private static void cleanups(Stage stage) throws Exception {
    ChunkProvider provider = provider(Long.MAX_VALUE);
    SliceAllocator allocator = new SliceAllocator(provider);
    AtomicInteger cleaned = new AtomicInteger();
    int slices = 0;
    List<ArcSlice> handles = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Stage.Action allocate =
          () ->
              handles.add(
                  allocator.allocate(
                      SMALL / 2 + 8,
                      _ -> {
                        cleaned.incrementAndGet();
                        long outstanding = provider.statistics().bytesOutstanding();
                        stage.check(outstanding > 0, "a chunk came back before its cleanup");
                      }));
      if (stage.attempt(allocate) == null) {
        slices++;
        Throwable _ = stage.attempt(() -> handles.add(handles.getLast().retain()));
      }
    }
    close(stage, allocator);
    for (ArcSlice handle : handles) {
      close(stage, handle);
    }
    stage.check(cleaned.get() == slices, cleaned + " cleanups were run of " + slices);
    checkNothingHeld(stage, provider);
  }

  /** Integers that are counted when they are written. */
  private static ElementType<Integer> counted(AtomicInteger written, AtomicInteger cleaned) {
    return ElementType.<Integer>of(
            ValueLayout.JAVA_INT,
            (segment, at) -> segment.get(ValueLayout.JAVA_INT, at),
            (segment, at, value) -> {
              segment.set(ValueLayout.JAVA_INT, at, value);
              written.incrementAndGet();
            })
        .withCleanup((_, _) -> cleaned.incrementAndGet());
  }

  /** Each element that was made is cleaned up, once, whether or not there are others. */
  private static void elements(Stage stage) throws Exception {
    ChunkProvider provider = provider(Long.MAX_VALUE);
    SliceAllocator allocator = new SliceAllocator(provider);
    AtomicInteger made = new AtomicInteger();
    AtomicInteger cleaned = new AtomicInteger();
    ElementType<Integer> type = counted(made, cleaned);
    List<AutoCloseable> handles = new ArrayList<>();
    Throwable _ = stage.attempt(() -> handles.add(allocator.tryAllocate(type, 9, i -> (int) i)));
    Throwable _ =
        stage.attempt(() -> {
          int before = cleaned.get();
          try {
            handles.add(allocator.tryAllocate(type, 9, MemoryScenarios::fourOnly));
          } catch (ArithmeticException e) {
            int rolledBack = cleaned.get() - before;
            stage.check(rolledBack == 4, rolledBack + " elements were rolled back of 4");
          }
        });
    Throwable _ =
        stage.attempt(() -> {
          ArcSingle<Integer> single = allocator.allocate(type, 7);
          handles.add(single);
          handles.add(single.retain());
        });
    close(stage, allocator);
    for (AutoCloseable handle : handles) {
      close(stage, handle);
    }
    stage.check(cleaned.get() == made.get(), cleaned + " elements were cleaned up of " + made);
    checkNothingHeld(stage, provider);
  }

  /** The value of an element, of which the fifth fails. */
  private static int fourOnly(long index) {
    if (index == 4) {
      throw new ArithmeticException("the fifth");
    }
    return (int) index;
  }

  /** The handles are watched, all of them, which takes memory; one close is enough. */
  private static void watchedSlices(Stage stage) throws Exception {
    ChunkProvider provider = provider(Long.MAX_VALUE);
    SliceAllocator allocator = new SliceAllocator(provider);
    LeakDetection.setLevel(LeakDetection.Level.ALL);
    List<ArcSlice> handles = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Throwable _ = stage.attempt(() -> handles.add(allocator.allocate(SMALL / 2 + 8)));
      }
    } finally {
      LeakDetection.setLevel(LeakDetection.Level.OFF);
    }
    close(stage, allocator);
    for (ArcSlice handle : handles) {
      Throwable thrown = stage.attempt(handle::close);
      stage.check(!(thrown instanceof OutOfMemoryError), "a close has run out of memory");
      if (thrown != null) {
        close(stage, handle);
      }
    }
    checkNothingHeld(stage, provider);
  }

  private static void arc(Stage stage) throws Exception {
    AtomicInteger closes = new AtomicInteger();
    List<Arc<AutoCloseable>> handles = new ArrayList<>();
    List<Weak<AutoCloseable>> weaks = new ArrayList<>();
    handles.add(Arc.of(closes::incrementAndGet));
    Throwable _ = stage.attempt(() -> handles.add(handles.getFirst().retain()));
    Throwable _ = stage.attempt(() -> weaks.add(handles.getFirst().downgrade()));
    if (!weaks.isEmpty()) {
      Throwable _ = stage.attempt(() -> weaks.add(weaks.getFirst().retain()));
      Throwable _ =
          stage.attempt(() -> {
            Optional<Arc<AutoCloseable>> upgraded = weaks.getFirst().upgrade();
            upgraded.ifPresent(handles::add);
          });
    }
    int count = handles.getFirst().count();
    stage.check(count == handles.size(), count + " handles are counted of " + handles.size());
    for (Weak<AutoCloseable> weak : weaks) {
      close(stage, weak);
    }
    for (Arc<AutoCloseable> handle : handles) {
      stage.check(closes.get() == 0, "closed before its last handle");
      close(stage, handle);
    }
    stage.check(closes.get() == 1, "closed " + closes + " times");
  }

  /** All is watched, which takes memory, and each close is one. */
  private static void watched(Stage stage) throws Exception {
    ChunkProvider provider = provider(Long.MAX_VALUE);
    AtomicInteger closes = new AtomicInteger();
    AtomicInteger made = new AtomicInteger();
    List<AutoCloseable> open = new ArrayList<>();
    LeakDetection.setLevel(LeakDetection.Level.ALL);
    try {
      Stage.Action share =
          () -> {
            Arc<AutoCloseable> first = Arc.of(closes::incrementAndGet);
            made.incrementAndGet();
            open.add(first);
            open.add(first.retain());
          };
      Throwable _ = stage.attempt(share);
      Throwable _ = stage.attempt(() -> open.add(provider.acquire(SMALL)));
      Throwable _ =
          stage.attempt(() -> {
            ConcurrentArena arena = new ConcurrentArena(provider);
            open.add(arena);
            long _ = arena.allocate(SMALL).byteSize();
          });
      Throwable _ =
          stage.attempt(() -> {
            SliceAllocator allocator = new SliceAllocator(provider);
            open.add(allocator);
            open.add(allocator.allocate(SMALL));
          });
    } finally {
      LeakDetection.setLevel(LeakDetection.Level.OFF);
    }
    for (AutoCloseable closeable : open) {
      close(stage, closeable);
    }
    stage.check(closes.get() == made.get(), "closed " + closes + " of " + made + " values");
    checkNothingHeld(stage, provider);
  }
}
