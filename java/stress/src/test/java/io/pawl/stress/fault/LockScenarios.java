package io.pawl.stress.fault;

import io.pawl.locks.FairMutex;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwLock;
import io.pawl.stress.fault.Stage.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The locks that one thread holds at a time, and their conditions. */
final class LockScenarios {

  /** A kind of lock, and how to find out whether the current thread holds one. */
  private record Kind(String name, Supplier<Lock> maker, Predicate<Lock> held) {}

  private static <L extends Lock> Kind kind(String name, Supplier<L> maker, Predicate<L> held) {
    @SuppressWarnings("unchecked") // it is asked about locks that the maker has made
    Predicate<Lock> of = lock -> held.test((L) lock);
    return new Kind(name, maker::get, of);
  }

  private static final List<Kind> KINDS =
      List.of(
          kind("Mutex", Mutex::new, Mutex::isHeldByCurrentThread),
          kind("Mutex, named", () -> new Mutex("name"), Mutex::isHeldByCurrentThread),
          kind("FairMutex", FairMutex::new, FairMutex::isHeldByCurrentThread),
          kind("ReentrantLock", ReentrantLock::new, ReentrantLock::isHeldByCurrentThread),
          kind(
              "ReentrantLock, fair",
              () -> new ReentrantLock(true),
              ReentrantLock::isHeldByCurrentThread),
          kind(
              "RwLock, write",
              () -> new RwLock().writeLock(),
              RwLock.WriteLock::isHeldByCurrentThread),
          kind(
              "ReentrantReadWriteLock, write",
              () -> new ReentrantReadWriteLock().writeLock(),
              ReentrantReadWriteLock.WriteLock::isHeldByCurrentThread),
          kind(
              "ReentrantReadWriteLock, fair, write",
              () -> new ReentrantReadWriteLock(true).writeLock(),
              ReentrantReadWriteLock.WriteLock::isHeldByCurrentThread));

  private LockScenarios() {}

  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    for (Kind kind : KINDS) {
      all.add(new Scenario(kind.name + ": unlock wakes", stage -> unlockWakes(stage, kind)));
      all.add(new Scenario(kind.name + ": waits end", stage -> waitsEnd(stage, kind)));
      all.add(new Scenario(kind.name + ": to and fro", stage -> toAndFro(stage, kind)));
      all.add(new Scenario(kind.name + ": signal", stage -> signal(stage, kind)));
      all.add(new Scenario(kind.name + ": waits end late", stage -> lateReturn(stage, kind)));
      all.add(new Scenario(kind.name + ": condition times out", stage -> timesOut(stage, kind)));
    }
    return all;
  }

  /** A lock, and a count of its holders. */
  private static final class Section {
    final Stage stage;
    final Kind kind;
    final Lock lock;
    final AtomicInteger inside = new AtomicInteger();

    Section(Stage stage, Kind kind) {
      this.stage = stage;
      this.kind = kind;
      this.lock = kind.maker.get();
    }

    boolean isHeld() {
      return kind.held.test(lock);
    }

    /** Acquires the lock; false if that has failed as planned. */
    boolean enter(Stage.Action locking) throws Exception {
      if (stage.attempt(locking) != null) {
        stage.check(!isHeld(), "what has thrown holds the lock");
        return false;
      }
      entered();
      return true;
    }

    void entered() {
      stage.check(isHeld(), "what has returned does not hold the lock");
      stage.check(inside.incrementAndGet() == 1, "two threads hold the lock");
    }

    void leave() throws Exception {
      int _ = inside.decrementAndGet();
      Throwable thrown = stage.attempt(lock::unlock);
      if (thrown instanceof StackOverflowError && isHeld()) {
        lock.unlock();
      }
      stage.check(!isHeld(), "an unlock that has thrown has not released the lock");
    }

    /** Waits for a condition of the lock, which is held; returns what the wait has thrown. */
    @Nullable Throwable await(Stage.Action wait) throws Exception {
      int _ = inside.decrementAndGet();
      try {
        return stage.attempt(wait);
      } finally {
        entered();
      }
    }

    /** Acquires the lock, waits once for a condition, and leaves. */
    void awaitOnce(Stage.Action wait) throws Exception {
      lock.lock();
      entered();
      Throwable _ = await(wait);
      leave();
    }

    void pass() throws Exception {
      if (enter(lock::lock)) {
        leave();
      }
    }

    /** Passes; has the lock for long enough that others come meanwhile. */
    void passSlowly() throws Exception {
      if (enter(lock::lock)) {
        LockSupport.parkNanos(50_000);
        leave();
      }
    }
  }

  /** Threads sleep on a lock that is released. */
  private static void unlockWakes(Stage stage, Kind kind) throws Exception {
    Section section = new Section(stage, kind);
    section.lock.lock();
    section.entered();
    Actor first = stage.sleeper(section::pass);
    Actor second = stage.sleeper(section::pass);
    section.leave();
    first.join();
    second.join();
    stage.checkUsable(section.lock);
  }

  /** A wait times out and one is interrupted, while others sleep and the lock is released. */
  private static void waitsEnd(Stage stage, Kind kind) throws Exception {
    Section section = new Section(stage, kind);
    section.lock.lock();
    section.entered();
    Actor timed =
        stage.actor(() -> {
          boolean[] acquired = {false};
          Throwable thrown =
              stage.attempt(() -> acquired[0] = section.lock.tryLock(500, TimeUnit.MICROSECONDS));
          if (thrown != null || !acquired[0]) {
            stage.check(!section.isHeld(), "a wait that has ended holds the lock");
          } else {
            section.entered();
            section.leave();
          }
        });
    Actor interrupted =
        stage.sleeper(() -> {
          try {
            if (section.enter(section.lock::lockInterruptibly)) {
              section.leave();
            }
          } catch (InterruptedException _) {
            stage.check(!section.isHeld(), "a wait that has been interrupted holds the lock");
          }
        });
    Actor patient = stage.sleeper(section::pass);
    Throwable _ = stage.attempt(interrupted.thread()::interrupt);
    section.leave();
    timed.join();
    interrupted.join();
    patient.join();
    stage.checkUsable(section.lock);
  }

  /** Threads acquire and release a lock, each several times. */
  private static void toAndFro(Stage stage, Kind kind) throws Exception {
    Section section = new Section(stage, kind);
    Stage.Action several =
        () -> {
          for (int i = 0; i < 3; i++) {
            section.passSlowly();
          }
        };
    Actor one = stage.actor(several);
    Actor other = stage.actor(several);
    several.run();
    one.join();
    other.join();
    stage.checkUsable(section.lock);
  }

  /**
   * Two threads wait for a condition; a signal that none of them gets must be found by the other.
   */
  private static void signal(Stage stage, Kind kind) throws Exception {
    Section section = new Section(stage, kind);
    Condition condition = section.lock.newCondition();
    AtomicInteger signals = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    Stage.Action wait =
        () -> {
          section.lock.lock();
          section.entered();
          Throwable thrown = null;
          while (thrown == null && signals.get() == taken.get()) {
            thrown = section.await(condition::await);
          }
          if (thrown == null) {
            int _ = taken.incrementAndGet();
          }
          section.leave();
        };
    Actor first = stage.sleeper(wait);
    Actor second = stage.sleeper(wait);
    signal(stage, section, condition, signals);
    stage.until(() -> taken.get() == 1 || (first.isThrough() && second.isThrough()));
    signal(stage, section, condition, signals);
    first.join();
    second.join();
    stage.checkUsable(section.lock);
  }

  private static void signal(
      Stage stage, Section section, Condition condition, AtomicInteger signals) throws Exception {
    section.lock.lock();
    section.entered();
    int _ = signals.incrementAndGet();
    if (stage.attempt(condition::signal) != null) {
      condition.signalAll();
    }
    section.leave();
  }

  /** Waits for a condition end while another thread has the lock. */
  @SuppressWarnings("WaitNotInLoop") // what is waited for is the end of the wait
  private static void lateReturn(Stage stage, Kind kind) throws Exception {
    Section section = new Section(stage, kind);
    Condition condition = section.lock.newCondition();
    Stage.Action timed = () -> section.awaitOnce(() -> condition.awaitNanos(300_000));
    Actor first = stage.sleeper(timed);
    Actor second = stage.sleeper(timed);
    section.lock.lock();
    section.entered();
    condition.signal();
    stage.until(() -> System.nanoTime() - stage.start() > 1_000_000);
    section.leave();
    first.join();
    second.join();
    stage.checkUsable(section.lock);
  }

  /** Waits for a condition time out, or are interrupted. */
  @SuppressWarnings("WaitNotInLoop") // what is waited for is the end of the wait
  private static void timesOut(Stage stage, Kind kind) throws Exception {
    Section section = new Section(stage, kind);
    Condition condition = section.lock.newCondition();
    Actor interrupted =
        stage.sleeper(() ->
            section.awaitOnce(() -> {
              try {
                condition.await();
              } catch (InterruptedException _) {
                // As intended.
              }
            }));
    Actor timed = stage.actor(() -> section.awaitOnce(() -> condition.awaitNanos(500_000)));
    Throwable _ = stage.attempt(interrupted.thread()::interrupt);
    interrupted.join();
    timed.join();
    stage.checkUsable(section.lock);
  }
}
