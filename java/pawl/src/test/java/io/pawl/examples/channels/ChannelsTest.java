package io.pawl.examples.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.examples.Output;
import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples of chapter 5. */
@Limit(30)
class ChannelsTest {

  private final Output output = new Output();

  @Test
  void simpleChannelKeepsTheOrder() {
    SimpleChannel.run(output.stream());
    assertThat(output.lines())
        .containsExactly("received message 1", "received message 2", "received message 3");
  }

  @Test
  void firstComerDoesItsJobsUntilItIsToldToStop() throws InterruptedException {
    FirstComer.run(output.stream());
    assertThat(output.lines())
        .containsExactly("done: sweep", "done: wash", "done: dry", "stopped: it is late");
  }

  @Test
  void unsafeChannelShowsItsMistakes() {
    UnsafeChannel.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "used as it should be: hello world!",
            "received twice: hello world!",
            "received too early: null",
            "sent one, sent two, received: two");
  }

  @Test
  void checkedChannelRefusesThem() {
    CheckedChannel.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "used as it should be: hello world!",
            "received twice: no message",
            "received too early: no message",
            "sent twice: a second message");
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void ofTwoSendersAndTwoReceiversOneEachSucceeds(ThreadKind kind) {
    for (int round = 0; round < 50; round++) {
      CheckedChannel<String> channel = new CheckedChannel<>();
      AtomicInteger sent = new AtomicInteger();
      AtomicInteger received = new AtomicInteger();
      Crew crew = new Crew(kind);
      for (int i = 0; i < 2; i++) {
        String message = "from " + i;
        crew.start(1, () -> succeeds(() -> channel.send(message), sent));
        crew.start(
            1,
            () -> {
              Rounds.dawdle();
              succeeds(() -> assertThat(channel.receive()).startsWith("from "), received);
            });
      }
      crew.join();
      assertThat(sent.get()).isEqualTo(1);
      assertThat(received.get()).isBetween(0, 1);
    }
  }

  private static void succeeds(Runnable step, AtomicInteger successes) {
    try {
      step.run();
      int _ = successes.incrementAndGet();
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageMatching("a second message|no message");
    }
  }

  @Test
  void typedChannelRefusesWhatTypesCannot() {
    TypedChannel.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "hello world!", "the compiler allows, the channel refuses: a second message");
  }

  @Test
  void borrowedChannelIsLentAgain() {
    BorrowedChannel.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "hello", "again", "and again", "refused: the last message has not been received");
  }

  @Test
  void blockingChannelWaitsForTheMessage() {
    for (int round = 0; round < 50; round++) {
      Output each = new Output();
      BlockingChannel.run(each.stream());
      assertThat(each.lines())
          .containsExactly(
              "hello world!", "A thread has failed: not the thread that has made the channel");
    }
  }
}
