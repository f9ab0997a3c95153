package io.pawl.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Objects that nobody receives. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class UnreceivedTest extends Kit {

  private static final int ROUNDS = 20_000;

  private volatile OneShot<Message> oneShot = new OneShot<>();
  private volatile Channel<Message> channel = Channel.unbounded();
  private final List<Message> messages = new ArrayList<>();
  private Message last = new Message();
  private int lost;

  UnreceivedTest(ThreadKind kind) {
    super(kind);
  }

  /** Counts how often it is closed. */
  @SuppressWarnings("try") // it throws what it is told to
  private static final class Message implements AutoCloseable {
    final AtomicInteger closed = new AtomicInteger();
    @Nullable Throwable failure;
    boolean sent;

    @Override
    public void close() throws Exception {
      closed.incrementAndGet();
      switch (failure) {
        case Exception e -> throw e;
        case Error e -> throw e;
        case null, default -> {}
      }
    }
  }

  private static Message failing(Throwable failure) {
    Message message = new Message();
    message.failure = failure;
    return message;
  }

  private static void assertClosed(Message message, int times) {
    assertThat(message.closed.get()).isEqualTo(times);
  }

  // ---- OneShot

  @Test
  void isReadyTellsWhetherAnObjectIsThere() throws InterruptedException {
    OneShot.Receiver<Message> receiver = oneShot.receiver();
    assertThat(receiver.isReady()).isFalse();
    oneShot.sender().send(new Message());
    assertThat(receiver.isReady()).isTrue();
    assertThat(receiver.receive()).isNotNull();
    assertThat(receiver.isReady()).isFalse();
    oneShot.reset();
    assertThat(receiver.isReady()).isFalse();
    oneShot.sender().close();
    assertThat(receiver.isReady()).isFalse();
    oneShot.reset();
    receiver.close();
    assertThat(receiver.isReady()).isFalse();
  }

  @Test
  void closingReceiverClosesWhatHasBeenSent() {
    Message message = new Message();
    oneShot.sender().send(message);
    oneShot.sender().close();
    assertClosed(message, 0);
    oneShot.receiver().close();
    assertClosed(message, 1);
    oneShot.receiver().close();
    assertClosed(message, 1);
  }

  @Test
  void whatHasBeenReceivedIsTheReceivers() throws InterruptedException {
    Message message = new Message();
    oneShot.sender().send(message);
    try (OneShot.Receiver<Message> receiver = oneShot.receiver()) {
      assertThat(receiver.receive()).isSameAs(message);
    }
    assertClosed(message, 0);
  }

  @Test
  void whatCouldNotBeSentIsTheSenders() {
    Message message = new Message();
    oneShot.receiver().close();
    assertThatExceptionOfType(ChannelClosedException.class)
        .isThrownBy(() -> oneShot.sender().send(message));
    channel.cancel();
    assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(() -> channel.send(message));
    assertClosed(message, 0);
  }

  @Test
  void whatTheClosingThrowsIsThrownAndTheReceiverIsClosed() {
    IOException checked = new IOException("for the test");
    oneShot.sender().send(failing(checked));
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> oneShot.receiver().close())
        .withCause(checked);
    oneShot.receiver().close();
    oneShot.reset();
    oneShot.sender().send(failing(new ArithmeticException("for the test")));
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> oneShot.receiver().close());
    assertThat(oneShot.toString()).endsWith("[Received]");
  }

  /** OneShot, I2. */
  @Test
  void receivedOrClosedOrRefusedEachOnce() {
    Message[] sent = new Message[1];
    boolean[] refused = new boolean[1];
    int[] received = new int[1];
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              int closed = sent[0].closed.get();
              assertThat(closed + received[0] + (refused[0] ? 1 : 0)).isEqualTo(1);
              oneShot = new OneShot<>();
              refused[0] = false;
              received[0] = 0;
            },
            _ -> {
              sent[0] = new Message();
              Rounds.dawdle();
              try {
                oneShot.sender().send(sent[0]);
              } catch (ChannelClosedException e) {
                refused[0] = true;
              }
            },
            _ -> {
              Rounds.dawdle();
              try {
                received[0] = oneShot.receiver().tryReceive() == null ? 0 : 1;
              } catch (IllegalStateException e) {
                // It has been closed.
              }
            },
            _ -> {
              Rounds.dawdle();
              oneShot.receiver().close();
            });
  }

  @Test
  @Tag(DeepStack.TAG)
  void overflowLeavesTheObjectClosedOrThere() {
    OneShot<Message> deep = new OneShot<>();
    DeepStack.overflow(
        () -> {
          deep.receiver().close();
          if (last.sent && last.closed.get() != 1) {
            lost++;
          }
          deep.reset();
          last = new Message();
          deep.sender().send(last);
          last.sent = true;
          deep.receiver().close();
        },
        () -> {
          deep.receiver().close();
          deep.reset();
          Message message = new Message();
          deep.sender().send(message);
          deep.receiver().close();
          assertClosed(message, 1);
        });
    assertThat(lost).isZero();
  }

  // ---- Channel

  @Test
  void cancelledChannelClosesWhatIsInItInOrder() throws InterruptedException {
    List<Message> closed = new ArrayList<>();
    Channel<AutoCloseable> mixed = Channel.bounded(3);
    List<Message> sent = List.of(new Message(), new Message(), new Message());
    for (Message message : sent) {
      mixed.send(() -> closed.add(message));
    }
    Worker sender =
        crew.start(() ->
            assertThatExceptionOfType(ChannelClosedException.class)
                .isThrownBy(() -> mixed.send(new Message())));
    sender.awaitBlocked();
    mixed.cancel();
    sender.join();
    assertThat(closed).containsExactlyElementsOf(sent);
    assertThat(mixed.isClosed()).isTrue();
    assertThat(mixed.size()).isZero();
    assertThat(mixed.receive()).isNull();
    mixed.cancel();
    assertThat(closed).hasSize(3);
  }

  @Test
  void cancelledChannelDropsWhatIsNotToBeClosed() {
    Channel<String> strings = Channel.unbounded();
    assertThat(strings.trySend("one")).isTrue();
    strings.cancel();
    assertThat(strings.tryReceive()).isNull();
  }

  @Test
  void cancelledChannelWakesItsReceivers() {
    Worker receiver = crew.start(() -> assertThat(channel.receive()).isNull());
    receiver.awaitBlocked();
    channel.cancel();
    receiver.join();
  }

  @Test
  void closedChannelKeepsWhatIsInIt() throws InterruptedException {
    Message message = new Message();
    channel.send(message);
    channel.close();
    assertThat(channel.receive()).isSameAs(message);
    channel.cancel();
    assertClosed(message, 0);
  }

  @Test
  void objectThatCannotBeClosedDoesNotKeepTheOthersFromIt() throws InterruptedException {
    List<Message> sent =
        List.of(
            new Message(),
            failing(new ArithmeticException("first")),
            failing(new IOException("second")),
            failing(new AssertionError("third")),
            new Message());
    for (Message message : sent) {
      channel.send(message);
    }
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(channel::cancel)
        .withMessage("first")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .hasExactlyElementsOfTypes(CompletionException.class, AssertionError.class));
    sent.forEach(message -> assertClosed(message, 1));
    assertThat(channel.size()).isZero();
  }

  @Test
  void objectWhoseCloseOverflowsTheStackDoesNotKeepTheOthersFromIt() throws InterruptedException {
    List<Message> sent =
        List.of(
            failing(new ArithmeticException("first")),
            failing(new StackOverflowError("second")),
            new Message());
    for (Message message : sent) {
      channel.send(message);
    }
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(channel::cancel)
        .satisfies(
            e -> assertThat(e.getSuppressed()).hasExactlyElementsOfTypes(StackOverflowError.class));
    sent.forEach(message -> assertClosed(message, 1));
  }

  /** Channel, I5. */
  @Test
  void sentObjectsAreReceivedOrClosedEachOnce() {
    AtomicInteger received = new AtomicInteger();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              int closed = messages.stream().mapToInt(m -> m.closed.get()).sum();
              assertThat(closed + received.get()).isEqualTo(messages.size());
              assertThat(channel.size()).isZero();
              messages.clear();
              received.set(0);
              channel = Channel.unbounded();
            },
            _ -> {
              Rounds.dawdle();
              for (int i = 0; i < 5; i++) {
                Message message = new Message();
                try {
                  channel.send(message);
                  messages.add(message);
                } catch (ChannelClosedException e) {
                  assertClosed(message, 0);
                }
              }
            },
            _ -> {
              while (channel.receive() != null) {
                received.incrementAndGet();
              }
            },
            _ -> {
              Rounds.dawdle();
              channel.cancel();
            });
  }
}
