package io.pawl.stress.program;

import io.pawl.kit.Patience;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Threads that meet, swap and wake each other; tells what they have computed together. */
public final class PhaseProgram implements Function<ThreadFactory, String> {

  private static final int PARTIES = 4;

  /** For the test, by its name. */
  public PhaseProgram() {}

  @Override
  public String apply(ThreadFactory threads) {
    return String.join(
        "; ",
        stencil(threads),
        breakAndReset(threads),
        leaveOneByOne(threads),
        swap(threads),
        mail(threads));
  }

  // ---- A computation in steps, by a barrier with an action

  private static String stencil(ThreadFactory threads) {
    int steps = 300;
    long[][] cells = new long[2][PARTIES + 2];
    cells[0][1] = 1;
    AtomicInteger done = new AtomicInteger();
    CyclicBarrier barrier = new CyclicBarrier(PARTIES, done::incrementAndGet);
    Crowd crowd = new Crowd(threads);
    for (int i = 1; i <= PARTIES; i++) {
      int cell = i;
      Thread _ =
          crowd.start(() -> {
            for (int step = 0; step < steps; step++) {
              long[] from = cells[step % 2];
              cells[(step + 1) % 2][cell] = from[cell - 1] + 3 * from[cell] + from[cell + 1];
              int _ = barrier.await(Patience.ofSeconds(30).toSeconds(), TimeUnit.SECONDS);
            }
          });
    }
    crowd.join();
    return "stencil %s after %d steps, %d waiting"
        .formatted(Arrays.toString(cells[steps % 2]), done.get(), barrier.getNumberWaiting());
  }

  // ---- A barrier that is broken by one and mended

  private static String breakAndReset(ThreadFactory threads) {
    int rounds = 100;
    AtomicInteger broken = new AtomicInteger();
    AtomicInteger interrupted = new AtomicInteger();
    AtomicInteger met = new AtomicInteger();
    CyclicBarrier barrier = new CyclicBarrier(PARTIES);
    Crowd crowd = new Crowd(threads);
    for (int round = 0; round < rounds; round++) {
      Crowd waiting = new Crowd(threads);
      waiting.start(
          PARTIES - 1,
          () -> {
            try {
              int _ = barrier.await();
            } catch (BrokenBarrierException e) {
              int _ = broken.incrementAndGet();
            }
          });
      Thread breaker =
          crowd.start(() -> {
            Thread.currentThread().interrupt();
            try {
              int _ = barrier.await();
            } catch (InterruptedException e) {
              int _ = interrupted.incrementAndGet();
            }
          });
      waiting.join();
      crowd.join();
      if (!barrier.isBroken() || breaker.isInterrupted()) {
        throw new AssertionError("The barrier is whole");
      }
      barrier.reset();
      Crowd meeting = new Crowd(threads);
      meeting.start(
          PARTIES,
          () -> {
            if (barrier.await() == 0) {
              int _ = met.incrementAndGet();
            }
          });
      meeting.join();
    }
    return "broken %d interrupted %d met %d".formatted(broken.get(), interrupted.get(), met.get());
  }

  // ---- Parties that leave

  private static String leaveOneByOne(ThreadFactory threads) {
    List<String> phases = new ArrayList<>();
    Phaser phaser =
        new Phaser() {
          @Override
          protected boolean onAdvance(int phase, int registered) {
            phases.add(phase + ":" + registered);
            return super.onAdvance(phase, registered);
          }
        };
    Crowd crowd = new Crowd(threads);
    AtomicLong sum = new AtomicLong();
    int _ = phaser.bulkRegister(PARTIES);
    for (int i = 0; i < PARTIES; i++) {
      int stays = 20 * (i + 1);
      Thread _ =
          crowd.start(() -> {
            for (int phase = 0; phase < stays; phase++) {
              long _ = sum.addAndGet(phaser.arriveAndAwaitAdvance());
            }
            int _ = phaser.arriveAndDeregister();
          });
    }
    crowd.disturb();
    return "phases %s sum %d terminated %s".formatted(phases, sum.get(), phaser.isTerminated());
  }

  // ---- Buffers that are swapped

  private static String swap(ThreadFactory threads) {
    int rounds = 500;
    Exchanger<List<Integer>> exchanger = new Exchanger<>();
    AtomicLong sum = new AtomicLong();
    AtomicInteger emptied = new AtomicInteger();
    Crowd crowd = new Crowd(threads);
    Thread _ =
        crowd.start(() -> {
          List<Integer> full = new ArrayList<>();
          for (int i = 0; i < rounds; i++) {
            full.addAll(List.of(i, i + 1, i + 2));
            full = exchange(exchanger, full);
            if (full.isEmpty()) {
              int _ = emptied.incrementAndGet();
            }
          }
        });
    Thread _ =
        crowd.start(() -> {
          List<Integer> empty = new ArrayList<>();
          for (int i = 0; i < rounds; i++) {
            empty = exchange(exchanger, empty);
            long _ = sum.addAndGet(empty.stream().mapToInt(Integer::intValue).sum());
            empty.clear();
          }
        });
    crowd.disturb();
    return "swapped %d empty %d".formatted(sum.get(), emptied.get());
  }

  /** An exchange that times out or is interrupted has not taken place. */
  private static List<Integer> exchange(Exchanger<List<Integer>> exchanger, List<Integer> mine) {
    for (; ; ) {
      try {
        return exchanger.exchange(mine, 50, TimeUnit.MICROSECONDS);
      } catch (InterruptedException | TimeoutException e) {
        // Once more.
      }
    }
  }

  // ---- A letter box for two threads, by park and unpark

  private static final class LetterBox {
    private final AtomicReference<@Nullable Integer> letter = new AtomicReference<>();
    private volatile @Nullable Thread reader;
    private volatile @Nullable Thread writer;

    void put(int value) {
      writer = Thread.currentThread();
      while (!letter.compareAndSet(null, value)) {
        LockSupport.park(this);
        boolean _ = Thread.interrupted();
      }
      LockSupport.unpark(reader);
    }

    int take() {
      reader = Thread.currentThread();
      Integer value;
      for (value = letter.getAndSet(null); value == null; value = letter.getAndSet(null)) {
        LockSupport.parkNanos(this, Patience.ofSeconds(50).toNanos());
        boolean _ = Thread.interrupted();
      }
      LockSupport.unpark(writer);
      return value;
    }
  }

  private static String mail(ThreadFactory threads) {
    int letters = 5_000;
    LetterBox box = new LetterBox();
    AtomicLong sum = new AtomicLong();
    Crowd crowd = new Crowd(threads);
    Thread _ =
        crowd.start(() -> {
          for (int i = 0; i < letters; i++) {
            box.put(i);
          }
        });
    Thread _ =
        crowd.start(() -> {
          for (int i = 0; i < letters; i++) {
            long _ = sum.addAndGet(box.take());
          }
        });
    crowd.join();
    return "letters " + sum.get();
  }
}
