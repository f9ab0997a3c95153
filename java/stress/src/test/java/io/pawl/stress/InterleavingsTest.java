package io.pawl.stress;

import static io.pawl.stress.Interleavings.require;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.kit.Limit;
import io.pawl.locks.Condition;
import io.pawl.locks.FairMutex;
import io.pawl.locks.KeyedLock;
import io.pawl.locks.Lock;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReadWriteLock;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwLock;
import io.pawl.locks.UpgradableReadLock;
import java.util.function.Supplier;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The locks under a scheduler that tries interleavings, sequentially consistent ones: what is left
 * of a lost wake-up there is a fault of the protocol, which no fence would mend.
 */
@Tag("lincheck")
@Limit(180)
@SuppressWarnings("LockNotBeforeTry") // an exception ends the run anyway
class InterleavingsTest {

  @Test
  void mutexServesTwoThreadsAgainAndAgain() {
    Interleavings.check(run -> {
      Guarded guarded = new Guarded(new Mutex());
      run.start(() -> guarded.increment(3));
      run.start(() -> guarded.increment(3));
    });
  }

  @Test
  void mutexServesThreeThreads() {
    serveThreeThreads(Mutex::new);
  }

  @Test
  void fairMutexServesThreeThreads() {
    serveThreeThreads(FairMutex::new);
  }

  @Test
  void fairLockServesThreeThreads() {
    serveThreeThreads(() -> new ReentrantLock(true));
  }

  private static void serveThreeThreads(Supplier<Lock> maker) {
    Interleavings.check(run -> {
      Guarded guarded = new Guarded(maker.get());
      run.start(() -> guarded.increment(2));
      run.start(() -> guarded.increment(1));
      run.start(() -> guarded.increment(1));
    });
  }

  @Test
  void interruptedWaiterLeavesTheWakeToTheOther() {
    interruptOneOfTwoWaiters(Mutex::new);
  }

  @Test
  void interruptedWaiterLeavesTheHandOffToTheOther() {
    interruptOneOfTwoWaiters(FairMutex::new);
  }

  @Test
  void interruptedWaiterLeavesTheGrantToTheOther() {
    interruptOneOfTwoWaiters(() -> new ReentrantLock(true));
  }

  private static void interruptOneOfTwoWaiters(Supplier<Lock> maker) {
    Interleavings.check(run -> {
      Guarded guarded = new Guarded(maker.get());
      Thread waiter = run.start(guarded::incrementInterruptibly);
      run.start(() -> guarded.increment(1));
      guarded.mutex.lock();
      waiter.interrupt();
      guarded.mutex.unlock();
    });
  }

  @Test
  void fairLockIsNotLostToAThreadThatPassesTheQueue() {
    Interleavings.check(run -> {
      Guarded guarded = new Guarded(new ReentrantLock(true));
      run.start(() -> guarded.increment(2));
      run.start(() -> guarded.increment(1));
      run.start(guarded::incrementIfFree);
    });
  }

  @Test
  void signalIsNotLost() {
    signalTwice(Mutex::new);
  }

  @Test
  void signalOfAFairLockIsNotLost() {
    signalTwice(() -> new ReentrantLock(true));
  }

  private static void signalTwice(Supplier<Lock> maker) {
    Interleavings.check(run -> {
      Guarded guarded = new Guarded(maker.get());
      run.start(guarded::awaitOne);
      run.start(guarded::awaitOne);
      guarded.add(1);
      guarded.add(1);
    });
  }

  @Test
  void interruptedWaiterLeavesTheSignalToTheOther() {
    Interleavings.check(run -> {
      Guarded guarded = new Guarded(new Mutex());
      Thread waiter = run.start(guarded::awaitOneInterruptibly);
      run.start(guarded::awaitOne);
      guarded.add(1);
      waiter.interrupt();
      waiter.join();
      guarded.add(1);
    });
  }

  @Test
  void readersAndWritersGetTheirTurns() {
    writeReadAndWrite(RwLock::new);
  }

  @Test
  void fairReadersAndWritersGetTheirTurns() {
    writeReadAndWrite(() -> new ReentrantReadWriteLock(true));
  }

  private static void writeReadAndWrite(Supplier<ReadWriteLock> maker) {
    Interleavings.check(run -> {
      Pair pair = new Pair(maker.get());
      run.start(pair::write);
      run.start(pair::read);
      run.start(pair::write);
    });
  }

  @Test
  void downgradeLetsReadersInAndWritersWait() {
    Interleavings.check(run -> {
      Pair pair = new Pair(new RwLock());
      run.start(pair::writeAndDowngrade);
      run.start(pair::read);
      run.start(pair::write);
    });
  }

  @Test
  void interruptedWriterLetsReadersIn() {
    interruptTheWriter(RwLock::new);
  }

  @Test
  void interruptedFairWriterLetsReadersIn() {
    interruptTheWriter(() -> new ReentrantReadWriteLock(true));
  }

  private static void interruptTheWriter(Supplier<ReadWriteLock> maker) {
    Interleavings.check(run -> {
      Pair pair = new Pair(maker.get());
      Thread writer = run.start(pair::writeInterruptibly);
      run.start(pair::read);
      pair.lock.readLock().lock();
      writer.interrupt();
      pair.lock.readLock().unlock();
    });
  }

  @Test
  void upgradeWaitsForReadersAndWritersWaitForIt() {
    Interleavings.check(run -> {
      Pair pair = new Pair(new RwLock());
      run.start(pair::readAndUpgrade);
      run.start(pair::read);
      run.start(pair::write);
    });
  }

  @Test
  void twoThatMayUpgradeDoSoOneByOne() {
    Interleavings.check(run -> {
      Pair pair = new Pair(new RwLock());
      run.start(pair::readAndUpgrade);
      run.start(pair::readAndUpgrade);
      run.start(pair::read);
    });
  }

  @Test
  void interruptedUpgraderLetsReadersIn() {
    Interleavings.check(run -> {
      Pair pair = new Pair(new RwLock());
      pair.lock.readLock().lock();
      Thread upgrader = run.start(pair::readAndUpgradeInterruptibly);
      run.start(pair::read);
      upgrader.interrupt();
      pair.lock.readLock().unlock();
    });
  }

  @Test
  void interruptedReaderDoesNotKeepTheUpgraderAsleep() {
    Interleavings.check(run -> {
      Pair pair = new Pair(new RwLock());
      pair.lock.writeLock().lock();
      Thread reader = run.start(pair::readInterruptibly);
      run.start(pair::readAndUpgrade);
      reader.interrupt();
      pair.lock.writeLock().unlock();
    });
  }

  @Test
  void keyIsHeldByOneThreadHoweverItsEntryComesAndGoes() {
    Interleavings.check(run -> {
      Keyed keyed = new Keyed();
      run.start(() -> keyed.increment(2));
      run.start(() -> keyed.increment(1));
      run.start(() -> keyed.increment(1));
      run.atEnd(keyed::requireNothingKept);
    });
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed in the middle
  void interruptedWaiterForAKeyLeavesNothing() {
    Interleavings.check(run -> {
      Keyed keyed = new Keyed();
      KeyedLock.Held held = keyed.locks.acquire("key");
      Thread waiter = run.start(keyed::incrementInterruptibly);
      run.start(() -> keyed.increment(1));
      waiter.interrupt();
      held.close();
      run.atEnd(keyed::requireNothingKept);
    });
  }

  @Test
  void aReleaseThatLooksTooEarlyIsFound() {
    assertThatThrownBy(() ->
            Interleavings.check(run -> {
              EarlyLookLock lock = new EarlyLookLock();
              run.start(lock::enterAndLeave);
              run.start(lock::enterAndLeave);
            }))
        .isInstanceOf(LincheckAssertionError.class);
  }

  /** A mutex, a condition, and what they guard. */
  private static final class Guarded {
    final Lock mutex;
    final Condition changed;
    private int available;
    private int inside;

    Guarded(Lock mutex) {
      this.mutex = mutex;
      this.changed = mutex.newCondition();
    }

    void increment(int times) {
      for (int i = 0; i < times; i++) {
        mutex.lock();
        step();
        mutex.unlock();
      }
    }

    void incrementIfFree() {
      if (mutex.tryLock()) {
        step();
        mutex.unlock();
      }
    }

    void incrementInterruptibly() {
      try {
        mutex.lockInterruptibly();
      } catch (InterruptedException e) {
        return;
      }
      step();
      mutex.unlock();
    }

    private void step() {
      require(inside++ == 0, "two threads inside");
      inside--;
    }

    void add(int count) {
      mutex.lock();
      available += count;
      changed.signal();
      mutex.unlock();
    }

    void awaitOne() {
      mutex.lock();
      while (available == 0) {
        changed.awaitUninterruptibly();
      }
      available--;
      mutex.unlock();
    }

    void awaitOneInterruptibly() {
      mutex.lock();
      try {
        while (available == 0) {
          changed.await();
        }
        available--;
      } catch (InterruptedException e) {
        // It leaves without having taken anything.
      } finally {
        mutex.unlock();
      }
    }
  }

  /** A read-write lock and two fields that are equal whenever no writer is inside. */
  private static final class Pair {
    final ReadWriteLock lock;
    private int x;
    private int y;

    Pair(ReadWriteLock lock) {
      this.lock = lock;
    }

    void write() {
      lock.writeLock().lock();
      change();
      lock.writeLock().unlock();
    }

    void writeInterruptibly() {
      try {
        lock.writeLock().lockInterruptibly();
      } catch (InterruptedException e) {
        return;
      }
      change();
      lock.writeLock().unlock();
    }

    void writeAndDowngrade() {
      lock.writeLock().lock();
      change();
      int mine = x;
      ((RwLock) lock).writeLock().downgrade();
      require(x == mine && y == mine, "a writer came in behind the downgrade");
      lock.readLock().unlock();
    }

    void read() {
      lock.readLock().lock();
      require(x == y, "a reader inside together with a writer");
      lock.readLock().unlock();
    }

    void readInterruptibly() {
      try {
        lock.readLock().lockInterruptibly();
      } catch (InterruptedException e) {
        return;
      }
      require(x == y, "a reader inside together with a writer");
      lock.readLock().unlock();
    }

    void readAndUpgrade() {
      UpgradableReadLock upgradable = ((RwLock) lock).upgradableReadLock();
      upgradable.lock();
      int seen = x;
      upgradable.upgrade();
      require(x == seen && y == seen, "a writer came in before the upgrade");
      change();
      upgradable.unlock();
    }

    void readAndUpgradeInterruptibly() {
      UpgradableReadLock upgradable = ((RwLock) lock).upgradableReadLock();
      try {
        upgradable.lockInterruptibly();
      } catch (InterruptedException e) {
        return;
      }
      try {
        upgradable.upgradeInterruptibly();
        change();
      } catch (InterruptedException e) {
        require(x == y, "a reader inside together with a writer");
      }
      upgradable.unlock();
    }

    private void change() {
      x++;
      y++;
    }
  }

  /** What one key of a keyed lock guards. */
  private static final class Keyed {
    final KeyedLock<String> locks = new KeyedLock<>();
    private int inside;

    void increment(int times) {
      for (int i = 0; i < times; i++) {
        try (KeyedLock.Held _ = locks.acquire("key")) {
          step();
        }
      }
    }

    void incrementInterruptibly() {
      Lock lock = locks.get("key");
      try {
        lock.lockInterruptibly();
      } catch (InterruptedException e) {
        return;
      }
      step();
      lock.unlock();
    }

    private void step() {
      inside++;
      require(inside == 1, "two threads hold the key");
      inside--;
    }

    void requireNothingKept() {
      require(locks.size() == 0, "an entry is kept");
    }
  }
}
