package io.pawl.stress.fault;

import io.pawl.locks.Guard;
import io.pawl.locks.Guarded;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwGuarded;
import io.pawl.locks.RwLock;
import io.pawl.locks.SeqLock;
import io.pawl.locks.SpinLock;
import io.pawl.locks.StampedLock;
import io.pawl.stress.fault.Stage.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.Supplier;

/** The locks that several threads hold at a time, and those without an owner. */
final class SharedScenarios {

  private SharedScenarios() {}

  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    add(all, "RwLock", RwLock::new);
    add(all, "ReentrantReadWriteLock", ReentrantReadWriteLock::new);
    add(all, "ReentrantReadWriteLock, fair", () -> new ReentrantReadWriteLock(true));
    add(all, "StampedLock", () -> new StampedLock().asReadWriteLock());
    all.add(new Scenario("StampedLock: stamps", SharedScenarios::stamps));
    all.add(new Scenario("SeqLock: writers", stage -> writers(stage, new SeqLock().writeLock())));
    all.add(new Scenario("SpinLock", SharedScenarios::spinners));
    all.add(new Scenario("Guarded", SharedScenarios::guarded));
    all.add(new Scenario("RwGuarded", SharedScenarios::readWriteGuarded));
    all.addAll(GuardedScenarios.all());
    all.addAll(UpgradeScenarios.all());
    return all;
  }

  private static void add(List<Scenario> all, String name, Supplier<ReadWriteLock> maker) {
    all.add(new Scenario(name + ": a writer leaves", stage -> writerLeaves(stage, maker.get())));
    all.add(new Scenario(name + ": readers leave", stage -> readersLeave(stage, maker.get())));
  }

  /** Who is inside. */
  private static final class Room {
    final Stage stage;
    final ReadWriteLock lock;
    final AtomicInteger readers = new AtomicInteger();
    final AtomicInteger writers = new AtomicInteger();

    Room(Stage stage, ReadWriteLock lock) {
      this.stage = stage;
      this.lock = lock;
    }

    void read() throws Exception {
      if (stage.attempt(lock.readLock()::lock) == null) {
        int _ = readers.incrementAndGet();
        stage.check(writers.get() == 0, "a reader beside a writer");
        leave(lock.readLock(), readers);
      }
    }

    void write() throws Exception {
      if (stage.attempt(lock.writeLock()::lock) == null) {
        stage.check(writers.incrementAndGet() == 1 && readers.get() == 0, "a writer is not alone");
        leave(lock.writeLock(), writers);
      }
    }

    void readTimed() throws Exception {
      boolean[] acquired = {false};
      Stage.Action attempt =
          () -> acquired[0] = lock.readLock().tryLock(300, TimeUnit.MICROSECONDS);
      if (stage.attempt(attempt) == null && acquired[0]) {
        int _ = readers.incrementAndGet();
        leave(lock.readLock(), readers);
      }
    }

    /** Releases; what has thrown StackOverflowError may have to be done again. */
    void leave(Lock held, AtomicInteger inside) throws Exception {
      int _ = inside.decrementAndGet();
      if (stage.attempt(held::unlock) instanceof StackOverflowError) {
        try {
          held.unlock();
        } catch (IllegalMonitorStateException _) {
          // It had been released.
        }
      }
    }

    /** Whether nobody holds it, and threads can wait for it. */
    void checkFree() {
      stage.check(lock.writeLock().tryLock(), "somebody is left inside");
      lock.writeLock().unlock();
      stage.checkUsable(lock.writeLock());
      stage.checkUsable(lock.readLock());
    }
  }

  /** Readers and writers wait for a writer. */
  private static void writerLeaves(Stage stage, ReadWriteLock lock) throws Exception {
    Room room = new Room(stage, lock);
    lock.writeLock().lock();
    int _ = room.writers.incrementAndGet();
    List<Actor> actors =
        List.of(
            stage.sleeper(room::read),
            stage.sleeper(room::read),
            stage.sleeper(room::write),
            stage.actor(room::readTimed));
    room.leave(lock.writeLock(), room.writers);
    actors.forEach(Actor::join);
    room.checkFree();
  }

  /** A writer and a reader wait for readers, of which one has come after another. */
  private static void readersLeave(Stage stage, ReadWriteLock lock) throws Exception {
    Room room = new Room(stage, lock);
    room.read();
    room.read();
    lock.readLock().lock();
    int _ = room.readers.incrementAndGet();
    List<Actor> actors =
        List.of(
            stage.actor(room::read), stage.sleeper(room::write), stage.sleeper(room::readTimed));
    room.leave(lock.readLock(), room.readers);
    actors.forEach(Actor::join);
    room.checkFree();
  }

  /** A thread that holds a stamp converts it while others wait. */
  private static void stamps(Stage stage) throws Exception {
    StampedLock lock = new StampedLock();
    long write = lock.writeLock();
    List<Actor> actors =
        List.of(
            stage.sleeper(() -> pass(stage, lock, true)),
            stage.sleeper(() -> pass(stage, lock, false)),
            stage.sleeper(() -> pass(stage, lock, false)));
    long[] held = {0};
    if (stage.attempt(() -> held[0] = lock.tryConvertToReadLock(write)) != null) {
      // The stamp that was not returned is one for reading, if the lock is held so.
      if (lock.validate(write)) {
        lock.unlockWrite(write);
      } else {
        stage.check(lock.tryUnlockRead(), "converted to nothing");
      }
    } else {
      unlock(stage, lock, held[0]);
    }
    actors.forEach(Actor::join);
    stage.check(!lock.isWriteLocked() && !lock.isReadLocked(), "held by nobody: " + lock);
    stage.checkUsable(lock.asWriteLock());
  }

  private static void pass(Stage stage, StampedLock lock, boolean writes) throws Exception {
    long[] held = {0};
    if (stage.attempt(() -> held[0] = writes ? lock.writeLock() : lock.readLock()) == null) {
      unlock(stage, lock, held[0]);
    }
  }

  private static void unlock(Stage stage, StampedLock lock, long stamp) throws Exception {
    if (stage.attempt(() -> lock.unlock(stamp)) instanceof StackOverflowError) {
      try {
        lock.unlock(stamp);
      } catch (IllegalMonitorStateException _) {
        // It had been released.
      }
    }
  }

  /** Writers wait for each other. */
  private static void writers(Stage stage, Lock lock) throws Exception {
    lock.lock();
    Stage.Action write =
        () -> {
          if (stage.attempt(lock::lock) == null) {
            release(stage, lock);
          }
        };
    List<Actor> actors = List.of(stage.sleeper(write), stage.sleeper(write));
    release(stage, lock);
    actors.forEach(Actor::join);
    stage.checkUsable(lock);
  }

  /** Whoever gets at guarded data has it alone; who fails to does not spoil it. */
  @SuppressWarnings("MustBeClosed") // closed in the middle
  private static void guarded(Stage stage) throws Exception {
    Guarded<int[]> data = new Guarded<>(new int[1]);
    AtomicInteger done = new AtomicInteger();
    Stage.Action add =
        () ->
            stage.attempt(() -> {
              data.run(array -> array[0]++);
              int _ = done.incrementAndGet();
            });
    Guard<int[]> guard = data.lock();
    Actor one = stage.sleeper(add);
    Actor other = stage.sleeper(add);
    guard.close();
    one.join();
    other.join();
    Guard<int[]> last = data.lock();
    int added = last.value()[0];
    last.done();
    last.close();
    stage.check(added >= done.get() && added <= 2, added + " added, " + done + " reported");
    stage.check(!data.isPoisoned(), "poisoned by what has failed outside");
  }

  /** As {@link #guarded}, with readers. */
  @SuppressWarnings("MustBeClosed") // closed in the middle
  private static void readWriteGuarded(Stage stage) throws Exception {
    RwGuarded<int[]> data = new RwGuarded<>(new int[1]);
    Guard<int[]> guard = data.writeLock();
    List<Actor> actors =
        List.of(
            stage.sleeper(() -> stage.attempt(() -> data.run(array -> array[0]++))),
            stage.sleeper(() -> stage.attempt(() -> data.read(array -> array[0]))));
    guard.close();
    actors.forEach(Actor::join);
    stage.check(!data.isPoisoned(), "poisoned by what has failed outside");
    data.writeLock().close();
  }

  /** Threads wait for a lock awake at first, and then in naps. */
  private static void spinners(Stage stage) throws Exception {
    SpinLock lock = new SpinLock();
    lock.lock();
    Stage.Action pass =
        () -> {
          Throwable thrown = stage.attempt(lock::lock);
          stage.check(!(thrown instanceof OutOfMemoryError), "a lock has run out of memory");
          if (thrown == null) {
            release(stage, lock);
          }
        };
    List<Actor> actors = List.of(stage.sleeper(pass), stage.sleeper(pass));
    release(stage, lock);
    actors.forEach(Actor::join);
    stage.check(lock.tryLock(), "held by nobody: " + lock);
  }

  private static void release(Stage stage, Lock lock) throws Exception {
    if (stage.attempt(lock::unlock) instanceof StackOverflowError) {
      try {
        lock.unlock();
      } catch (IllegalMonitorStateException _) {
        // It had been released.
      }
    }
  }
}
