package io.pawl.atomic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntBinaryOperator;
import java.util.function.IntSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every access mode of an AtomicWord, against an int. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class AtomicWordAccessTest extends Kit {

  private final AtomicWord word = new AtomicWord();

  AtomicWordAccessTest(ThreadKind kind) {
    super(kind);
  }

  private interface Store {
    void accept(int value);
  }

  private interface Update {
    int apply(int operand);
  }

  private interface Swap {
    boolean apply(int expected, int value);
  }

  private static int random() {
    return ThreadLocalRandom.current().nextInt();
  }

  @Test
  void wordHoldsZeroOrItsInitialValue() {
    assertThat(word.get()).isZero();
    assertThat(new AtomicWord(-5).get()).isEqualTo(-5);
    assertThat(new AtomicWord(Integer.MIN_VALUE).toString()).isEqualTo("-2147483648");
    assertThat(word.address() % 64).isZero();
  }

  @Test
  void whatAnyModeStoresAnyModeLoads() {
    Store[] stores = {word::set, word::setPlain, word::setOpaque, word::setRelease};
    IntSupplier[] loads = {word::get, word::getPlain, word::getOpaque, word::getAcquire};
    for (Store store : stores) {
      for (IntSupplier load : loads) {
        int value = random();
        store.accept(value);
        assertThat(load.getAsInt()).isEqualTo(value);
      }
    }
  }

  @Test
  void updatesReturnTheOldValueAndLeaveTheNew() {
    assertUpdate(word::getAndSet, (_, operand) -> operand);
    assertUpdate(word::getAndSetAcquire, (_, operand) -> operand);
    assertUpdate(word::getAndSetRelease, (_, operand) -> operand);
    assertUpdate(word::getAndAdd, Integer::sum);
    assertUpdate(word::getAndAddAcquire, Integer::sum);
    assertUpdate(word::getAndAddRelease, Integer::sum);
    for (Update or :
        List.<Update>of(
            word::getAndBitwiseOr, word::getAndBitwiseOrAcquire, word::getAndBitwiseOrRelease)) {
      assertUpdate(or, (old, operand) -> old | operand);
    }
    for (Update and :
        List.<Update>of(
            word::getAndBitwiseAnd, word::getAndBitwiseAndAcquire, word::getAndBitwiseAndRelease)) {
      assertUpdate(and, (old, operand) -> old & operand);
    }
    for (Update xor :
        List.<Update>of(
            word::getAndBitwiseXor, word::getAndBitwiseXorAcquire, word::getAndBitwiseXorRelease)) {
      assertUpdate(xor, (old, operand) -> old ^ operand);
    }
    assertUpdate(word::getAndBitwiseNand, (old, operand) -> ~(old & operand));
    assertUpdate(word::getAndMax, Math::max);
    assertUpdate(word::getAndMin, Math::min);
    assertUpdate(
        operand -> word.getAndUpdate(old -> old - operand), (old, operand) -> old - operand);
    assertUpdate(
        operand -> word.getAndAccumulate(operand, (old, o) -> old - o),
        (old, operand) -> old - operand);
  }

  @Test
  void updatesByAFunctionReturnTheNewValueIfAsked() {
    for (int i = 0; i < 100; i++) {
      int old = random();
      int operand = random();
      word.set(old);
      assertThat(word.updateAndGet(value -> value - operand)).isEqualTo(old - operand);
      assertThat(word.get()).isEqualTo(old - operand);
      assertThat(word.accumulateAndGet(operand, Integer::sum)).isEqualTo(old);
      assertThat(word.get()).isEqualTo(old);
    }
  }

  @Test
  void functionThatThrowsLeavesTheValue() {
    word.set(Integer.MIN_VALUE);
    List<ThrowingCallable> updates =
        List.of(
            () -> word.getAndUpdate(Math::negateExact),
            () -> word.updateAndGet(Math::negateExact),
            () -> word.getAndAccumulate(0, (value, zero) -> value / zero),
            () -> word.accumulateAndGet(0, (value, zero) -> value / zero));
    for (ThrowingCallable update : updates) {
      assertThatExceptionOfType(ArithmeticException.class).isThrownBy(update);
      assertThat(word.get()).isEqualTo(Integer.MIN_VALUE);
    }
  }

  @Test
  void functionIsCalledAgainIfTheValueHasChangedMeanwhile() {
    int before =
        word.getAndUpdate(value -> {
          if (value < 5) {
            word.set(value + 1);
          }
          return value * 10;
        });
    assertThat(before).isEqualTo(5);
    assertThat(word.get()).isEqualTo(50);
  }

  @Test
  void closedWordRefusesUpdates() {
    word.close();
    List<ThrowingCallable> updates =
        List.of(
            () -> word.getAndMax(1),
            () -> word.getAndBitwiseNand(1),
            () -> word.getAndBitwiseOrAcquire(1),
            () -> word.updateAndGet(value -> value));
    for (ThrowingCallable update : updates) {
      assertThatExceptionOfType(IllegalStateException.class).isThrownBy(update);
    }
  }

  private void assertUpdate(Update update, IntBinaryOperator reference) {
    for (int i = 0; i < 100; i++) {
      int old = random();
      int operand = random();
      word.set(old);
      assertThat(update.apply(operand)).isEqualTo(old);
      assertThat(word.get()).isEqualTo(reference.applyAsInt(old, operand));
    }
  }

  @Test
  void compareAndSetReplacesTheExpectedValueOnly() {
    assertSwap(word::compareAndSet);
    assertSwap((expected, value) -> word.compareAndExchange(expected, value) == expected);
    assertSwap((expected, value) -> word.compareAndExchangeAcquire(expected, value) == expected);
    assertSwap((expected, value) -> word.compareAndExchangeRelease(expected, value) == expected);
  }

  private void assertSwap(Swap swap) {
    for (int i = 0; i < 100; i++) {
      int old = random();
      word.set(old);
      assertThat(swap.apply(~old, 1)).isFalse();
      assertThat(word.get()).isEqualTo(old);
      assertThat(swap.apply(old, ~old)).isTrue();
      assertThat(word.get()).isEqualTo(~old);
    }
  }

  @Test
  void weakCompareAndSetMayFailButNeverErrs() {
    Swap[] swaps = {
      word::weakCompareAndSetVolatile,
      word::weakCompareAndSetPlain,
      word::weakCompareAndSetAcquire,
      word::weakCompareAndSetRelease
    };
    for (Swap swap : swaps) {
      int old = random();
      word.set(old);
      assertThat(swap.apply(~old, 1)).isFalse();
      assertThat(word.get()).isEqualTo(old);
      boolean done = false;
      while (!done) {
        assertThat(word.get()).isEqualTo(old);
        done = swap.apply(old, ~old);
      }
      assertThat(word.get()).isEqualTo(~old);
    }
  }

  @Test
  void additionsOfManyThreadsAreAllCounted() {
    crew.start(
        4,
        () -> {
          for (int i = 0; i < 20_000; i++) {
            word.getAndAdd(1);
          }
        });
    crew.join();
    assertThat(word.get()).isEqualTo(80_000);
  }

  /** None of them gets lost between the read and the write of another. */
  @Test
  void updatesOfManyThreadsAreAllMade() {
    int threads = 4;
    int rounds = 20_000;
    AtomicWord greatest = new AtomicWord(Integer.MIN_VALUE);
    AtomicWord least = new AtomicWord(Integer.MAX_VALUE);
    AtomicWord parity = new AtomicWord();
    AtomicWord ones = new AtomicWord(-1);
    for (int t = 0; t < threads; t++) {
      int first = t;
      crew.start(() -> {
        for (int i = first; i < threads * rounds; i += threads) {
          greatest.getAndMax(i);
          least.getAndMin(-i);
          word.updateAndGet(value -> value + 1);
          word.accumulateAndGet(2, Integer::sum);
          parity.getAndBitwiseXorAcquire(1);
          parity.getAndBitwiseXorRelease(2);
          ones.getAndBitwiseNand(-1); // flips all bits, an even number of times
        }
      });
    }
    crew.join();
    assertThat(greatest.get()).isEqualTo(threads * rounds - 1);
    assertThat(least.get()).isEqualTo(1 - threads * rounds);
    assertThat(word.get()).isEqualTo(3 * threads * rounds);
    assertThat(parity.get()).isZero();
    assertThat(ones.get()).isEqualTo(-1);
  }
}
