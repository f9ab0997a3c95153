package io.pawl.locks;

import io.pawl.Semaphore;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An unlock for which threads sleep, near the end of the stack: one that throws has released
 * nothing, and one that returns has woken somebody.
 */
@Tag(DeepStack.TAG)
@SuppressWarnings("LockNotBeforeTry") // what is held after an overflow is the question
class DeepUnlockTest extends Kit {

  private static final int PLAYS = 10;

  static Stream<Named<Supplier<Play>>> locks() {
    return Stream.of(
        kind("Mutex", Mutex::new, Mutex::lock, Mutex::unlock),
        kind("named Mutex", () -> new Mutex("named"), Mutex::lock, Mutex::unlock),
        kind("FairMutex", FairMutex::new, FairMutex::lock, FairMutex::unlock),
        kind("ReentrantLock", ReentrantLock::new, ReentrantLock::lock, ReentrantLock::unlock),
        kind(
            "fair ReentrantLock",
            () -> new ReentrantLock(true),
            ReentrantLock::lock,
            ReentrantLock::unlock),
        kind("RwLock, write", () -> new RwLock().writeLock(), Lock::lock, Lock::unlock),
        reader("RwLock", RwLock::new),
        kind(
            "ReentrantReadWriteLock, write",
            () -> new ReentrantReadWriteLock().writeLock(),
            Lock::lock,
            Lock::unlock),
        kind(
            "fair ReentrantReadWriteLock, write",
            () -> new ReentrantReadWriteLock(true).writeLock(),
            Lock::lock,
            Lock::unlock),
        reader("ReentrantReadWriteLock", ReentrantReadWriteLock::new),
        reader("fair ReentrantReadWriteLock", () -> new ReentrantReadWriteLock(true)),
        kind("StampedLock, write", () -> new StampedLock().asWriteLock(), Lock::lock, Lock::unlock),
        reader("StampedLock", () -> new StampedLock().asReadWriteLock()),
        kind(
            "Semaphore",
            () -> new Semaphore(1),
            Semaphore::acquireUninterruptibly,
            Semaphore::release),
        kind(
            "fair Semaphore",
            () -> new Semaphore(1, true),
            Semaphore::acquireUninterruptibly,
            Semaphore::release));
  }

  /** What one thread holds as the others want to. */
  private static <L> Named<Supplier<Play>> kind(
      String name, Supplier<L> maker, Consumer<L> lock, Consumer<L> unlock) {
    return Named.of(
        name,
        () -> {
          L held = maker.get();
          return new Play(
              () -> lock.accept(held),
              () -> unlock.accept(held),
              () -> {
                lock.accept(held);
                unlock.accept(held);
              });
        });
  }

  /** What one thread reads while the others want to write. */
  private static Named<Supplier<Play>> reader(String name, Supplier<ReadWriteLock> maker) {
    return Named.of(
        name + ", read",
        () -> {
          ReadWriteLock held = maker.get();
          Lock read = held.readLock();
          Lock write = held.writeLock();
          return new Play(
              read::lock,
              read::unlock,
              () -> {
                write.lock();
                write.unlock();
              });
        });
  }

  /** One lock: what a thread does that holds it, and what others do that want it. */
  record Play(Worker.Task lock, Worker.Task unlock, Worker.Task pass) {}

  /** Whether the deep thread holds the lock; its own. */
  private boolean holds;

  /** Whether a play is under way; the deep thread's. */
  private boolean begun;

  DeepUnlockTest() {
    super(ThreadKind.PLATFORM);
  }

  @ParameterizedTest
  @MethodSource("locks")
  void anUnlockThatOverflowsReleasesNothing(Supplier<Play> plays) throws Exception {
    passOn(plays.get());
    for (int i = 0; i < PLAYS; i++) {
      Play play = plays.get();
      overflow(play);
      passOn(play);
    }
  }

  /** One thread holds the lock and another gets it from there. */
  private void passOn(Play play) throws Exception {
    play.lock.run();
    Worker sleeper = crew.start(play.pass);
    sleeper.awaitBlocked();
    play.unlock.run();
    sleeper.join();
  }

  private void overflow(Play play) {
    Worker[] sleepers = new Worker[2];
    begun = false;
    DeepStack.overflow(
        () -> {
          if (!begun) {
            begun = true;
            play.lock.run();
            holds = true;
            for (int i = 0; i < sleepers.length; i++) {
              sleepers[i] = crew.start(play.pass);
              sleepers[i].awaitBlocked();
            }
          } else if (holds) {
            play.unlock.run();
            holds = false;
          }
        },
        () -> {});
    for (Worker sleeper : sleepers) {
      sleeper.join();
    }
  }
}
