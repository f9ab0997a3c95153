package io.pawl.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a list promises to one thread, and to many. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@Limit(30)
class RcuListTest {

  private final Crew crew;
  private final Rcu rcu = new Rcu();
  private final List<Integer> removed = new CopyOnWriteArrayList<>();
  private final RcuList<Integer> list = new RcuList<>(rcu, removed::add);

  RcuListTest(ThreadKind kind) {
    crew = new Crew(kind);
  }

  @Test
  void elementsAreWhereTheyWereAdded() {
    list.addLast(3);
    list.addFirst(1);
    assertThat(list.addBefore(3, 2)).isTrue();
    assertThat(list.addAfter(3, 4)).isTrue();
    assertThat(list.add(5)).isTrue();
    assertThat(list.addIfAbsent(6)).isTrue();
    assertThat(list.addIfAbsent(1)).isFalse();
    assertThat(list.addBefore(9, 8)).isFalse();
    assertThat(list.addAfter(9, 8)).isFalse();
    assertThat(list).containsExactly(1, 2, 3, 4, 5, 6).hasSize(6);
    List<Integer> visited = new ArrayList<>();
    list.forEach(visited::add);
    assertThat(visited).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(list.contains(4)).isTrue();
    assertThat(list.contains(7)).isFalse();
    assertThat(list.contains(null)).isFalse();
  }

  @Test
  void elementsThatAreRemovedAreHandedOverInOrder() throws InterruptedException {
    list.addAll(List.of(1, 2, 3, 4, 5, 6, 3));
    assertThat(list.remove((Object) 3)).isTrue();
    assertThat(list.remove((Object) 9)).isFalse();
    assertThat(list.remove(null)).isFalse();
    assertThat(list).containsExactly(1, 2, 4, 5, 6, 3);
    assertThat(list.removeIf(element -> element % 2 == 0)).isTrue();
    assertThat(list.removeIf(element -> element > 5)).isFalse();
    assertThat(list).containsExactly(1, 5, 3);
    list.addLast(7);
    list.clear();
    assertThat(list).isEmpty();
    list.addLast(8);
    assertThat(list).containsExactly(8).hasSize(1);
    rcu.barrier();
    assertThat(removed).containsExactly(3, 2, 4, 6, 1, 5, 3, 7);
  }

  @Test
  void elementIsHandedOverWhenItsReadersHaveLeft() throws InterruptedException {
    list.add(1);
    list.forEach(element -> {
      assertThat(list.remove(element)).isTrue();
      assertThat(removed).isEmpty();
    });
    rcu.barrier();
    assertThat(removed).containsExactly(1);
  }

  @Test
  void iteratorGoesOnFromRemovedElements() {
    list.addAll(List.of(1, 2, 3, 4));
    Iterator<Integer> iterator = list.iterator();
    assertThatIllegalStateException().isThrownBy(iterator::remove);
    assertThat(iterator.next()).isEqualTo(1);
    iterator.remove();
    assertThatIllegalStateException().isThrownBy(iterator::remove);
    assertThat(list.remove((Object) 2)).isTrue();
    assertThat(list.remove((Object) 3)).isTrue();
    assertThat(iterator.next()).isEqualTo(2);
    iterator.remove();
    assertThat(list).containsExactly(4);
    assertThat(iterator.next()).isEqualTo(3);
    assertThat(iterator.next()).isEqualTo(4);
    assertThat(iterator.hasNext()).isFalse();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
  }

  @Test
  @SuppressWarnings("ModifySourceCollectionInStream") // that is allowed here
  void streamDoesNotKnowHowManyElementsItWillMeet() {
    list.addAll(List.of(1, 2, 3));
    Object[] met =
        list.stream()
            .map(element -> {
              boolean _ = list.remove((Object) (element + 1));
              return element;
            })
            .toArray();
    assertThat(met).startsWith(1).endsWith(3);
    assertThat(list.spliterator().hasCharacteristics(Spliterator.SIZED)).isFalse();
    assertThat(list.spliterator().hasCharacteristics(Spliterator.ORDERED)).isTrue();
  }

  @Test
  void elementsAreNamedInsideOfASection() {
    class Named {
      @Override
      public String toString() {
        return rcu.depth() != 0 || rcu.isShared() ? "inside" : "outside";
      }
    }
    RcuList<Named> named = new RcuList<>(rcu, _ -> {});
    named.add(new Named());
    named.add(new Named());
    assertThat(named.toString()).isEqualTo("[inside, inside]");
    assertThat(rcu.depth()).isZero();
    assertThat(rcu.isShared()).isFalse();
  }

  @Test
  void elementsOfACollectionAreRemovedOrRetained() throws InterruptedException {
    list.addAll(List.of(1, 2, 3, 4, 2));
    assertThat(list.removeAll(List.of(2, 9))).isTrue();
    assertThat(list.removeAll(List.of(2, 9))).isFalse();
    assertThat(list.retainAll(List.of(4, 1))).isTrue();
    assertThat(list.retainAll(List.of(4, 1))).isFalse();
    assertThat(list).containsExactly(1, 4);
    Collection<Integer> itself = list;
    assertThat(list.removeAll(itself)).isTrue();
    assertThat(list).isEmpty();
    rcu.barrier();
    assertThat(removed).containsExactly(2, 2, 3, 1, 4);
  }

  /** So no element is handed over while a collection is asked for it. */
  @Test
  void collectionIsAskedWithTheLock() {
    class Changing extends ArrayList<Integer> {
      private static final long serialVersionUID = 1;

      @Override
      public boolean contains(Object element) {
        return list.remove(element);
      }
    }
    list.addAll(List.of(1, 2));
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> list.removeAll(new Changing()));
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> list.retainAll(new Changing()));
    assertThat(list).containsExactly(1, 2);
  }

  @Test
  void listIsNotAddedToItself() {
    list.add(1);
    Collection<Integer> itself = list;
    assertThatIllegalArgumentException().isThrownBy(() -> list.addAll(itself));
    assertThat(list).containsExactly(1);
  }

  @Test
  void predicateMayNotChangeTheList() {
    list.add(1);
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> list.removeIf(_ -> list.add(2)));
    assertThat(list).containsExactly(1);
  }

  @Test
  void listWithoutAnActionNeedsNoDomain() {
    RcuList<String> plain = new RcuList<>();
    plain.addAll(List.of("a", "b"));
    assertThat(plain.remove("a")).isTrue();
    assertThat(plain).containsExactly("b");
    assertThat(plain.contains("b")).isTrue();
  }

  /** An element that must not be read once it has been handed over. */
  private static final class Item {
    private final int number;
    private boolean gone;

    Item(int number) {
      this.number = number;
    }

    void assertPresent() {
      if (gone) {
        throw new AssertionError("A removed element is read");
      }
    }
  }

  /** Each writer adds next to a fixed element, and removes what the other has not yet seen. */
  @Test
  void changesOfNeighboursAreNotLost() {
    RcuList<Item> items = new RcuList<>(rcu, item -> item.gone = true);
    Item middle = new Item(0);
    items.add(middle);
    Rounds.Part before =
        round -> {
          Item odd = new Item(2 * round + 1);
          Item even = new Item(2 * round + 2);
          assertThat(items.addBefore(middle, odd)).isTrue();
          assertThat(items.addBefore(middle, even)).isTrue();
          assertThat(items.remove(odd)).isTrue();
        };
    Rounds.Part after =
        round -> {
          Item odd = new Item(2 * round + 1);
          Item even = new Item(2 * round + 2);
          assertThat(items.addAfter(middle, odd)).isTrue();
          assertThat(items.addAfter(middle, even)).isTrue();
          assertThat(items.remove(odd)).isTrue();
        };
    int _ =
        Rounds.play(
            crew,
            3_000,
            _ -> {
              assertThat(items).hasSize(3).contains(middle);
              assertThat(items.removeIf(item -> item != middle)).isTrue();
            },
            before,
            after,
            _ -> {
              for (int i = 0; i < 20; i++) {
                boolean[] met = new boolean[1];
                items.forEach(item -> {
                  item.assertPresent();
                  met[0] |= item.number == 0;
                });
                assertThat(met[0]).isTrue();
              }
            });
  }
}
