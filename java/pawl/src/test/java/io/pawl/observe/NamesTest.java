package io.pawl.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.pawl.Semaphore;
import io.pawl.channel.OneShot;
import io.pawl.kit.Limit;
import io.pawl.locks.Condvar;
import io.pawl.locks.FairMutex;
import io.pawl.locks.Guarded;
import io.pawl.locks.GuardedCondition;
import io.pawl.locks.KeyedLock;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwGuarded;
import io.pawl.locks.RwLock;
import io.pawl.locks.SeqLock;
import io.pawl.locks.StampedLock;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

@Limit(60)
class NamesTest {

  @Test
  void nameIsThatWhichWasGivenLast() {
    Semaphore semaphore = new Semaphore(1);
    assertThat(Names.of(semaphore)).isNull();
    assertThat(Names.name(semaphore, "orders")).isSameAs(semaphore);
    assertThat(Names.of(semaphore)).isEqualTo("orders");
    Names.name(semaphore, "bills");
    assertThat(Names.of(semaphore)).isEqualTo("bills");
  }

  @Test
  void equalObjectsHaveNamesOfTheirOwn() {
    List<Integer> one = List.of(1000);
    List<Integer> other = List.of(1000);
    Names.name(one, "one");
    assertThat(Names.of(other)).isNull();
    Names.name(other, "other");
    assertThat(Names.of(one)).isEqualTo("one");
  }

  @Test
  void lockOfTheJdkMayHaveAName() {
    Lock lock = Names.name(new java.util.concurrent.locks.ReentrantLock(), "orders");
    assertThat(Names.of(lock)).isEqualTo("orders");
  }

  @Test
  void nullIsRefused() {
    assertThatNullPointerException().isThrownBy(() -> Names.name(nil(), "orders"));
    assertThatNullPointerException().isThrownBy(() -> Names.name(new Mutex(), nil()));
    assertThatNullPointerException().isThrownBy(() -> Names.of(nil()));
    assertThatNullPointerException().isThrownBy(() -> new Mutex(nil()));
    assertThatNullPointerException().isThrownBy(() -> new Guarded<>(nil(), "data"));
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // the mistake of a caller
  private static <T> T nil() {
    return null;
  }

  @Test
  void constructorsWithANameGiveIt() {
    assertThat(Names.of(new Mutex("orders"))).isEqualTo("orders");
    assertThat(Names.of(new Guarded<>("orders", "data"))).isEqualTo("orders");
  }

  // ---- Views and conditions

  @Test
  void viewsHaveTheNameOfTheirLock() {
    var reentrant = Names.name(new ReentrantReadWriteLock(), "orders");
    var rw = Names.name(new RwLock(), "orders");
    var stamped = Names.name(new StampedLock(), "orders");
    var seq = Names.name(new SeqLock(), "orders");
    var keyed = Names.name(new KeyedLock<String>(), "orders");
    var oneShot = Names.name(new OneShot<String>(), "orders");
    Object[] views = {
      reentrant.readLock(),
      reentrant.writeLock(),
      rw.readLock(),
      rw.writeLock(),
      rw.upgradableReadLock(),
      stamped.asReadLock(),
      stamped.asWriteLock(),
      stamped.asReadWriteLock(),
      seq.writeLock(),
      keyed.get("key"),
      oneShot.sender(),
      oneShot.receiver()
    };
    assertThat(views).allSatisfy(view -> assertThat(Names.of(view)).isEqualTo("orders"));
  }

  @Test
  void nameGivenToAViewIsTheLocks() {
    RwLock lock = new RwLock();
    Names.name(lock.writeLock(), "orders");
    assertThat(Names.of(lock)).isEqualTo("orders");
    assertThat(Names.of(lock.readLock())).isEqualTo("orders");
  }

  @Test
  void conditionHasTheNameOfItsLockUntilItIsGivenOne() {
    Lock[] locks = {
      new Mutex(), new FairMutex(), new ReentrantLock(), new RwLock().writeLock(),
    };
    for (Lock lock : locks) {
      var condition = lock.newCondition();
      assertThat(Names.of(condition)).isNull();
      Names.name(lock, "orders");
      assertThat(Names.of(condition)).isEqualTo("orders");
      Names.name(condition, "not empty");
      assertThat(Names.of(condition)).isEqualTo("not empty");
      assertThat(Names.of(lock)).isEqualTo("orders");
      assertThat(condition.toString()).endsWith("[not empty]");
    }
  }

  @Test
  void conditionOfGuardedDataHasTheNameOfTheDataUntilItIsGivenOne() {
    Guarded<String> guarded = new Guarded<>("orders", "data");
    GuardedCondition<String> condition = guarded.newCondition();
    assertThat(Names.of(condition)).isEqualTo("orders");
    Names.name(condition, "not empty");
    assertThat(Names.of(condition)).isEqualTo("not empty");
    RwGuarded<String> shared = Names.name(new RwGuarded<>("data"), "bills");
    assertThat(Names.of(shared.newCondition())).isEqualTo("bills");
  }

  @Test
  void conditionsOfOneLockAreNamedApart() {
    Mutex mutex = new Mutex("orders");
    Condvar one = mutex.newCondition();
    Condvar other = mutex.newCondition();
    Names.name(one, "one");
    assertThat(Names.of(other)).isEqualTo("orders");
  }

  // ---- Lifetime

  @Test
  void nameKeepsNoLock() {
    WeakReference<Object> lock = new WeakReference<>(Names.name(new Mutex(), "orders"));
    awaitCollected(lock);
  }

  @Test
  void nameOfAnInnerLockKeepsNoOwner() {
    WeakReference<Object> guarded = new WeakReference<>(new Guarded<>("orders", new Object()));
    awaitCollected(guarded);
  }

  @Test
  void nameKeepsNoClassLoader() {
    ClassLoader loader = new ClassLoader() {};
    Names.name(
        Proxy.newProxyInstance(loader, new Class<?>[] {Own.class}, (_, _, _) -> null), "own");
    WeakReference<Object> reference = new WeakReference<>(loader);
    loader = null;
    awaitCollected(reference);
  }

  /** Not public, but seen by the loader, so that the proxy is defined there. */
  public interface Own {}

  private static void awaitCollected(WeakReference<Object> reference) {
    Await.until(
        "collected",
        () -> {
          System.gc();
          return reference.refersTo(null);
        });
  }

  // ---- Threads

  @Test
  void threadsThatNameAtTheSameTimeFindTheirNames() {
    Crew crew = new Crew(ThreadKind.MIXED);
    Mutex contended = new Mutex();
    crew.start(
        4,
        () -> {
          Object[] mine = new Object[1000];
          String name = Thread.currentThread().toString();
          for (int i = 0; i < mine.length; i++) {
            mine[i] = Names.name(new Object(), name + i);
            Names.name(contended, name);
            assertThat(Names.of(contended)).isNotNull();
          }
          for (int i = 0; i < mine.length; i++) {
            assertThat(Names.of(mine[i])).isEqualTo(name + i);
          }
        });
    crew.join();
  }
}
