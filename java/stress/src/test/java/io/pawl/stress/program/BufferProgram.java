package io.pawl.stress.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Producers and consumers of a bounded buffer; tells what came through, and in which order. */
public final class BufferProgram implements Function<ThreadFactory, String> {

  private static final int PRODUCERS = 3;
  private static final int CONSUMERS = 3;
  private static final int ITEMS = 6_000;
  private static final int CAPACITY = 5;

  private record Item(int producer, int number) {}

  /** What all consumers have got, guarded by the lock. */
  private static final class Ledger {
    private final ReentrantLock lock = new ReentrantLock();
    private final long[] count = new long[PRODUCERS];
    private final long[] sum = new long[PRODUCERS];
    private int outOfOrder;

    void add(List<Item> items) {
      int[] last = new int[PRODUCERS];
      Arrays.fill(last, -1);
      lock.lock();
      try {
        for (Item item : items) {
          int producer = item.producer();
          count[producer]++;
          sum[producer] += item.number();
          if (item.number() <= last[producer]) {
            outOfOrder++;
          }
          last[producer] = item.number();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public String toString() {
      return "counts %s sums %s out of order %d"
          .formatted(Arrays.toString(count), Arrays.toString(sum), outOfOrder);
    }
  }

  /** For the test, by its name. */
  public BufferProgram() {}

  @Override
  public String apply(ThreadFactory threads) {
    return "non-fair: " + run(threads, false) + "; fair: " + run(threads, true);
  }

  private static String run(ThreadFactory threads, boolean fair) {
    Crowd crowd = new Crowd(threads);
    BoundedBuffer<Item> buffer = new BoundedBuffer<>(CAPACITY, fair);
    CountDownLatch producing = new CountDownLatch(PRODUCERS);
    Ledger ledger = new Ledger();
    for (int i = 0; i < PRODUCERS; i++) {
      int producer = i;
      Thread _ =
          crowd.start(() -> {
            for (int number = 0; number < ITEMS; number++) {
              produce(buffer, new Item(producer, number));
            }
            producing.countDown();
          });
    }
    crowd.start(CONSUMERS, () -> ledger.add(consume(buffer)));
    Thread _ =
        crowd.start(() -> {
          awaitUninterrupted(producing);
          buffer.close();
        });
    crowd.disturb();
    return ledger.toString();
  }

  private static void produce(BoundedBuffer<Item> buffer, Item item) {
    for (; ; ) {
      try {
        if (item.number() % 2 == 0) {
          buffer.put(item);
          return;
        }
        if (buffer.offer(item, 50, TimeUnit.MICROSECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        // The item was not taken: once more.
      }
    }
  }

  private static List<Item> consume(BoundedBuffer<Item> buffer) {
    List<Item> got = new ArrayList<>();
    while (!buffer.isClosed()) {
      try {
        Item item =
            switch (got.size() % 3) {
              case 0 -> buffer.take();
              case 1 -> buffer.poll(50, TimeUnit.MICROSECONDS);
              default -> drain(buffer, got);
            };
        if (item != null) {
          got.add(item);
        }
      } catch (InterruptedException e) {
        // Nothing was taken.
      }
    }
    return got;
  }

  private static @Nullable Item drain(BoundedBuffer<Item> buffer, List<Item> got)
      throws InterruptedException {
    buffer.drainTo(got);
    return buffer.take();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    for (; ; ) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // It is the producers that are waited for.
      }
    }
  }
}
