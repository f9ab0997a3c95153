package io.pawl.channel;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import io.pawl.testing.Worker;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Channel promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class ChannelTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final Channel<Integer> channel = Channel.bounded(2);

  ChannelTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startWaiter(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private void fill() {
    for (int i = 1; channel.trySend(i); i++) {
      assertThat(i).isLessThanOrEqualTo(2);
    }
  }

  // ---- Order and capacity

  @Test
  void objectsAreReceivedInTheOrderInWhichTheyWereSent() throws Exception {
    for (int i = 0; i < 20; i++) {
      channel.send(i);
      assertThat(channel.send(-i, 1, HOURS)).isTrue();
      assertThat(channel.size()).isEqualTo(2);
      assertThat(channel.receive()).isEqualTo(i);
      assertThat(channel.receive(1, HOURS)).isEqualTo(-i);
    }
    assertThat(channel.tryReceive()).isNull();
  }

  @Test
  void fullChannelTakesNoMore() throws InterruptedException {
    fill();
    assertThat(channel.trySend(3)).isFalse();
    assertThat(channel.send(3, 0, HOURS)).isFalse();
    long start = System.nanoTime();
    assertThat(channel.send(3, 2, MILLISECONDS)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(2));
    assertThat(channel.tryReceive()).isEqualTo(1);
    assertThat(channel.trySend(3)).isTrue();
    assertThat(channel.capacity()).isEqualTo(2);
  }

  @Test
  void emptyChannelGivesNothing() {
    assertThat(channel.tryReceive()).isNull();
    assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> channel.receive(0, HOURS));
    long start = System.nanoTime();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> channel.receive(2, MILLISECONDS));
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(2));
  }

  @Test
  void channelsGrowAndKeepTheOrder() throws InterruptedException {
    for (Channel<Integer> growing :
        java.util.List.of(Channel.<Integer>unbounded(), Channel.<Integer>bounded(1_000))) {
      int next = 0;
      for (int i = 0; i < 1_000; i++) {
        growing.send(i);
        if (i % 3 == 0) {
          assertThat(growing.receive()).isEqualTo(next++);
        }
      }
      while (next < 1_000) {
        assertThat(growing.receive()).isEqualTo(next++);
      }
      assertThat(growing.size()).isZero();
    }
    assertThat(Channel.unbounded().capacity()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void mistakesThrow() {
    assertThatIllegalArgumentException().isThrownBy(() -> Channel.bounded(0));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> channel.send(null));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> channel.trySend(null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> channel.send(null, 1, HOURS));
    assertThat(channel.size()).isZero();
  }

  // ---- Waiting

  @Test
  void waitingReceiversAreServedInOrder() throws InterruptedException {
    Channel<Integer> received = Channel.unbounded();
    for (int i = 0; i < 4; i++) {
      int index = i;
      Worker _ =
          startWaiter(() -> {
            Integer object = channel.receive();
            assertThat(object).isEqualTo(index);
            received.send(index);
          });
    }
    for (int i = 0; i < 4; i++) {
      channel.send(i);
      assertThat(received.receive()).isEqualTo(i);
    }
    crew.join();
  }

  @Test
  void waitingSendersAreServed() throws InterruptedException {
    fill();
    for (int i = 3; i < 7; i++) {
      int object = i;
      Worker _ =
          startWaiter(() -> {
            if (object % 2 == 0) {
              channel.send(object);
            } else {
              assertThat(channel.send(object, 1, HOURS)).isTrue();
            }
          });
    }
    for (int i = 1; i < 7; i++) {
      assertThat(channel.receive()).isNotNull();
    }
    crew.join();
    assertThat(channel.size()).isZero();
  }

  // ---- Closing

  @Test
  void closedChannelGivesWhatItHasAndThenNull() throws Exception {
    fill();
    channel.close();
    channel.close();
    assertThat(channel.isClosed()).isTrue();
    assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(() -> channel.send(3));
    assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(() -> channel.trySend(3));
    assertThatExceptionOfType(ChannelClosedException.class)
        .isThrownBy(() -> channel.send(3, 1, HOURS));
    assertThat(channel.receive()).isEqualTo(1);
    assertThat(channel.tryReceive()).isEqualTo(2);
    assertThat(channel.receive()).isNull();
    assertThat(channel.receive(1, HOURS)).isNull();
    assertThat(channel.tryReceive()).isNull();
  }

  @Test
  void closingWakesAllReceivers() {
    for (int i = 0; i < 3; i++) {
      Worker _ = startWaiter(() -> assertThat(channel.receive()).isNull());
      Worker _ = startWaiter(() -> assertThat(channel.receive(1, HOURS)).isNull());
    }
    channel.close();
    crew.join();
  }

  @Test
  void closingWakesAllSenders() {
    fill();
    for (int i = 0; i < 3; i++) {
      Worker _ =
          startWaiter(() ->
              assertThatExceptionOfType(ChannelClosedException.class)
                  .isThrownBy(() -> channel.send(3)));
      Worker _ =
          startWaiter(() ->
              assertThatExceptionOfType(ChannelClosedException.class)
                  .isThrownBy(() -> channel.send(3, 1, HOURS)));
    }
    channel.close();
    crew.join();
    assertThat(channel.size()).isEqualTo(2);
  }

  // ---- Interrupts

  @Test
  void interruptEndsAWait() {
    Worker receiver =
        startWaiter(() -> {
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(channel::receive);
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> {
                Thread.currentThread().interrupt();
                Integer _ = channel.receive(1, HOURS);
              });
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    receiver.interrupt();
    receiver.join();
    fill();
    Worker sender =
        startWaiter(() -> {
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> channel.send(3));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    sender.interrupt();
    sender.join();
    assertThat(channel.size()).isEqualTo(2);
  }

  @Test
  void descriptionTellsTheState() {
    fill();
    assertThat(channel.toString()).endsWith("[2 objects]");
    channel.close();
    assertThat(channel.toString()).endsWith("[closed, 2 objects]");
  }

  // ---- Races

  @Test
  void everyObjectIsReceivedOnce() {
    int senders = 3;
    int each = 3_000;
    AtomicIntegerArray seen = new AtomicIntegerArray(senders * each);
    for (int i = 0; i < senders; i++) {
      int first = i * each;
      crew.start(() -> {
        for (int object = first; object < first + each; object++) {
          channel.send(object);
        }
      });
      crew.start(() -> {
        for (int n = 0; n < each; n++) {
          int object = Objects.requireNonNull(channel.receive());
          int _ = seen.incrementAndGet(object);
        }
      });
    }
    crew.join();
    for (int i = 0; i < seen.length(); i++) {
      assertThat(seen.get(i)).as("object %d", i).isEqualTo(1);
    }
  }

  /** What one thread sent and what another received in a round. */
  private @Nullable Integer sent;

  private @Nullable Integer received;

  private void assertNothingLost() {
    @Nullable Integer left = channel.tryReceive();
    assertThat(left == null ? received : left).isEqualTo(sent);
    assertThat(left == null || received == null).isTrue();
    assertThat(channel.size()).isZero();
  }

  @Test
  void timeoutsNeitherLoseNorDoubleAnObject() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertNothingLost(),
            round -> {
              Rounds.dawdle();
              channel.send(round);
              sent = round;
            },
            _ -> {
              try {
                received =
                    channel.receive(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS);
              } catch (TimeoutException e) {
                received = null;
              }
            });
  }

  @Test
  void interruptsNeitherLoseNorDoubleAnObject() {
    Victim victim = new Victim();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertNothingLost(),
            round -> {
              Rounds.dawdle();
              channel.send(round);
              sent = round;
            },
            _ -> {
              victim.run(() -> {
                try {
                  received = channel.receive();
                } catch (InterruptedException e) {
                  received = null;
                  throw e;
                }
              });
            },
            _ -> victim.interrupt());
  }

  @Test
  void oneOfTwoReceiversThatGivesUpDoesNotKeepTheObjectFromTheOther() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertThat(channel.size()).isZero(),
            round -> {
              Rounds.dawdle();
              channel.send(round);
              channel.send(round);
            },
            _ -> assertThat(channel.receive()).isNotNull(),
            _ -> {
              try {
                Integer _ =
                    channel.receive(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS);
              } catch (TimeoutException e) {
                assertThat(channel.receive()).isNotNull();
              }
            });
  }
}
