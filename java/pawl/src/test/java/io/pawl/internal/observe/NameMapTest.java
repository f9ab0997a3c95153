package io.pawl.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Limit(60)
class NameMapTest {

  private final NameMap names = new NameMap();

  private List<Object> nameMany(int many) {
    List<Object> objects = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      Object object = new Object();
      names.put(object, "name " + i);
      objects.add(object);
    }
    return objects;
  }

  private void awaitSize(int size) {
    Await.until(
        size + " names",
        () -> {
          System.gc();
          return names.size() == size;
        });
  }

  @Test
  void objectWithoutANameHasNone() {
    assertThat(names.get("object")).isNull();
    names.put("other", "name");
    assertThat(names.get("object")).isNull();
    assertThat(names.size()).isEqualTo(1);
  }

  @Test
  void manyNamesAreFound() {
    List<Object> objects = nameMany(10_000);
    for (int i = 0; i < objects.size(); i++) {
      assertThat(names.get(objects.get(i))).isEqualTo("name " + i);
    }
    assertThat(names.size()).isEqualTo(10_000);
  }

  @Test
  void nameThatIsReplacedIsNotAddedAgain() {
    Object object = new Object();
    names.put(object, "one");
    names.put(object, "other");
    assertThat(names.get(object)).isEqualTo("other");
    assertThat(names.size()).isEqualTo(1);
  }

  @Test
  void namesGoWithTheirObjectsAndTheOthersStay() {
    List<Object> kept = nameMany(100);
    List<Object> dropped = nameMany(1000);
    kept.addAll(nameMany(100));
    assertThat(names.size()).isEqualTo(1200);
    assertThat(dropped).hasSize(1000);
    dropped = null;
    awaitSize(200);
    for (int i = 0; i < kept.size(); i++) {
      assertThat(names.get(kept.get(i))).isEqualTo("name " + i % 100);
    }
  }

  @Test
  void memoryOfNamesThatAreGoneIsUsedAgain() {
    for (int round = 0; round < 5; round++) {
      List<Object> objects = nameMany(2_000);
      assertThat(objects).hasSize(2_000);
      objects = null;
      awaitSize(0);
    }
    names.put(this, "last");
    assertThat(names.capacity()).isEqualTo(16);
    assertThat(names.get(this)).isEqualTo("last");
  }
}
