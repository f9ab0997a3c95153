package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.locks.ByteLock;
import io.pawl.locks.Guard;
import io.pawl.locks.Guarded;
import io.pawl.locks.GuardedCondition;
import io.pawl.locks.KeyedLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwGuarded;
import io.pawl.locks.RwLock;
import io.pawl.locks.SeqLock;
import io.pawl.locks.StampedLock;
import io.pawl.locks.UpgradableReadLock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;

/** Locks that are held, and conditions of theirs. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
final class LockScenes {

  private LockScenes() {}

  static WaitScenes.Wait locked(Lock lock) {
    return waitingFor(lock, lock, lock);
  }

  /** Threads wait for one lock while the other is held. */
  static WaitScenes.Wait waitingFor(Object subject, Lock wanted, Lock held) {
    held.lock();
    return new WaitScenes.Wait(
        subject,
        () -> {
          wanted.lock();
          wanted.unlock();
        },
        () -> {
          assertThat(wanted.tryLock(WaitScenes.LONG, TimeUnit.SECONDS)).isTrue();
          wanted.unlock();
        },
        held::unlock);
  }

  static WaitScenes.Wait readAndWrite(ReentrantReadWriteLock lock) {
    return waitingFor(lock, lock.readLock(), lock.writeLock());
  }

  static WaitScenes.Wait readOfRwLock() {
    RwLock lock = new RwLock();
    return waitingFor(lock, lock.readLock(), lock.writeLock());
  }

  static WaitScenes.Wait readOfStampedLock() {
    StampedLock lock = new StampedLock();
    return waitingFor(lock, lock.asReadLock(), lock.asWriteLock());
  }

  static WaitScenes.Wait condition(Lock lock) {
    Condition condition = lock.newCondition();
    boolean[] over = {false};
    return new WaitScenes.Wait(
        condition,
        () -> {
          lock.lock();
          while (!over[0]) {
            condition.await();
          }
          lock.unlock();
        },
        () -> {
          lock.lock();
          while (!over[0]) {
            assertThat(condition.await(WaitScenes.LONG, TimeUnit.SECONDS)).isTrue();
          }
          lock.unlock();
        },
        () -> {
          lock.lock();
          over[0] = true;
          condition.signalAll();
          lock.unlock();
        });
  }

  @SuppressWarnings("MustBeClosed") // closed by what it is given to
  static WaitScenes.Wait guarded() {
    Guarded<int[]> guarded = new Guarded<>(new int[1]);
    Guard<int[]> guard = guarded.lock();
    return new WaitScenes.Wait(
        guarded,
        () -> guarded.lock().close(),
        () -> {
          Guard<int[]> mine = guarded.tryLock(WaitScenes.LONG, TimeUnit.SECONDS);
          assertThat(mine).isNotNull();
          if (mine != null) {
            mine.close();
          }
        },
        guard::close);
  }

  static WaitScenes.Wait writing(ReadWriteLock lock) {
    return waitingFor(lock, lock.writeLock(), lock.writeLock());
  }

  static WaitScenes.Wait upgradable() {
    RwLock lock = new RwLock();
    return waitingFor(lock, lock.upgradableReadLock(), lock.upgradableReadLock());
  }

  static WaitScenes.Wait upgrade() {
    RwLock lock = new RwLock();
    UpgradableReadLock upgradable = lock.upgradableReadLock();
    lock.readLock().lock();
    return new WaitScenes.Wait(
        lock,
        () -> {
          upgradable.lock();
          upgradable.upgrade();
          upgradable.unlock();
        },
        () -> {
          upgradable.lock();
          assertThat(upgradable.tryUpgrade(WaitScenes.LONG, TimeUnit.SECONDS)).isTrue();
          upgradable.unlock();
        },
        lock.readLock()::unlock);
  }

  static WaitScenes.Wait writeOfStampedLock() {
    StampedLock lock = new StampedLock();
    return waitingFor(lock, lock.asWriteLock(), lock.asWriteLock());
  }

  static WaitScenes.Wait seqLock() {
    SeqLock lock = new SeqLock();
    return waitingFor(lock, lock.writeLock(), lock.writeLock());
  }

  static WaitScenes.Wait keyed(boolean fair) {
    KeyedLock<String> locks = new KeyedLock<>(fair);
    return waitingFor(locks, locks.get("key"), locks.get("key"));
  }

  @SuppressWarnings("MustBeClosed") // closed by what it is given to
  static WaitScenes.Wait rwGuarded() {
    RwGuarded<int[]> guarded = new RwGuarded<>(new int[1]);
    Guard<int[]> guard = guarded.writeLock();
    return new WaitScenes.Wait(
        guarded,
        () -> guarded.readLock().close(),
        () -> {
          RwGuarded.ReadGuard<int[]> mine = guarded.tryReadLock(WaitScenes.LONG, TimeUnit.SECONDS);
          assertThat(mine).isNotNull();
          if (mine != null) {
            mine.close();
          }
        },
        guard::close);
  }

  static WaitScenes.Wait guardedCondition() {
    Guarded<boolean[]> guarded = new Guarded<>(new boolean[1]);
    GuardedCondition<boolean[]> condition = guarded.newCondition();
    return new WaitScenes.Wait(
        condition,
        () -> condition.when(over -> over[0], over -> over),
        () -> condition.when(over -> over[0], over -> over, WaitScenes.LONG, TimeUnit.SECONDS),
        () ->
            guarded.run(over -> {
              over[0] = true;
              condition.signalAll();
            }));
  }

  static WaitScenes.Wait byteLock() {
    ByteLock<byte[]> lock = ByteLock.ofArray();
    byte[] holder = new byte[1];
    lock.lock(holder);
    return new WaitScenes.Wait(
        holder,
        () -> {
          lock.lock(holder);
          lock.unlock(holder);
        },
        () -> {
          assertThat(lock.tryLock(holder, WaitScenes.LONG, TimeUnit.SECONDS)).isTrue();
          lock.unlock(holder);
        },
        () -> lock.unlock(holder));
  }
}
