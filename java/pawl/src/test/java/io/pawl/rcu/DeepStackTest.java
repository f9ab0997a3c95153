package io.pawl.rcu;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.DeepStack;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A stack that overflows, at whatever depth, leaves a domain whose grace periods end, and forgets
 * nothing that has been taken out.
 */
@Tag(DeepStack.TAG)
@Limit(30)
class DeepStackTest {

  private final Rcu rcu = new Rcu();

  @Test
  void overflowInAWaitLeavesNobodyLeading() throws InterruptedException {
    DeepStack.overflow(rcu::synchronize, () -> {});
    assertThat(rcu.synchronize(20, SECONDS)).isTrue();
  }

  @Test
  void overflowInATimedWaitLeavesNobodyLeading() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Worker reader =
        new Crew(ThreadKind.PLATFORM)
            .start(() -> {
              long section = rcu.enter();
              inside.countDown();
              release.await();
              rcu.exit(section);
            });
    inside.await();
    DeepStack.overflow(
        () -> {
          if (rcu.synchronize(1, MICROSECONDS)) {
            throw new AssertionError("A reader is inside");
          }
        },
        () -> {});
    release.countDown();
    reader.join();
    assertThat(rcu.synchronize(20, SECONDS)).isTrue();
    assertThat(rcu.isAwaited()).isFalse();
  }

  @Test
  void actionRunsUnlessDeferThrows() throws InterruptedException {
    AtomicInteger run = new AtomicInteger();
    int[] deferred = new int[1];
    DeepStack.overflow(
        () -> {
          rcu.defer(run::incrementAndGet);
          deferred[0]++;
        },
        () -> {});
    rcu.barrier();
    assertThat(run.get()).isEqualTo(deferred[0]).isGreaterThan(100);
  }

  /** Counts what has been put into a cell, and what has been closed. */
  private static final class Versions {
    final AtomicInteger closes = new AtomicInteger();
    final RcuCell<AutoCloseable> cell = new RcuCell<>(closes::incrementAndGet);
    int put = 1;
    @Nullable AutoCloseable offered;

    /** Counts the last one that has been offered if the cell has taken it. */
    void settle() {
      if (offered != null && cell.get() == offered) {
        put++;
      }
      offered = null;
    }

    AutoCloseable offer() {
      settle();
      AutoCloseable version =
          new AutoCloseable() {
            @Override
            public void close() {
              closes.incrementAndGet();
            }
          };
      offered = version;
      return version;
    }
  }

  @Test
  void everyValueIsClosedOnce() throws InterruptedException {
    Versions versions = new Versions();
    RcuCell<AutoCloseable> cell = versions.cell;
    DeepStack.overflow(() -> cell.set(versions.offer()), versions::settle);
    DeepStack.overflow(() -> cell.setLater(versions.offer()), versions::settle);
    cell.close();
    cell.rcu().barrier();
    assertThat(versions.closes.get()).isEqualTo(versions.put).isGreaterThan(100);
  }

  @Test
  void everyElementThatIsRemovedIsHandedOverOnce() throws InterruptedException {
    int elements = 20_000;
    AtomicIntegerArray handedOver = new AtomicIntegerArray(elements);
    RcuList<Integer> list = new RcuList<>(rcu, handedOver::incrementAndGet);
    for (int i = 0; i < elements; i++) {
      list.add(i);
    }
    DeepStack.overflow(
        () -> {
          Iterator<Integer> iterator = list.iterator();
          if (iterator.hasNext()) {
            Integer _ = iterator.next();
            iterator.remove();
          }
        },
        () -> {});
    assertThat(list.size()).isLessThan(elements - 100);
    list.clear();
    rcu.barrier();
    int[] once = new int[elements];
    Arrays.fill(once, 1);
    assertThat(handedOver).hasToString(Arrays.toString(once));
  }
}
