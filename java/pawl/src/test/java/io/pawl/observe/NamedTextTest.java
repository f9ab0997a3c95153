package io.pawl.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.BoundedSemaphore;
import io.pawl.CountDownLatch;
import io.pawl.CyclicBarrier;
import io.pawl.Exchanger;
import io.pawl.Lazy;
import io.pawl.Once;
import io.pawl.OnceValue;
import io.pawl.Phaser;
import io.pawl.Semaphore;
import io.pawl.channel.Channel;
import io.pawl.channel.OneShot;
import io.pawl.kit.Limit;
import io.pawl.locks.FairMutex;
import io.pawl.locks.Guarded;
import io.pawl.locks.KeyedLock;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwGuarded;
import io.pawl.locks.RwLock;
import io.pawl.locks.SeqLock;
import io.pawl.locks.SpinLock;
import io.pawl.locks.StampedLock;
import io.pawl.rcu.Rcu;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The name stands in the text of an object, which is otherwise as it was without one. */
@Limit(60)
class NamedTextTest {

  static Stream<Arguments> texts() {
    return Stream.of(
        text(new Mutex(), "[orders, Unlocked]"),
        text(new FairMutex(), "[orders, Unlocked]"),
        text(new ReentrantLock(), "[orders, Unlocked]"),
        text(new SpinLock(), "[orders, Unlocked]"),
        text(new StampedLock(), "[orders, Unlocked]"),
        text(new ReentrantReadWriteLock(), "[orders, Write locks = 0, Read locks = 0]"),
        text(new ReentrantReadWriteLock().readLock(), "[orders, Read locks = 0]"),
        text(new ReentrantReadWriteLock().writeLock(), "[orders, Unlocked]"),
        text(new RwLock(), "[orders, Write locks = 0, Read locks = 0]"),
        text(new RwLock().readLock(), "[orders, Read locks = 0]"),
        text(new RwLock().writeLock(), "[orders, Unlocked]"),
        text(new RwLock().upgradableReadLock(), "[orders, Unlocked]"),
        text(new KeyedLock<String>(), "[orders, 0 keys in use]"),
        text(new Mutex().newCondition(), "[orders]"),
        text(new Guarded<>("data").newCondition(), "[orders]"),
        text(new Semaphore(2), "[orders, Permits = 2]"),
        text(new BoundedSemaphore(2, 3, false), "[orders, Permits = 2][Maximum = 3]"),
        text(new CountDownLatch(1), "[orders, Count = 1]"),
        text(new CyclicBarrier(1), "[orders]"),
        text(new Phaser(1), "[orders, phase = 0 parties = 1 arrived = 0]"),
        text(new Exchanger<String>(), "[orders]"),
        text(new Once(), "[orders, New]"),
        text(new OnceValue<String>(), "[orders, New]"),
        text(new Lazy<>(() -> "value"), "[orders, New]"),
        text(new OneShot<String>(), "[orders, Empty]"),
        text(Channel.bounded(1), "[orders, 0 objects]"),
        text(new Rcu(), "[orders]"));
  }

  private static Arguments text(Object object, String text) {
    return Arguments.of(object, text);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void nameStandsFirstInTheBrackets(Object object, String text) {
    String identity =
        object.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(object));
    Names.name(object, "orders");
    assertThat(object).hasToString(identity + text);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void textOfAnObjectWithoutANameIsTheSameButForIt(Object object, String text) {
    String identity =
        object.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(object));
    assertThat(object).hasToString(identity + text.replace("[orders]", "").replace("orders, ", ""));
  }

  static Stream<Arguments> wrappers() {
    return Stream.of(
        text(new Guarded<>("data"), "[orders, Unlocked]]"),
        text(new RwGuarded<>("data"), "[orders, Write locks = 0, Read locks = 0]]"),
        text(new SeqLock(), "[orders, Unlocked]]"),
        text(new SeqLock().writeLock(), "[orders, Unlocked]]"));
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void nameStandsInTheTextOfTheInnerLock(Object object, String end) {
    Names.name(object, "orders");
    assertThat(object.toString()).endsWith(end).containsOnlyOnce("orders");
  }
}
