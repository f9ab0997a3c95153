package io.pawl.atomic;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntBinaryOperator;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Every access mode of an AtomicWord, against an int. */
class AtomicWordAccessTest extends Kit {

  private final AtomicWord word = new AtomicWord();

  AtomicWordAccessTest() {
    super(ThreadKind.PLATFORM);
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
    assertUpdate(word::getAndBitwiseOr, (old, operand) -> old | operand);
    assertUpdate(word::getAndBitwiseAnd, (old, operand) -> old & operand);
    assertUpdate(word::getAndBitwiseXor, (old, operand) -> old ^ operand);
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
}
