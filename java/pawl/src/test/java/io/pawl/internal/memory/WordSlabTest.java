package io.pawl.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WordSlabTest extends Kit {

  private static final int MANY = 300;

  WordSlabTest() {
    super(ThreadKind.PLATFORM);
  }

  private final WordSlab slab = new WordSlab();

  /** Collects garbage until no words are leased. */
  private void awaitNoneLeased() {
    Await.until(
        "no words leased",
        () -> {
          System.gc();
          return slab.leased() == 0;
        });
  }

  @Test
  void leasedWordsAreZeroDistinctAndACacheLineApart() {
    List<Object> owners = new ArrayList<>();
    Set<Long> lines = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      Object owner = new Object();
      owners.add(owner);
      long address = slab.lease(owner);
      assertThat(address).isNotZero();
      assertThat(address % 64).isZero();
      assertThat(Words.getVolatile(address)).isZero();
      assertThat(lines.add(address / 64)).isTrue();
      Words.setVolatile(address, i);
    }
    assertThat(owners).hasSize(MANY); // and so reachable until here
  }

  @Test
  void wordsComeBackWithTheirOwners() {
    List<Object> owners = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Object owner = new Object();
      owners.add(owner);
      Words.setVolatile(slab.lease(owner), -1);
    }
    assertThat(slab.leased()).isEqualTo(MANY);
    System.gc();
    assertThat(slab.leased()).isEqualTo(MANY);
    assertThat(owners).hasSize(MANY); // and so reachable until here
    owners.clear();
    awaitNoneLeased();
    owners.add(new Object());
    assertThat(Words.getVolatile(slab.lease(owners.getFirst()))).isZero();
    assertThat(owners).hasSize(1);
  }

  @Test
  void forEachSeesEachLeasedWordOnce() {
    List<Object> owners = new ArrayList<>();
    Set<Long> leased = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      Object owner = new Object();
      owners.add(owner);
      leased.add(slab.lease(owner));
    }
    Set<Long> seen = new HashSet<>();
    slab.forEach(address -> assertThat(seen.add(address)).isTrue());
    assertThat(seen).containsAll(leased);
    assertThat(owners).hasSize(MANY); // and so reachable until here
  }
}
