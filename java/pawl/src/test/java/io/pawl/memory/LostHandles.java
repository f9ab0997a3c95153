package io.pawl.memory;

import io.pawl.memory.LeakDetection.Level;
import io.pawl.testing.Await;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Finds the handles that a test loses: all that are made meanwhile are watched. */
public final class LostHandles implements AutoCloseable {

  private static final int OWN_BYTES = 31_415;

  private final Consumer<? super LeakDetection.Site> before = LeakDetection.reporter;
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();

  private LostHandles() {}

  /** Begins to watch. */
  public static LostHandles watch() {
    LostHandles handles = new LostHandles();
    LeakDetection.reporter = site -> handles.lost.add(site.getMessage());
    LeakDetection.setLevel(Level.ALL);
    return handles;
  }

  /**
   * Fails if handles made since the beginning have been lost. To know that the garbage collector
   * has been looking, this loses one itself.
   */
  public void assertNone() {
    loseOne();
    Await.until(
        "the handle that was lost on purpose is reported",
        () -> {
          System.gc();
          return lost.stream().anyMatch(LostHandles::isOwn);
        });
    if (!lost.stream().allMatch(LostHandles::isOwn)) {
      throw new AssertionError("Handles were lost: " + lost);
    }
  }

  private static void loseOne() {
    try (ChunkProvider provider = new ChunkProvider();
        SliceAllocator slices = new SliceAllocator(provider)) {
      ArcSlice _ = slices.allocate(OWN_BYTES);
    }
  }

  private static boolean isOwn(String message) {
    return message.contains(OWN_BYTES + " bytes");
  }

  /** Ends watching. */
  @Override
  public void close() {
    LeakDetection.setLevel(Level.OFF);
    LeakDetection.reporter = before;
  }
}
