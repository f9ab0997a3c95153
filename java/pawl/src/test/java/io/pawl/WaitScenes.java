package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.channel.Channel;
import io.pawl.channel.OneShot;
import io.pawl.channel.Select;
import io.pawl.locks.FairMutex;
import io.pawl.locks.LockSupport;
import io.pawl.locks.Mutex;
import io.pawl.locks.ParkingLot;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwLock;
import io.pawl.observe.Wait.Mode;
import io.pawl.rcu.Rcu;
import io.pawl.testing.ThreadKind;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What threads wait for, each scene with the object that a user knows. */
final class WaitScenes {

  static final long LONG = 1_000;

  /** What a thread does. */
  interface Action {
    void run() throws Exception;
  }

  /**
   * Something to wait for, of which the current thread has taken what there is.
   *
   * @param subject what a user calls it
   * @param untimed waits until the end
   * @param timed waits until the end or for a long time
   * @param ending ends the wait
   */
  record Wait(Object subject, Action untimed, Action timed, Runnable ending) {
    void await() throws Exception {
      untimed.run();
    }

    void awaitTimed() throws Exception {
      timed.run();
    }

    void end() {
      ending.run();
    }
  }

  /**
   * A way to wait.
   *
   * @param name what for
   * @param start makes it
   */
  record Scene(String name, Supplier<Wait> start) {
    /** Throws UnsupportedOperationException where there is no such thing. */
    Wait begin() {
      return start.get();
    }

    /** How threads wait. */
    Mode mode() {
      return SceneModes.of(name);
    }

    /** Whether threads of a kind may wait. */
    boolean isFor(ThreadKind kind) {
      return kind == ThreadKind.PLATFORM || (!name.equals("OsMutex") && !name.equals("PiMutex"));
    }

    /** Whether there are waits that an interrupt or a time ends. */
    boolean isInterruptible() {
      return !name.equals("SharedSeqLock") && !name.equals("Lazy, running");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static final Scene[] ALL = {
    new Scene("Mutex", () -> LockScenes.locked(new Mutex())),
    new Scene("FairMutex", () -> LockScenes.locked(new FairMutex())),
    new Scene("ReentrantLock", () -> LockScenes.locked(new ReentrantLock())),
    new Scene("ReentrantLock, fair", () -> LockScenes.locked(new ReentrantLock(true))),
    new Scene("read lock", () -> LockScenes.readAndWrite(new ReentrantReadWriteLock())),
    new Scene("read lock, fair", () -> LockScenes.readAndWrite(new ReentrantReadWriteLock(true))),
    new Scene("write lock", () -> LockScenes.writing(new ReentrantReadWriteLock())),
    new Scene("RwLock, read", LockScenes::readOfRwLock),
    new Scene("RwLock, write", () -> LockScenes.writing(new RwLock())),
    new Scene("RwLock, upgradable", LockScenes::upgradable),
    new Scene("RwLock, upgrade", LockScenes::upgrade),
    new Scene("StampedLock, read", LockScenes::readOfStampedLock),
    new Scene("StampedLock, write", LockScenes::writeOfStampedLock),
    new Scene("SeqLock", LockScenes::seqLock),
    new Scene("KeyedLock", () -> LockScenes.keyed(false)),
    new Scene("KeyedLock, fair", () -> LockScenes.keyed(true)),
    new Scene("Condvar", () -> LockScenes.condition(new Mutex())),
    new Scene("condition of FairMutex", () -> LockScenes.condition(new FairMutex())),
    new Scene("condition of ReentrantLock", () -> LockScenes.condition(new ReentrantLock())),
    new Scene("condition of a write lock", () -> LockScenes.condition(new RwLock().writeLock())),
    new Scene(
        "condition of a reentrant write lock",
        () -> LockScenes.condition(new ReentrantReadWriteLock().writeLock())),
    new Scene("Guarded", LockScenes::guarded),
    new Scene("RwGuarded", LockScenes::rwGuarded),
    new Scene("GuardedCondition", LockScenes::guardedCondition),
    new Scene("Semaphore", () -> semaphore(new Semaphore(0))),
    new Scene("Semaphore, fair", () -> semaphore(new Semaphore(0, true))),
    new Scene("BoundedSemaphore", () -> semaphore(new BoundedSemaphore(0, 1, false))),
    new Scene("CountDownLatch", WaitScenes::latch),
    new Scene("CyclicBarrier", WaitScenes::barrier),
    new Scene("Phaser", WaitScenes::phaser),
    new Scene("Phaser, child", WaitScenes::phaserOfATree),
    new Scene("Exchanger", WaitScenes::exchanger),
    new Scene("Once", WaitScenes::once),
    new Scene("OnceValue", WaitScenes::onceValue),
    new Scene("Once, running", WaitScenes::runningOnce),
    new Scene("OneShot", WaitScenes::oneShot),
    new Scene("Channel, receive", WaitScenes::emptyChannel),
    new Scene("Channel, send", WaitScenes::fullChannel),
    new Scene("Select", WaitScenes::select),
    new Scene("Rcu", WaitScenes::rcu),
    new Scene("ByteLock", LockScenes::byteLock),
    new Scene("ParkingLot", WaitScenes::parkingLot),
    new Scene("LockSupport", WaitScenes::parked)
  };

  private WaitScenes() {}

  private static Wait semaphore(Semaphore semaphore) {
    return new Wait(
        semaphore,
        semaphore::acquire,
        () -> assertThat(semaphore.tryAcquire(LONG, TimeUnit.SECONDS)).isTrue(),
        semaphore::release);
  }

  private static Wait latch() {
    CountDownLatch latch = new CountDownLatch(1);
    return new Wait(
        latch,
        latch::await,
        () -> assertThat(latch.await(LONG, TimeUnit.SECONDS)).isTrue(),
        latch::countDown);
  }

  private static Wait barrier() {
    CyclicBarrier barrier = new CyclicBarrier(2);
    return new Wait(
        barrier,
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

  private static Wait phaser() {
    Phaser phaser = new Phaser(1);
    return new Wait(
        phaser,
        () -> phaser.awaitAdvance(0),
        () -> phaser.awaitAdvanceInterruptibly(0, LONG, TimeUnit.SECONDS),
        phaser::arrive);
  }

  private static Wait exchanger() {
    Exchanger<String> exchanger = new Exchanger<>();
    return new Wait(
        exchanger,
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

  private static Wait once() {
    Once once = new Once();
    return new Wait(
        once,
        once::await,
        () -> assertThat(once.await(LONG, TimeUnit.SECONDS)).isTrue(),
        () -> once.run(() -> {}));
  }

  private static Wait onceValue() {
    OnceValue<String> value = new OnceValue<>();
    return new Wait(
        value,
        value::await,
        () -> value.await(LONG, TimeUnit.SECONDS),
        () -> value.trySet("value"));
  }

  private static Wait oneShot() {
    OneShot<String> oneShot = new OneShot<>();
    return new Wait(
        oneShot,
        () -> oneShot.receiver().receive(),
        () -> oneShot.receiver().receive(LONG, TimeUnit.SECONDS),
        () -> oneShot.sender().send("it"));
  }

  private static Wait emptyChannel() {
    Channel<String> channel = Channel.bounded(1);
    return new Wait(
        channel,
        channel::receive,
        () -> channel.receive(LONG, TimeUnit.SECONDS),
        () -> channel.trySend("it"));
  }

  private static Wait fullChannel() {
    Channel<String> channel = Channel.bounded(1);
    channel.trySend("first");
    return new Wait(
        channel,
        () -> channel.send("it"),
        () -> assertThat(channel.send("it", LONG, TimeUnit.SECONDS)).isTrue(),
        channel::tryReceive);
  }

  private static Wait select() {
    Channel<String> channel = Channel.bounded(1);
    Select select = new Select();
    select.receive(channel);
    select.acquire(new Semaphore(0));
    return new Wait(
        select,
        select::await,
        () -> assertThat(select.await(LONG, TimeUnit.SECONDS)).isNotNull(),
        () -> channel.trySend("it"));
  }

  private static Wait rcu() {
    Rcu rcu = new Rcu();
    long section = rcu.enter();
    return new Wait(
        rcu,
        rcu::synchronize,
        () -> assertThat(rcu.synchronize(LONG, TimeUnit.SECONDS)).isTrue(),
        () -> rcu.exit(section));
  }

  /** Parked threads are unparked by the test itself. */
  private static Wait parked() {
    Thread[] threads = {null};
    boolean[] over = {false};
    return new Wait(
        threads,
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

  private static Wait parkingLot() {
    Object key = new Object();
    ParkingLot.Spot spot = new ParkingLot().at(key);
    boolean[] over = {false};
    return new Wait(
        key,
        () -> {
          int _ = spot.park(() -> !over[0]);
        },
        () -> {
          int _ = spot.parkInterruptibly(() -> !over[0], LONG, TimeUnit.SECONDS);
        },
        () -> {
          over[0] = true;
          int _ = spot.unparkAll();
        });
  }

  private static Wait phaserOfATree() {
    Phaser root = new Phaser(1);
    Phaser child = new Phaser(root, 1);
    return new Wait(
        child,
        () -> child.awaitAdvance(0),
        () -> child.awaitAdvanceInterruptibly(0, LONG, TimeUnit.SECONDS),
        () -> {
          child.arrive();
          root.arrive();
        });
  }

  /** An initializer runs, in a thread of its own, until the wait is to end. */
  private static Wait runningOnce() {
    Once once = new Once();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    startDaemon(() ->
        once.run(() -> {
          running.countDown();
          awaitCalmly(over);
        }));
    awaitCalmly(running);
    return new Wait(
        once,
        once::await,
        () -> assertThat(once.await(LONG, TimeUnit.SECONDS)).isTrue(),
        over::countDown);
  }

  static void startDaemon(Runnable task) {
    Thread.ofPlatform().daemon().start(task);
  }

  static void awaitCalmly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
