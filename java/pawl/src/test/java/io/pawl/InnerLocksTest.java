package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.channel.Channel;
import io.pawl.internal.observe.Subjects;
import io.pawl.kit.Limit;
import io.pawl.locks.Condvar;
import io.pawl.locks.Guarded;
import io.pawl.locks.RwGuarded;
import io.pawl.locks.RwLock;
import io.pawl.locks.SeqLock;
import io.pawl.memory.ChunkProvider;
import io.pawl.memory.ConcurrentArena;
import io.pawl.rcu.Rcu;
import io.pawl.rcu.RcuCell;
import io.pawl.rcu.RcuList;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Locks and conditions that an object has made for its own use are parts of it. */
@Limit(60)
class InnerLocksTest {

  private static final List<Class<?>> INNER =
      List.of(Lock.class, ReadWriteLock.class, Condvar.class, Once.class, OnceValue.class);

  static Stream<Object> owners() {
    Phaser root = new Phaser();
    int _ = new Phaser(root).register();
    return Stream.of(
        new Guarded<>("data"),
        new RwGuarded<>("data"),
        new Guarded<>("data").newCondition(),
        new SeqLock(),
        Channel.bounded(1),
        new CyclicBarrier(1),
        root,
        new Rcu(),
        new RcuCell<>((AutoCloseable) () -> {}),
        new RcuList<>(),
        new ConcurrentArena(),
        new ChunkProvider(),
        new OnceValue<>(),
        new Lazy<>(() -> "value"));
  }

  @ParameterizedTest
  @MethodSource("owners")
  void innerLocksArePartsOfTheirOwner(Object owner) throws IllegalAccessException {
    List<Object> inner = inner(owner);
    assertThat(inner).isNotEmpty();
    assertThat(inner).allSatisfy(part -> assertThat(Subjects.of(part)).isSameAs(owner));
    assertThat(Subjects.of(owner)).isSameAs(owner);
  }

  @ParameterizedTest
  @MethodSource("owners")
  void innerLocksHaveTheNameOfTheirOwner(Object owner) throws IllegalAccessException {
    Subjects.name(owner, "orders");
    assertThat(inner(owner))
        .allSatisfy(part -> assertThat(Subjects.nameOf(part)).isEqualTo("orders"));
  }

  private static List<Object> inner(Object owner) throws IllegalAccessException {
    List<Object> found = new ArrayList<>();
    for (Class<?> c = owner.getClass(); c != Object.class; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (c.getName().startsWith("io.pawl.") && isInner(field)) {
          field.setAccessible(true);
          Object part = field.get(owner);
          if (part != null) {
            found.add(part);
          }
        }
      }
    }
    return found;
  }

  private static boolean isInner(Field field) {
    return INNER.stream().anyMatch(type -> type.isAssignableFrom(field.getType()))
        && field.getType() != RwLock.WriteLock.class;
  }
}
