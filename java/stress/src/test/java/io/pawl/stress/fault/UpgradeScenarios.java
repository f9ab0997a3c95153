package io.pawl.stress.fault;

import io.pawl.locks.KeyedLock;
import io.pawl.locks.RwLock;
import io.pawl.locks.UpgradableReadLock;
import io.pawl.stress.fault.Stage.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/** Readers that become writers, and locks that come and go with their keys. */
final class UpgradeScenarios {

  private UpgradeScenarios() {}

  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    all.add(new Scenario("RwLock: upgrade", stage -> upgrade(stage, false)));
    all.add(new Scenario("RwLock: upgrade for a time", stage -> upgrade(stage, true)));
    for (boolean fair : new boolean[] {false, true}) {
      String name = fair ? "KeyedLock, fair" : "KeyedLock";
      all.add(new Scenario(name + ": unlock wakes", stage -> unlockWakes(stage, fair)));
      all.add(new Scenario(name + ": comes and goes", stage -> comesAndGoes(stage, fair)));
    }
    return all;
  }

  /** An upgrader waits for a reader to leave, while a reader and a writer wait for the upgrader. */
  private static void upgrade(Stage stage, boolean timed) throws Exception {
    RwLock lock = new RwLock();
    UpgradableReadLock upgradable = lock.upgradableReadLock();
    AtomicInteger writers = new AtomicInteger();
    lock.readLock().lock();
    Actor upgrader =
        stage.sleeper(() -> {
          if (stage.attempt(upgradable::lock) != null) {
            stage.check(!upgradable.isHeldByCurrentThread(), "what has thrown holds the lock");
            return;
          }
          boolean[] upgraded = {false};
          Stage.Action upgrading =
              () -> {
                if (timed) {
                  upgraded[0] = upgradable.tryUpgrade(300, TimeUnit.MICROSECONDS);
                } else {
                  upgradable.upgrade();
                  upgraded[0] = true;
                }
              };
          Throwable thrown = stage.attempt(upgrading);
          stage.check(
              lock.isWriteLockedByCurrentThread() == (thrown == null && upgraded[0]),
              "what has thrown or timed out has upgraded, or the other way round");
          if (lock.isWriteLockedByCurrentThread()) {
            stage.check(writers.incrementAndGet() == 1, "a writer is not alone");
            int _ = writers.decrementAndGet();
          }
          release(stage, upgradable);
        });
    List<Actor> others =
        List.of(
            stage.sleeper(() -> pass(stage, lock.readLock(), null)),
            stage.sleeper(() -> pass(stage, lock.writeLock(), writers)),
            stage.sleeper(() -> pass(stage, upgradable, null)));
    release(stage, lock.readLock());
    upgrader.join();
    others.forEach(Actor::join);
    stage.check(lock.writeLock().tryLock(), "somebody is left inside: " + lock);
    lock.writeLock().unlock();
    stage.checkUsable(lock.writeLock());
    stage.checkUsable(upgradable);
  }

  private static void pass(Stage stage, Lock lock, @Nullable AtomicInteger writers)
      throws Exception {
    if (stage.attempt(lock::lock) == null) {
      if (writers != null) {
        stage.check(writers.incrementAndGet() == 1, "a writer is not alone");
        int _ = writers.decrementAndGet();
      }
      release(stage, lock);
    }
  }

  /** Releases; what has thrown StackOverflowError may have to be done again. */
  private static void release(Stage stage, Lock lock) throws Exception {
    if (stage.attempt(lock::unlock) instanceof StackOverflowError) {
      try {
        lock.unlock();
      } catch (IllegalMonitorStateException _) {
        // It had been released.
      }
    }
  }

  /** Threads sleep on a key that is unlocked. */
  private static void unlockWakes(Stage stage, boolean fair) throws Exception {
    KeyedLock<String> locks = new KeyedLock<>(fair);
    Lock lock = locks.get("key");
    lock.lock();
    Actor one = stage.sleeper(() -> pass(stage, lock, null));
    Actor timed =
        stage.actor(() -> {
          boolean[] acquired = {false};
          Throwable thrown =
              stage.attempt(() -> acquired[0] = lock.tryLock(300, TimeUnit.MICROSECONDS));
          if (thrown == null && acquired[0]) {
            release(stage, lock);
          }
        });
    Actor other = stage.sleeper(() -> pass(stage, lock, null));
    release(stage, lock);
    one.join();
    timed.join();
    other.join();
    stage.check(locks.size() == 0, "an entry is kept: " + locks);
    stage.checkUsable(lock);
  }

  /** Keys are locked and unlocked, many of them, so that the map grows. */
  private static void comesAndGoes(Stage stage, boolean fair) throws Exception {
    KeyedLock<Integer> locks = new KeyedLock<>(fair);
    List<Lock> held = new ArrayList<>();
    for (int key = 0; key < 20; key++) {
      Lock lock = locks.get(key);
      if (stage.attempt(lock::lock) == null) {
        held.add(lock);
      } else {
        stage.check(!locks.isInUse(key), "what has thrown has left an entry");
      }
    }
    stage.check(locks.size() == held.size(), locks + " of " + held.size());
    for (Lock lock : held) {
      release(stage, lock);
    }
    stage.check(locks.size() == 0, "an entry is kept: " + locks);
  }
}
