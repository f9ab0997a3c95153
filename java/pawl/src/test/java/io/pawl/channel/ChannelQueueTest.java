package io.pawl.channel;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the view of a channel as a BlockingQueue promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class ChannelQueueTest extends Kit {

  private final Channel<Integer> channel = Channel.bounded(4);
  private final BlockingQueue<Integer> queue = channel.asBlockingQueue();

  ChannelQueueTest(ThreadKind kind) {
    super(kind);
  }

  @Test
  void viewAndChannelAreTheSame() throws InterruptedException {
    channel.send(1);
    queue.put(2);
    assertThat(queue.add(3)).isTrue();
    assertThat(queue).containsExactly(1, 2, 3);
    assertThat(queue.peek()).isEqualTo(1);
    assertThat(queue.take()).isEqualTo(1);
    assertThat(channel.receive()).isEqualTo(2);
    assertThat(queue.poll(1, HOURS)).isEqualTo(3);
    assertThat(queue.poll()).isNull();
    assertThat(queue.peek()).isNull();
    assertThat(queue).isEmpty();
  }

  @Test
  void fullQueueRefuses() throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      assertThat(queue.remainingCapacity()).isEqualTo(4 - i);
      assertThat(queue.offer(i)).isTrue();
    }
    assertThat(queue.offer(4)).isFalse();
    assertThat(queue.offer(4, 1, NANOSECONDS)).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> queue.add(4));
    assertThat(queue.poll(0, HOURS)).isZero();
    assertThat(queue.offer(4, 1, HOURS)).isTrue();
    assertThat(Channel.unbounded().asBlockingQueue().remainingCapacity())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void emptyQueueTimesOut() throws InterruptedException {
    assertThat(queue.poll(1, NANOSECONDS)).isNull();
  }

  @Test
  void closedQueueRefusesAndEnds() throws InterruptedException {
    queue.put(1);
    channel.close();
    assertThat(queue.offer(2)).isFalse();
    assertThat(queue.offer(2, 1, HOURS)).isFalse();
    assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(() -> queue.put(2));
    assertThat(queue.take()).isEqualTo(1);
    assertThat(queue.poll(1, HOURS)).isNull();
    assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(queue::take);
  }

  @Test
  void elementsAreRemovedFromAnyPlace() {
    for (int offset = 0; offset < 4; offset++) {
      queue.addAll(List.of(10, 11, 12, 13));
      assertThat(queue.remove(12)).isTrue();
      assertThat(queue.remove(12)).isFalse();
      assertThat(queue.contains(11)).isTrue();
      assertThat(queue.contains(12)).isFalse();
      assertThat(queue.removeIf(i -> i == 10)).isTrue();
      assertThat(queue).containsExactly(11, 13);
      queue.clear();
      assertThat(queue.offer(0)).isTrue();
      assertThat(queue.poll()).isZero();
    }
  }

  @Test
  void removalMakesRoom() {
    queue.addAll(List.of(0, 1, 2, 3));
    var sender = crew.start(() -> queue.put(4));
    sender.awaitBlocked();
    assertThat(queue.remove(2)).isTrue();
    sender.join();
    assertThat(queue).containsExactly(0, 1, 3, 4);
  }

  @Test
  void iteratorIsASnapshotThatRemovesWhatIsStillThere() {
    queue.addAll(List.of(1, 2, 3));
    Iterator<Integer> iterator = queue.iterator();
    assertThatIllegalStateException().isThrownBy(iterator::remove);
    assertThat(queue.poll()).isEqualTo(1);
    assertThat(iterator.next()).isEqualTo(1);
    iterator.remove();
    assertThat(iterator.next()).isEqualTo(2);
    iterator.remove();
    assertThatIllegalStateException().isThrownBy(iterator::remove);
    assertThat(iterator.next()).isEqualTo(3);
    assertThat(iterator.hasNext()).isFalse();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
    assertThat(queue).containsExactly(3);
  }

  @Test
  void iteratorRemovesTheOccurrenceThatItHasReturned() {
    queue.addAll(List.of(1, 2, 1, 2));
    Iterator<Integer> iterator = queue.iterator();
    assertThat(iterator.next()).isEqualTo(1);
    assertThat(iterator.next()).isEqualTo(2);
    iterator.remove();
    assertThat(iterator.next()).isEqualTo(1);
    iterator.remove();
    assertThat(queue).containsExactly(1, 2);
  }

  @Test
  void iteratorLeavesAnObjectThatHasBeenSentAgain() {
    queue.addAll(List.of(1, 2));
    Iterator<Integer> iterator = queue.iterator();
    assertThat(iterator.next()).isEqualTo(1);
    assertThat(queue.poll()).isEqualTo(1);
    assertThat(queue.offer(1)).isTrue();
    iterator.remove();
    assertThat(queue).containsExactly(2, 1);
  }

  @Test
  void theArgumentOfRemoveDecidesWhatItIsEqualTo() {
    Object likeTwo =
        new Object() {
          @Override
          public boolean equals(@Nullable Object other) {
            return Objects.equals(other, 2);
          }

          @Override
          public int hashCode() {
            return 2;
          }
        };
    queue.addAll(List.of(1, 2, 3));
    assertThat(queue.remove(likeTwo)).isTrue();
    assertThat(queue.remove(null)).isFalse();
    assertThat(queue).containsExactly(1, 3);
  }

  @Test
  void queueIsDrained() {
    queue.addAll(List.of(1, 2, 3));
    List<Integer> target = new ArrayList<>();
    assertThat(queue.drainTo(target, 0)).isZero();
    assertThat(queue.drainTo(target, 2)).isEqualTo(2);
    assertThat(queue.drainTo(target)).isEqualTo(1);
    assertThat(queue.drainTo(target)).isZero();
    assertThat(target).containsExactly(1, 2, 3);
    assertThatIllegalArgumentException().isThrownBy(() -> queue.drainTo(queue));
    assertThatIllegalArgumentException().isThrownBy(() -> queue.drainTo(channel.asBlockingQueue()));
  }

  @Test
  void threadPoolRunsEverythingThroughAChannel() throws InterruptedException {
    Channel<Runnable> tasks = Channel.bounded(8);
    AtomicInteger started = new AtomicInteger();
    try (ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            2,
            4,
            1,
            TimeUnit.HOURS,
            tasks.asBlockingQueue(),
            body -> kind.newThread(started.getAndIncrement(), body),
            new ThreadPoolExecutor.CallerRunsPolicy())) {
      int count = 500;
      CountDownLatch done = new CountDownLatch(count);
      for (int i = 0; i < count; i++) {
        pool.execute(done::countDown);
      }
      Await.until("all tasks", () -> done.getCount() == 0);
      assertThat(started.get()).isBetween(2, 4);
      pool.shutdown();
      assertThat(pool.awaitTermination(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }
    assertThat(tasks.size()).isZero();
  }
}
