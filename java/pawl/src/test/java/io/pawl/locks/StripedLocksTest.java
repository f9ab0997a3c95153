package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What StripedLocks promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class StripedLocksTest extends Kit {

  private final StripedLocks<FairMutex> locks = new StripedLocks<>(8, FairMutex::new);

  StripedLocksTest(ThreadKind kind) {
    super(kind);
  }

  @Test
  void thereAreAsManyLocksAsThePowerOfTwoAbove() {
    for (int[] sizes : new int[][] {{1, 1}, {2, 2}, {3, 4}, {4, 4}, {5, 8}, {1000, 1024}}) {
      StripedLocks<Mutex> some = new StripedLocks<>(sizes[0], Mutex::new);
      assertThat(some.size()).isEqualTo(sizes[1]);
      Set<Mutex> distinct = new HashSet<>();
      for (int i = 0; i < some.size(); i++) {
        distinct.add(some.at(i));
      }
      assertThat(distinct).hasSize(sizes[1]);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> some.at(some.size()));
      for (int key : new int[] {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        assertThat(distinct).contains(some.get(key));
      }
    }
  }

  @Test
  void equalKeysHaveTheSameLock() {
    assertThat(locks.get(List.of(1, 2))).isSameAs(locks.get(Arrays.asList(1, 2)));
  }

  @Test
  void keysThatDifferInAnyBitsSpread() {
    for (int shift : new int[] {0, 8, 16, 24}) {
      Set<FairMutex> met = new HashSet<>();
      for (int i = 0; i < 256; i++) {
        met.add(locks.get(i << shift));
      }
      assertThat(met).hasSize(locks.size());
    }
  }

  @Test
  void locksOfSeveralKeysAreInTheSameOrderForAll() {
    List<Integer> keys = IntStream.range(0, 6).boxed().toList();
    List<Integer> reversed = new java.util.ArrayList<>(keys);
    Collections.reverse(reversed);
    List<FairMutex> ordered = locks.inOrder(keys);
    assertThat(locks.inOrder(reversed)).isEqualTo(ordered);
    assertThat(ordered).doesNotHaveDuplicates();
    assertThat(ordered)
        .containsExactlyInAnyOrderElementsOf(new HashSet<>(keys.stream().map(locks::get).toList()));
    assertThat(locks.inOrder(List.of())).isEmpty();
  }

  /** With fair locks, and with all of those of several keys at once. */
  @Test
  void keysAreGuarded() {
    int rounds = 2_000;
    int[] counts = new int[16];
    crew.start(
        3,
        () -> {
          for (int i = 0; i < rounds; i++) {
            int a = i % counts.length;
            int b = (i * 7 + 3) % counts.length;
            List<FairMutex> both = locks.inOrder(List.of(a, b));
            both.forEach(FairMutex::lock);
            counts[a]++;
            counts[b]++;
            both.forEach(FairMutex::unlock);
          }
        });
    crew.join();
    assertThat(Arrays.stream(counts).sum()).isEqualTo(3 * 2 * rounds);
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void mistakesAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new StripedLocks<>(0, Mutex::new));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StripedLocks<>((1 << 24) + 1, Mutex::new));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> new StripedLocks<>(1, () -> null));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> locks.get(null));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> locks.inOrder(null));
  }
}
