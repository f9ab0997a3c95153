package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.channel.Channel;
import io.pawl.channel.OneShot;
import io.pawl.locks.FairMutex;
import io.pawl.locks.Guard;
import io.pawl.locks.Guarded;
import io.pawl.locks.KeyedLock;
import io.pawl.locks.LockSupport;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwLock;
import io.pawl.locks.SeqLock;
import io.pawl.locks.StampedLock;
import io.pawl.rcu.Rcu;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What is seen of a thread that waits: soon it is {@code WAITING}, or {@code TIMED_WAITING},
 * whatever it waits for.
 */
@ParameterizedClass
@EnumSource(
    value = ThreadKind.class,
    names = {"PLATFORM", "VIRTUAL"})
@SuppressWarnings({"LockNotBeforeTry", "unused"}) // a test that fails leaves the lock as it is
class VisibleWaitTest extends Kit {

  private static final long LONG = 1_000;

  /** Something to wait for, of which the current thread has taken what there is. */
  interface Scene {
    void await() throws Exception;

    void awaitTimed() throws Exception;

    void end();
  }

  private interface Action {
    void run() throws Exception;
  }

  private record Kept(Action untimed, Action timed, Runnable ending) implements Scene {
    @Override
    public void await() throws Exception {
      untimed.run();
    }

    @Override
    public void awaitTimed() throws Exception {
      timed.run();
    }

    @Override
    public void end() {
      ending.run();
    }
  }

  record Subject(String name, Supplier<Scene> scene) {
    @Override
    public String toString() {
      return name;
    }
  }

  static final Subject[] SUBJECTS = {
    new Subject("Mutex", () -> locked(new Mutex())),
    new Subject("FairMutex", () -> locked(new FairMutex())),
    new Subject("ReentrantLock", () -> locked(new ReentrantLock())),
    new Subject("ReentrantLock, fair", () -> locked(new ReentrantLock(true))),
    new Subject("read lock", () -> readAndWrite(new ReentrantReadWriteLock())),
    new Subject("read lock, fair", () -> readAndWrite(new ReentrantReadWriteLock(true))),
    new Subject("write lock", () -> locked(new ReentrantReadWriteLock().writeLock())),
    new Subject("RwLock, read", VisibleWaitTest::readOfRwLock),
    new Subject("RwLock, write", () -> locked(new RwLock().writeLock())),
    new Subject("RwLock, upgradable", () -> locked(new RwLock().upgradableReadLock())),
    new Subject("StampedLock, read", VisibleWaitTest::readOfStampedLock),
    new Subject("StampedLock, write", () -> locked(new StampedLock().asWriteLock())),
    new Subject("SeqLock", () -> locked(new SeqLock().writeLock())),
    new Subject("KeyedLock", () -> locked(new KeyedLock<String>().get("key"))),
    new Subject("KeyedLock, fair", () -> locked(new KeyedLock<String>(true).get("key"))),
    new Subject("Condvar", () -> condition(new Mutex())),
    new Subject("condition of FairMutex", () -> condition(new FairMutex())),
    new Subject("condition of ReentrantLock", () -> condition(new ReentrantLock())),
    new Subject("condition of a write lock", () -> condition(new RwLock().writeLock())),
    new Subject("Guarded", VisibleWaitTest::guarded),
    new Subject("Semaphore", () -> semaphore(new Semaphore(0))),
    new Subject("Semaphore, fair", () -> semaphore(new Semaphore(0, true))),
    new Subject("BoundedSemaphore", () -> semaphore(new BoundedSemaphore(0, 1, false))),
    new Subject("CountDownLatch", VisibleWaitTest::latch),
    new Subject("CyclicBarrier", VisibleWaitTest::barrier),
    new Subject("Phaser", VisibleWaitTest::phaser),
    new Subject("Exchanger", VisibleWaitTest::exchanger),
    new Subject("Once", VisibleWaitTest::once),
    new Subject("OnceValue", VisibleWaitTest::onceValue),
    new Subject("OneShot", VisibleWaitTest::oneShot),
    new Subject("Channel, receive", VisibleWaitTest::emptyChannel),
    new Subject("Channel, send", VisibleWaitTest::fullChannel),
    new Subject("Rcu", VisibleWaitTest::rcu),
    new Subject("LockSupport", VisibleWaitTest::parked)
  };

  VisibleWaitTest(ThreadKind kind) {
    super(kind);
  }

  private static Scene locked(Lock lock) {
    return waitingFor(lock, lock);
  }

  /** Threads wait for one lock while the other is held. */
  private static Scene waitingFor(Lock wanted, Lock held) {
    held.lock();
    return new Kept(
        () -> {
          wanted.lock();
          wanted.unlock();
        },
        () -> {
          assertThat(wanted.tryLock(LONG, TimeUnit.SECONDS)).isTrue();
          wanted.unlock();
        },
        held::unlock);
  }

  private static Scene readAndWrite(ReentrantReadWriteLock lock) {
    return waitingFor(lock.readLock(), lock.writeLock());
  }

  private static Scene readOfRwLock() {
    RwLock lock = new RwLock();
    return waitingFor(lock.readLock(), lock.writeLock());
  }

  private static Scene readOfStampedLock() {
    StampedLock lock = new StampedLock();
    return waitingFor(lock.asReadLock(), lock.asWriteLock());
  }

  private static Scene condition(Lock lock) {
    Condition condition = lock.newCondition();
    boolean[] over = {false};
    return new Kept(
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
            assertThat(condition.await(LONG, TimeUnit.SECONDS)).isTrue();
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
  private static Scene guarded() {
    Guarded<int[]> guarded = new Guarded<>(new int[1]);
    Guard<int[]> guard = guarded.lock();
    return new Kept(
        () -> guarded.lock().close(),
        () -> {
          Guard<int[]> mine = guarded.tryLock(LONG, TimeUnit.SECONDS);
          assertThat(mine).isNotNull();
          if (mine != null) {
            mine.close();
          }
        },
        guard::close);
  }

  private static Scene semaphore(Semaphore semaphore) {
    return new Kept(
        semaphore::acquire,
        () -> assertThat(semaphore.tryAcquire(LONG, TimeUnit.SECONDS)).isTrue(),
        semaphore::release);
  }

  private static Scene latch() {
    CountDownLatch latch = new CountDownLatch(1);
    return new Kept(
        latch::await,
        () -> assertThat(latch.await(LONG, TimeUnit.SECONDS)).isTrue(),
        latch::countDown);
  }

  private static Scene barrier() {
    CyclicBarrier barrier = new CyclicBarrier(2);
    return new Kept(
        barrier::await,
        () -> barrier.await(LONG, TimeUnit.SECONDS),
        () -> {
          try {
            barrier.await();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  private static Scene phaser() {
    Phaser phaser = new Phaser(1);
    return new Kept(
        () -> phaser.awaitAdvance(0),
        () -> phaser.awaitAdvanceInterruptibly(0, LONG, TimeUnit.SECONDS),
        phaser::arrive);
  }

  private static Scene exchanger() {
    Exchanger<String> exchanger = new Exchanger<>();
    return new Kept(
        () -> exchanger.exchange("mine"),
        () -> exchanger.exchange("mine", LONG, TimeUnit.SECONDS),
        () -> {
          try {
            exchanger.exchange("yours");
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static Scene once() {
    Once once = new Once();
    return new Kept(
        once::await,
        () -> assertThat(once.await(LONG, TimeUnit.SECONDS)).isTrue(),
        () -> once.run(() -> {}));
  }

  private static Scene onceValue() {
    OnceValue<String> value = new OnceValue<>();
    return new Kept(
        value::await, () -> value.await(LONG, TimeUnit.SECONDS), () -> value.trySet("value"));
  }

  private static Scene oneShot() {
    OneShot<String> oneShot = new OneShot<>();
    return new Kept(
        () -> oneShot.receiver().receive(),
        () -> oneShot.receiver().receive(LONG, TimeUnit.SECONDS),
        () -> oneShot.sender().send("it"));
  }

  private static Scene emptyChannel() {
    Channel<String> channel = Channel.bounded(1);
    return new Kept(
        channel::receive,
        () -> channel.receive(LONG, TimeUnit.SECONDS),
        () -> channel.trySend("it"));
  }

  private static Scene fullChannel() {
    Channel<String> channel = Channel.bounded(1);
    channel.trySend("first");
    return new Kept(
        () -> channel.send("it"),
        () -> assertThat(channel.send("it", LONG, TimeUnit.SECONDS)).isTrue(),
        channel::tryReceive);
  }

  private static Scene rcu() {
    Rcu rcu = new Rcu();
    long section = rcu.enter();
    return new Kept(
        rcu::synchronize,
        () -> assertThat(rcu.synchronize(LONG, TimeUnit.SECONDS)).isTrue(),
        () -> rcu.exit(section));
  }

  /** Parked threads are unparked by the test itself. */
  private static Scene parked() {
    Thread[] threads = {null};
    boolean[] over = {false};
    return new Kept(
        () -> {
          threads[0] = Thread.currentThread();
          while (!over[0]) {
            LockSupport.park(threads);
          }
        },
        () -> {
          threads[0] = Thread.currentThread();
          while (!over[0]) {
            LockSupport.parkNanos(threads, TimeUnit.SECONDS.toNanos(LONG));
          }
        },
        () -> {
          over[0] = true;
          LockSupport.unpark(threads[0]);
        });
  }

  private void assertSeen(Worker worker, Thread.State state) {
    Await.until(worker.thread() + " is " + state, () -> worker.thread().getState() == state);
  }

  @ParameterizedTest
  @FieldSource("SUBJECTS")
  void threadThatWaitsIsSeenWaiting(Subject subject) {
    Scene scene = subject.scene().get();
    Worker worker = crew.start(scene::await);
    assertSeen(worker, Thread.State.WAITING);
    scene.end();
    worker.join();
  }

  @ParameterizedTest
  @FieldSource("SUBJECTS")
  void threadThatWaitsForALimitedTimeIsSeenTimedWaiting(Subject subject) {
    Scene scene = subject.scene().get();
    Worker worker = crew.start(scene::awaitTimed);
    assertSeen(worker, Thread.State.TIMED_WAITING);
    scene.end();
    worker.join();
  }

  @Test
  void managementNamesTheLockAndItsOwner() {
    Assumptions.assumeTrue(kind == ThreadKind.PLATFORM, "virtual threads are not shown");
    Lock[] locks = {
      new Mutex(),
      new FairMutex(),
      new ReentrantLock(),
      new ReentrantReadWriteLock().writeLock(),
      new RwLock().writeLock(),
      new SeqLock().writeLock()
    };
    for (Lock lock : locks) {
      lock.lock();
      Worker worker =
          crew.start(() -> {
            lock.lock();
            lock.unlock();
          });
      assertSeen(worker, Thread.State.WAITING);
      ThreadInfo info = info(worker.thread());
      assertThat(info.getLockInfo()).as(lock.toString()).isNotNull();
      assertThat(info.getLockOwnerId()).isEqualTo(Thread.currentThread().threadId());
      assertThat(info(Thread.currentThread()).getLockedSynchronizers())
          .anyMatch(held -> held.toString().equals(info.getLockName()));
      lock.unlock();
      worker.join();
    }
  }

  private static ThreadInfo info(Thread thread) {
    return ManagementFactory.getThreadMXBean()
        .getThreadInfo(new long[] {thread.threadId()}, true, true)[0];
  }
}
