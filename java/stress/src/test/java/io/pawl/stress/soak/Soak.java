package io.pawl.stress.soak;

import static java.util.stream.Collectors.joining;

import io.pawl.kit.Patience;
import io.pawl.locks.LockSupport;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Platform and virtual threads that do random operations on all arenas, and interrupt each other.
 * Some are never interrupted nor unparked for no reason, so that nothing makes up for a wake that
 * they have lost. A watchdog looks at the progress of each thread.
 */
final class Soak {

  private static final int PLATFORM = 6;
  private static final int VIRTUAL = 10;
  private static final int THREADS = PLATFORM + VIRTUAL;

  /** For how long no thread may stand still. */
  private static final Duration LIMIT = Patience.ofSeconds(30);

  private static final Duration LOOK = Duration.ofMillis(200);

  private final List<Thread> threads = new ArrayList<>();
  private final List<Thread> disturbed = new ArrayList<>();
  private final List<Arena> arenas;
  private final AtomicLongArray steps = new AtomicLongArray(THREADS);
  private volatile int hot;
  private volatile boolean over;
  private volatile @Nullable Throwable failure;

  Soak() {
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      Runnable body = () -> run(thread);
      threads.add(
          i < PLATFORM
              ? Thread.ofPlatform().daemon().name("soak-" + i).unstarted(body)
              : Thread.ofVirtual().name("soak-" + i).unstarted(body));
      if (i % 3 != 0) {
        disturbed.add(threads.get(i));
      }
    }
    arenas =
        List.of(
            new LockArena(false),
            new LockArena(true),
            new ItemsArena(),
            new ReadWriteArena(false),
            new ReadWriteArena(true),
            new StampedArena(),
            new SemaphoreArena(false),
            new SemaphoreArena(true),
            new LatchArena(),
            new OnceArena(),
            new BarrierArena(),
            new PhaserArena(),
            new ExchangerArena(),
            new ParkArena(disturbed));
  }

  /**
   * Runs the threads for a while.
   *
   * @return how many operations they have done
   */
  long run(Duration duration) {
    threads.forEach(Thread::start);
    long end = System.nanoTime() + duration.toNanos();
    Watchdog watchdog = new Watchdog();
    for (int i = 0; System.nanoTime() - end < 0 && failure == null; i++) {
      hot = i % arenas.size();
      LockSupport.parkNanos(LOOK.toNanos());
      watchdog.look();
    }
    over = true;
    arenas.forEach(Arena::close);
    while (threads.stream().anyMatch(Thread::isAlive)) {
      LockSupport.parkNanos(LOOK.toNanos());
      watchdog.look();
    }
    if (failure != null) {
      throw new AssertionError("A thread failed", failure);
    }
    arenas.forEach(Arena::check);
    return watchdog.total();
  }

  /** Finds threads that make no progress. */
  private final class Watchdog {
    private final long[] seen = new long[THREADS];
    private final long[] since = new long[THREADS];

    Watchdog() {
      Arrays.fill(since, System.nanoTime());
    }

    void look() {
      long now = System.nanoTime();
      for (int i = 0; i < THREADS; i++) {
        if (steps.get(i) != seen[i] || !threads.get(i).isAlive()) {
          seen[i] = steps.get(i);
          since[i] = now;
        } else if (now - since[i] > LIMIT.toNanos()) {
          throw new AssertionError(threads.get(i) + " stands still\n" + dump(), failure);
        }
      }
    }

    long total() {
      return Arrays.stream(seen).sum();
    }
  }

  private void run(int thread) {
    SplittableRandom random = new SplittableRandom(thread);
    String name = Thread.currentThread().getName();
    try {
      while (!over) {
        if (random.nextInt(20) == 0) {
          disturbed.get(random.nextInt(disturbed.size())).interrupt();
        }
        try {
          arenas
              .get(random.nextInt(4) == 0 ? random.nextInt(arenas.size()) : hot)
              .step(random, thread);
        } catch (InterruptedException e) {
          Arena.require(
              disturbed.contains(Thread.currentThread()), "only who is interrupted says so");
        }
        long _ = steps.incrementAndGet(thread);
      }
      Arena.require(LockSupport.getBlocker(Thread.currentThread()) == null, "no blocker is left");
      Arena.require(Thread.currentThread().getName().equals(name), "no name is left");
    } catch (Throwable e) {
      failure = e;
    }
  }

  private String dump() {
    ThreadInfo[] platform = ManagementFactory.getThreadMXBean().dumpAllThreads(true, true);
    String stacks =
        threads.stream()
            .map(thread ->
                thread
                    + " "
                    + thread.getState()
                    + "\n    "
                    + Arrays.stream(thread.getStackTrace())
                        .map(Object::toString)
                        .collect(joining("\n    ")))
            .collect(joining("\n"));
    return arenas.stream().map(Arena::toString).collect(joining("\n"))
        + "\n"
        + stacks
        + "\n"
        + Arrays.stream(platform).map(ThreadInfo::toString).collect(joining());
  }
}
