package io.pawl.channel;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A stack that overflows inside a channel, at whatever depth, leaves a channel that can be used.
 */
@Tag(DeepStack.TAG)
class ChannelDeepStackTest extends Kit {

  private final Channel<Integer> channel = Channel.bounded(2);

  ChannelDeepStackTest() {
    super(ThreadKind.PLATFORM);
  }

  private void drain() {
    int left = 0;
    while (channel.tryReceive() != null) {
      left++;
    }
    assertThat(left).isLessThanOrEqualTo(2);
  }

  private void assertUsable() throws InterruptedException {
    assertThat(channel.size()).isZero();
    Worker receiver = crew.start(() -> assertThat(channel.receive()).isEqualTo(1));
    receiver.awaitBlocked();
    channel.send(1);
    receiver.join();
    channel.send(2);
    channel.send(3);
    Worker sender = crew.start(() -> channel.send(4));
    sender.awaitBlocked();
    assertThat(channel.receive()).isEqualTo(2);
    sender.join();
    assertThat(channel.receive()).isEqualTo(3);
    assertThat(channel.receive()).isEqualTo(4);
    channel.close();
    assertThat(channel.isClosed()).isTrue();
    assertThat(channel.receive()).isNull();
  }

  @Test
  void overflowInSendAndReceive() throws Exception {
    DeepStack.overflow(
        () -> {
          drain();
          channel.send(1);
          channel.send(2);
          assertThat(channel.receive()).isEqualTo(1);
          assertThat(channel.receive()).isEqualTo(2);
        },
        this::drain);
    assertUsable();
  }

  @Test
  void overflowInCallsThatDoNotWait() throws Exception {
    DeepStack.overflow(
        () -> {
          drain();
          assertThat(channel.trySend(1)).isTrue();
          assertThat(channel.size()).isEqualTo(1);
          assertThat(channel.isClosed()).isFalse();
          assertThat(channel.asBlockingQueue().remove(1)).isTrue();
        },
        this::drain);
    assertUsable();
  }

  @Test
  void overflowInATimedReceive() throws Exception {
    DeepStack.overflow(
        () -> {
          try {
            assertThat(channel.receive(1, MICROSECONDS)).isNotNull();
          } catch (TimeoutException _) {
            // Nobody sends.
          }
        },
        () -> {});
    assertUsable();
  }

  @Test
  void overflowInATimedSend() throws Exception {
    channel.send(1);
    channel.send(2);
    DeepStack.overflow(() -> assertThat(channel.send(3, 1, MICROSECONDS)).isFalse(), this::drain);
    assertUsable();
  }

  @Test
  void overflowInCloseClosesOrNot() throws Exception {
    DeepStack.overflow(channel::close, () -> {});
    assertThat(channel.isClosed()).isTrue();
    assertThat(channel.receive()).isNull();
  }
}
