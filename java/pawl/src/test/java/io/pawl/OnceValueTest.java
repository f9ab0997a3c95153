package io.pawl;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What OnceValue promises beyond Once. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class OnceValueTest extends Kit {

  private final OnceValue<String> once = new OnceValue<>();
  private final AtomicInteger runs = new AtomicInteger();

  OnceValueTest(ThreadKind kind) {
    super(kind);
  }

  private String make() {
    return "made " + runs.incrementAndGet();
  }

  private static String fail() {
    throw new ArithmeticException("for the test");
  }

  private void poison() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> once.getOrInit(OnceValueTest::fail));
  }

  private static void assertPoisoned(ThrowingCallable call) {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(call)
        .withMessageContaining("for the test")
        .withCauseInstanceOf(ArithmeticException.class);
  }

  private Worker startWaiter(Worker.Task task) {
    Worker waiter = crew.start(task);
    waiter.awaitBlocked();
    return waiter;
  }

  // ---- One thread

  @Test
  void valueIsMadeOnceAndStays() throws Exception {
    assertThat(once.isCompleted()).isFalse();
    assertThat(once.orElse("other")).isEqualTo("other");
    assertThat(once.getOrInit(this::make)).isEqualTo("made 1");
    assertThat(once.getOrInit(this::make)).isEqualTo("made 1");
    assertThat(once.getOrInitForced(_ -> make())).isEqualTo("made 1");
    assertThat(once.trySet("set")).isFalse();
    assertThat(once.orElse("other")).isEqualTo("made 1");
    assertThat(once.await()).isEqualTo("made 1");
    assertThat(once.await(0, HOURS)).isEqualTo("made 1");
    assertThat(once.isCompleted()).isTrue();
    assertThat(runs.get()).isEqualTo(1);
  }

  @Test
  void valueIsSetOnce() {
    assertThat(once.trySet("first")).isTrue();
    assertThat(once.trySet("second")).isFalse();
    assertThat(once.getOrInit(this::make)).isEqualTo("first");
    assertThat(runs.get()).isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // does not know that T may be nullable
  void nullIsAValue() {
    OnceValue<@Nullable String> nothing = new OnceValue<>();
    assertThat(nothing.getOrInit(() -> null)).isNull();
    assertThat(nothing.isCompleted()).isTrue();
    assertThat(nothing.getOrInit(this::make)).isNull();
    assertThat(nothing.orElse("other")).isNull();
    assertThat(runs.get()).isZero();
  }

  // ---- Poison

  @Test
  void initializerThatFailsPoisons() {
    poison();
    assertPoisoned(() -> once.getOrInit(this::make));
    assertPoisoned(() -> once.trySet("set"));
    assertPoisoned(once::await);
    assertPoisoned(() -> once.await(0, HOURS));
    assertThat(once.orElse("other")).isEqualTo("other");
    assertThat(once.isCompleted()).isFalse();
    assertThat(runs.get()).isZero();
  }

  @Test
  void forcedInitializerTriesAgain() {
    poison();
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> once.getOrInitForced(_ -> fail()));
    assertThat(
            once.getOrInitForced(state -> {
              assertThat(state.failure()).isInstanceOf(ArithmeticException.class);
              return make();
            }))
        .isEqualTo("made 1");
    assertThat(once.getOrInit(OnceValueTest::fail)).isEqualTo("made 1");
  }

  @Test
  void initializerThatAsksForItsOwnValueIsRefused() {
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> once.getOrInit(() -> once.getOrInit(this::make)));
    assertThat(once.getOrInitForced(_ -> make())).isEqualTo("made 1");
  }

  @Test
  void nullIsNoInitializer() {
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> once.getOrInit(nothing()));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> once.getOrInitForced(nothing()));
    assertThat(once.toString()).endsWith("[New]");
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // for the test
  private static <N> N nothing() {
    return null;
  }

  // ---- Waiting

  @Test
  void waitersGetTheValue() {
    Worker _ = startWaiter(() -> assertThat(once.await()).isEqualTo("made 1"));
    Worker _ = startWaiter(() -> assertThat(once.await(1, HOURS)).isEqualTo("made 1"));
    assertThat(once.getOrInit(this::make)).isEqualTo("made 1");
    crew.join();
  }

  @Test
  void othersWaitForARunningInitializer() {
    assertThat(
            once.getOrInit(() -> {
              assertThat(once.toString()).endsWith("[Running]");
              Worker _ =
                  startWaiter(() -> assertThat(once.getOrInit(this::make)).isEqualTo("first"));
              Worker _ = startWaiter(() -> assertThat(once.trySet("second")).isFalse());
              return "first";
            }))
        .isEqualTo("first");
    crew.join();
    assertThat(runs.get()).isZero();
    assertThat(once.toString()).endsWith("[Completed]");
  }

  @Test
  void waitersHearOfTheFailure() {
    Worker _ = startWaiter(() -> assertPoisoned(once::await));
    poison();
    crew.join();
    assertThat(once.toString()).endsWith("[Poisoned]");
  }

  @Test
  void waitTimesOut() {
    assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> once.await(0, HOURS));
    assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> once.await(1, MILLISECONDS));
  }

  @Test
  void interruptEndsAWait() {
    Worker waiter =
        startWaiter(
            () -> assertThatExceptionOfType(InterruptedException.class).isThrownBy(once::await));
    waiter.interrupt();
    waiter.join();
  }

  // ---- Lazy

  @Test
  void lazyValueIsMadeWhenItIsAskedFor() {
    Lazy<String> lazy = new Lazy<>(this::make);
    assertThat(lazy.isCompleted()).isFalse();
    assertThat(lazy.toString()).endsWith("[New]");
    assertThat(runs.get()).isZero();
    assertThat(lazy.get()).isEqualTo("made 1");
    assertThat(lazy.get()).isEqualTo("made 1");
    assertThat(lazy.getForced()).isEqualTo("made 1");
    assertThat(lazy.isCompleted()).isTrue();
    assertThat(lazy.toString()).endsWith("[Completed]");
  }

  @Test
  void lazyValueThatHasFailedIsMadeByForce() {
    Lazy<String> lazy =
        new Lazy<>(() -> runs.incrementAndGet() < 3 ? fail() : "made " + runs.get());
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(lazy::get);
    assertPoisoned(lazy::get);
    assertThat(runs.get()).isEqualTo(1);
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(lazy::getForced);
    assertThat(lazy.getForced()).isEqualTo("made 3");
    assertThat(lazy.get()).isEqualTo("made 3");
  }

  @Test
  void lazyValueThatAsksForItselfIsRefused() {
    Lazy<?>[] self = new Lazy<?>[1];
    Lazy<String> lazy = new Lazy<>(() -> String.valueOf(self[0].get()));
    self[0] = lazy;
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lazy::get);
  }

  @Test
  void lazyValueLetsGoOfItsInitializer() {
    Object[] captured = {new Object()};
    WeakReference<Object> trace = new WeakReference<>(captured[0]);
    Lazy<Integer> lazy = lazyHash(captured[0]);
    assertThat(lazy.get()).isEqualTo(System.identityHashCode(captured[0]));
    captured[0] = "nothing";
    Await.until(
        "the collection of what the initializer has captured",
        () -> {
          System.gc();
          return trace.refersTo(null);
        });
    assertThat(lazy.isCompleted()).isTrue();
  }

  /** Lazy, I1. */
  @Test
  @Tag(DeepStack.TAG)
  void overflowAfterTheValueHasBeenMadeLetsGoOfTheInitializerToo() {
    List<Lazy<Integer>> made = new ArrayList<>();
    List<WeakReference<Object>> traces = new ArrayList<>();
    DeepStack.overflow(
        () -> {
          Object captured = new Object();
          Lazy<Integer> lazy = lazyHash(captured);
          try {
            int _ = lazy.get();
          } finally {
            if (lazy.isCompleted()) {
              made.add(lazy);
              traces.add(new WeakReference<>(captured));
            }
          }
        },
        () -> {});
    assertThat(made).isNotEmpty();
    Await.until(
        "the collection of what the initializers have captured",
        () -> {
          System.gc();
          return traces.stream().allMatch(trace -> trace.refersTo(null));
        });
    assertThat(made).allMatch(Lazy::isCompleted);
  }

  private static Lazy<Integer> lazyHash(Object object) {
    return new Lazy<>(() -> System.identityHashCode(object));
  }

  // ---- Races

  /** What an initializer makes without synchronization of its own. */
  private static final class Box {
    int made;
  }

  private volatile OnceValue<Box> value = new OnceValue<>();
  private volatile Lazy<Box> lazy = new Lazy<>(this::makeBox);

  private Box makeBox() {
    runs.incrementAndGet();
    Box box = new Box();
    Rounds.dawdle();
    box.made = 1;
    return box;
  }

  @Test
  void allGetTheOneValueWhole() {
    int _ =
        Rounds.play(
            crew,
            20_000,
            _ -> {
              assertThat(runs.get()).isEqualTo(2);
              runs.set(0);
              value = new OnceValue<>();
              lazy = new Lazy<>(this::makeBox);
            },
            _ -> assertThat(value.getOrInit(this::makeBox).made + lazy.get().made).isEqualTo(2),
            _ -> assertThat(lazy.get().made + value.getOrInit(this::makeBox).made).isEqualTo(2),
            _ -> assertThat(value.await().made).isEqualTo(1),
            _ -> {
              Await.until("the value", () -> lazy.isCompleted());
              assertThat(lazy.get().made).isEqualTo(1);
            });
  }
}
