package io.pawl.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Allocation;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sending and receiving allocate nothing in steady state. */
class ChannelAllocationTest extends Kit {

  private static final Object OBJECT = new Object();

  ChannelAllocationTest() {
    super(ThreadKind.PLATFORM);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendAndReceiveAllocateNothing(boolean bounded) throws Exception {
    Channel<Object> channel = bounded ? Channel.bounded(100) : Channel.unbounded();
    sendAndReceive(channel);
  }

  private static void sendAndReceive(Channel<Object> channel) throws InterruptedException {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 100_000; i++) {
      allocation.round(i);
      channel.send(OBJECT);
      boolean _ = channel.trySend(OBJECT);
      Object _ = channel.receive();
      Object _ = channel.tryReceive();
    }
    allocation.assertNone();
    assertThat(channel.size()).isZero();
  }

  @Test
  void waitingForAnObjectAllocatesNothing() throws Exception {
    Channel<Object> pings = Channel.bounded(1);
    Channel<Object> pongs = Channel.bounded(1);
    crew.start(() -> playPingPong(pings, pongs));
    crew.start(() -> playPingPong(pongs, pings));
    pings.send(OBJECT);
    crew.join();
  }

  private static void playPingPong(Channel<Object> mine, Channel<Object> other)
      throws InterruptedException {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 5_000; i++) {
      allocation.round(i);
      Object _ = mine.receive();
      other.send(OBJECT);
    }
    allocation.assertNone();
  }
}
