package io.pawl.channel;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.testing.Allocation;
import io.pawl.testing.Await;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import io.pawl.testing.Worker;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a OneShot promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class OneShotTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final OneShot<String> oneShot = new OneShot<>();
  private final OneShot.Sender<String> sender = oneShot.sender();
  private final OneShot.Receiver<String> receiver = oneShot.receiver();

  OneShotTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startReceiver(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  // ---- Sending and receiving

  @Test
  void objectThatIsThereIsReceivedInEveryWay() throws Exception {
    sender.send("one");
    assertThat(receiver.receive()).isEqualTo("one");
    oneShot.reset();
    sender.send("two");
    assertThat(receiver.receive(0, HOURS)).isEqualTo("two");
    oneShot.reset();
    sender.send("three");
    assertThat(receiver.tryReceive()).isEqualTo("three");
  }

  @Test
  void waitingReceiverGetsTheObject() {
    Worker untimed = startReceiver(() -> assertThat(receiver.receive()).isEqualTo("one"));
    sender.send("one");
    untimed.join();
    oneShot.reset();
    Worker timed =
        startReceiver(() -> assertThat(receiver.receive(Long.MAX_VALUE, HOURS)).isEqualTo("two"));
    sender.send("two");
    timed.join();
  }

  @Test
  void nothingIsReceivedBeforeItIsSent() throws InterruptedException {
    assertThat(receiver.tryReceive()).isNull();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> receiver.receive(0, NANOSECONDS));
    long start = System.nanoTime();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> receiver.receive(2, MILLISECONDS));
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(2));
    sender.send("after the timeout");
    assertThat(receiver.receive()).isEqualTo("after the timeout");
  }

  @Test
  void secondSendAndSecondReceiveThrow() throws InterruptedException {
    sender.send("one");
    assertThatIllegalStateException().isThrownBy(() -> sender.send("two"));
    assertThat(receiver.receive()).isEqualTo("one");
    assertThatIllegalStateException().isThrownBy(receiver::receive);
    assertThatIllegalStateException().isThrownBy(receiver::tryReceive);
    assertThatIllegalStateException().isThrownBy(() -> receiver.receive(1, HOURS));
    assertThatIllegalStateException().isThrownBy(() -> sender.send("three"));
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullIsNotSent() {
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> sender.send(null));
    assertThat(receiver.tryReceive()).isNull();
  }

  // ---- Closing

  @Test
  void senderThatIsClosedFirstIsAnErrorForTheReceiver() {
    sender.close();
    assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(receiver::receive);
    assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(receiver::tryReceive);
    assertThatExceptionOfType(ChannelClosedException.class)
        .isThrownBy(() -> receiver.receive(1, HOURS));
    assertThatIllegalStateException().isThrownBy(() -> sender.send("too late"));
  }

  @Test
  void senderThatIsClosedWakesTheReceiver() {
    Worker worker =
        startReceiver(() ->
            assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(receiver::receive));
    sender.close();
    worker.join();
  }

  @Test
  void senderThatFailsClosesByItself() {
    Worker worker =
        startReceiver(() ->
            assertThatExceptionOfType(ChannelClosedException.class)
                .isThrownBy(() -> receiver.receive(1, HOURS)));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> {
          try (sender) {
            throw new UnsupportedOperationException();
          }
        });
    worker.join();
  }

  @Test
  void closingAfterwardsDoesNothing() throws InterruptedException {
    try (sender) {
      sender.send("one");
    }
    try (receiver) {
      assertThat(receiver.receive()).isEqualTo("one");
    }
    oneShot.reset();
    sender.send("two");
    assertThat(receiver.receive()).isEqualTo("two");
  }

  @Test
  void receiverThatIsClosedIsAnErrorForTheSender() {
    receiver.close();
    assertThatExceptionOfType(ChannelClosedException.class)
        .isThrownBy(() -> sender.send("in vain"));
    assertThatIllegalStateException().isThrownBy(receiver::tryReceive);
    sender.close();
    receiver.close();
  }

  @Test
  void receiverThatIsClosedDropsTheObject() {
    sender.send("dropped");
    receiver.close();
    assertThatIllegalStateException().isThrownBy(receiver::tryReceive);
    oneShot.reset();
    assertThat(receiver.tryReceive()).isNull();
  }

  // ---- Reuse

  @Test
  void resetOpensBothSidesAgain() throws InterruptedException {
    oneShot.reset();
    sender.close();
    oneShot.reset();
    receiver.close();
    oneShot.reset();
    sender.send("one");
    assertThat(receiver.receive()).isEqualTo("one");
  }

  @Test
  void objectThatHasNotBeenReceivedIsNotResetAway() throws InterruptedException {
    sender.send("one");
    assertThatIllegalStateException().isThrownBy(oneShot::reset);
    assertThat(receiver.receive()).isEqualTo("one");
    oneShot.reset();
  }

  @Test
  void handingToAndFroAllocatesNothing() {
    OneShot<String> back = new OneShot<>();
    Allocation here = new Allocation();
    Allocation there = new Allocation();
    int rounds = 20_000;
    crew.start(() -> {
      for (int i = 0; i < rounds; i++) {
        here.round(i);
        sender.send("there");
        String _ = back.receiver().receive();
        back.reset();
      }
    });
    crew.start(() -> {
      for (int i = 0; i < rounds; i++) {
        there.round(i);
        String s = receiver.receive();
        oneShot.reset();
        back.sender().send(s);
      }
    });
    crew.join();
    if (kind == ThreadKind.PLATFORM) {
      here.assertNone();
      there.assertNone();
    }
  }

  // ---- Interrupts

  @Test
  void interruptEndsAWaitAndLosesNothing() throws InterruptedException {
    Worker untimed =
        startReceiver(() -> {
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(receiver::receive);
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    untimed.interrupt();
    untimed.join();
    Worker timed =
        startReceiver(() -> {
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> receiver.receive(1, HOURS));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    timed.interrupt();
    timed.join();
    sender.send("later");
    assertThat(receiver.receive()).isEqualTo("later");
  }

  @Test
  void interruptedThreadReceivesOnlyWhatIsThere() throws InterruptedException {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(receiver::receive);
    sender.send("one");
    Thread.currentThread().interrupt();
    assertThat(receiver.receive()).isEqualTo("one");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void waitShowsTheOneShot() {
    Worker worker = crew.start(() -> assertThat(receiver.receive()).isEqualTo("one"));
    Await.until("the blocker", () -> LockSupport.getBlocker(worker.thread()) == oneShot);
    sender.send("one");
    worker.join();
  }

  @Test
  @Tag(DeepStack.TAG)
  void overflowLeavesAOneShotThatCanBeUsed() {
    OneShot<Integer> deep = new OneShot<>();
    DeepStack.overflow(
        () -> {
          deep.receiver().close();
          deep.reset();
          deep.sender().send(1);
          assertThat(deep.receiver().tryReceive()).isEqualTo(1);
        },
        () -> {
          deep.receiver().close();
          deep.reset();
        });
    Worker receiver = crew.start(() -> assertThat(deep.receiver().receive()).isEqualTo(2));
    receiver.awaitBlocked();
    deep.sender().send(2);
    receiver.join();
  }

  @Test
  void descriptionTellsTheState() {
    assertThat(oneShot.toString()).endsWith("[Empty]");
    sender.send("one");
    assertThat(oneShot.toString()).endsWith("[Sent]");
    assertThat(receiver.tryReceive()).isEqualTo("one");
    assertThat(oneShot.toString()).endsWith("[Received]");
    oneShot.reset();
    sender.close();
    assertThat(oneShot.toString()).endsWith("[Sender closed]");
    oneShot.reset();
    receiver.close();
    assertThat(oneShot.toString()).endsWith("[Receiver closed]");
  }

  // ---- Races

  @Test
  void objectIsReceivedOrLeftWhenTimeoutsRaceTheSend() {
    String[] got = new String[1];
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              if (got[0] == null) {
                got[0] = receiver.tryReceive();
              }
              assertThat(got[0]).isEqualTo("object");
              oneShot.reset();
            },
            _ -> {
              Rounds.dawdle();
              sender.send("object");
            },
            _ -> {
              try {
                got[0] = receiver.receive(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS);
              } catch (TimeoutException e) {
                got[0] = null;
              }
            });
  }

  @Test
  void objectIsReceivedOrLeftWhenInterruptsRaceTheSend() {
    Victim victim = new Victim();
    String[] got = new String[1];
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              if (got[0] == null) {
                got[0] = receiver.tryReceive();
              }
              assertThat(got[0]).isEqualTo("object");
              oneShot.reset();
            },
            _ -> {
              Rounds.dawdle();
              sender.send("object");
            },
            _ -> {
              victim.run(() -> {
                try {
                  got[0] = receiver.receive();
                } catch (InterruptedException e) {
                  got[0] = null;
                  throw e;
                }
              });
            },
            _ -> victim.interrupt());
  }

  @Test
  void closingAndSendingRaceToOneOutcome() {
    boolean[] outcomes = new boolean[2];
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              assertThat(outcomes[0]).isEqualTo(outcomes[1]);
              oneShot.reset();
            },
            _ -> {
              try {
                sender.send("object");
                outcomes[0] = true;
              } catch (IllegalStateException e) {
                outcomes[0] = false;
              }
            },
            _ -> sender.close(),
            _ -> {
              try {
                outcomes[1] = receiver.receive().equals("object");
              } catch (ChannelClosedException e) {
                outcomes[1] = false;
              }
            });
  }
}
