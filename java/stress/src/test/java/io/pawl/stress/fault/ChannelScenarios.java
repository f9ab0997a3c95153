package io.pawl.stress.fault;

import io.pawl.Semaphore;
import io.pawl.channel.Channel;
import io.pawl.channel.OneShot;
import io.pawl.channel.Select;
import io.pawl.locks.Mutex;
import io.pawl.stress.fault.Stage.Actor;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Channels: whatever fails, no object is lost or doubled, and nobody waits for what is there. */
final class ChannelScenarios {

  private ChannelScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("Channel: receivers wait", stage -> receiversWait(stage, false)),
        new Scenario("Channel: receivers wait for a time", stage -> receiversWait(stage, true)),
        new Scenario("Channel: senders wait", ChannelScenarios::sendersWait),
        new Scenario("Channel: grows", ChannelScenarios::grows),
        new Scenario("Channel: view as a queue", ChannelScenarios::view),
        new Scenario("Channel: cancelled", ChannelScenarios::cancelled),
        new Scenario("Select", ChannelScenarios::select),
        new Scenario("OneShot: closed by the receiver", ChannelScenarios::unreceived),
        new Scenario("OneShot", ChannelScenarios::oneShot));
  }

  /** Of two receivers, one of which may fail, the other gets what has been sent. */
  private static void receiversWait(Stage stage, boolean timed) throws Exception {
    Channel<Integer> channel = Channel.unbounded();
    AtomicInteger received = new AtomicInteger();
    Stage.Action receive =
        () -> {
          Integer[] object = {null};
          Throwable _ =
              stage.attempt(
                  () -> object[0] = timed ? channel.receive(1, TimeUnit.HOURS) : channel.receive());
          if (object[0] != null) {
            int _ = received.incrementAndGet();
          }
        };
    Actor one = stage.sleeper(receive);
    Actor other = stage.sleeper(receive);
    channel.send(1);
    stage.until(() -> received.get() == 1 || (one.isThrough() && other.isThrough()));
    stage.check(
        received.get() + channel.size() == 1,
        received + " received and " + channel.size() + " left of one object");
    stage.check(
        received.get() == 1 || (one.isThrough() && other.isThrough()),
        "an object is there and a receiver sleeps");
    channel.close();
    one.join();
    other.join();
  }

  /** Of two senders, one of which may fail, the other gets the room. */
  private static void sendersWait(Stage stage) throws Exception {
    Channel<Integer> channel = Channel.bounded(1);
    channel.send(0);
    AtomicInteger sent = new AtomicInteger();
    Stage.Action send =
        () -> {
          if (stage.attempt(() -> channel.send(1)) == null) {
            int _ = sent.incrementAndGet();
          }
        };
    Actor one = stage.sleeper(send);
    Actor other = stage.sleeper(send);
    Integer _ = channel.receive();
    stage.until(() -> sent.get() == 1 || (one.isThrough() && other.isThrough()));
    stage.check(
        channel.size() == sent.get(), sent + " sent, and " + channel.size() + " in the channel");
    stage.check(
        sent.get() == 1 || (one.isThrough() && other.isThrough()),
        "there is room and a sender sleeps");
    Integer _ = channel.tryReceive();
    one.join();
    other.join();
  }

  private static void grows(Stage stage) throws Exception {
    Channel<Integer> channel = Channel.unbounded();
    int sent = 0;
    for (int i = 0; i < 40; i++) {
      int object = i;
      if (stage.attempt(() -> channel.send(object)) == null) {
        sent++;
      }
    }
    stage.check(channel.size() == sent, sent + " sent, and " + channel.size() + " there");
    int last = -1;
    for (Integer object; (object = channel.tryReceive()) != null; last = object) {
      stage.check(object > last, object + " comes after " + last);
    }
  }

  /** What a drain, a poll or an iterator that fails has not handed over is still there. */
  private static void view(Stage stage) throws Exception {
    BlockingQueue<Integer> queue = Channel.<Integer>bounded(40).asBlockingQueue();
    int sent = 0;
    for (int i = 0; i < 20; i++) {
      int object = i;
      if (stage.attempt(() -> queue.put(object)) == null) {
        sent++;
      }
    }
    List<Integer> drained = new ArrayList<>();
    Collection<Integer> target =
        new AbstractCollection<>() {
          @Override
          public boolean add(Integer object) {
            Faults.allocation();
            return drained.add(object);
          }

          @Override
          public Iterator<Integer> iterator() {
            return drained.iterator();
          }

          @Override
          public int size() {
            return drained.size();
          }
        };
    Throwable _ = stage.attempt(() -> queue.drainTo(target, 5));
    Throwable _ = stage.attempt(() -> queue.removeIf(object -> object < 0));
    Throwable _ = stage.attempt(() -> queue.drainTo(target));
    List<Integer> left = new ArrayList<>();
    for (Integer object; (object = queue.poll()) != null; ) {
      left.add(object);
    }
    stage.check(
        drained.size() + left.size() == sent,
        sent + " sent, " + drained + " drained and " + left + " left");
  }

  /** What has been sent is closed once, be the cancellation repeated or not. */
  private static void cancelled(Stage stage) throws Exception {
    Channel<AutoCloseable> channel = Channel.unbounded();
    AtomicInteger closed = new AtomicInteger();
    int sent = 5;
    for (int i = 0; i < sent; i++) {
      channel.send(closed::incrementAndGet);
    }
    Actor receiver =
        stage.actor(() -> {
          AutoCloseable[] object = {null};
          Throwable _ = stage.attempt(() -> object[0] = channel.receive());
          if (object[0] != null) {
            object[0].close();
          }
        });
    if (stage.attempt(channel::cancel) != null) {
      channel.cancel();
    }
    receiver.join();
    stage.check(closed.get() == sent, closed + " of " + sent + " objects are closed");
    stage.check(channel.isClosed() && channel.size() == 0, "something is left: " + channel);
  }

  /** What has been sent is received or closed, once. */
  private static void unreceived(Stage stage) throws Exception {
    OneShot<AutoCloseable> channel = new OneShot<>();
    AtomicInteger closed = new AtomicInteger();
    channel.sender().send(closed::incrementAndGet);
    if (stage.attempt(channel.receiver()::close) != null) {
      channel.receiver().close();
    }
    stage.check(closed.get() == 1, "closed " + closed + " times");
  }

  /**
   * Two that select, of which one may fail, and one that waits in each queue: all that comes is
   * taken, and nobody sleeps where something is left.
   */
  @SuppressWarnings("LockNotBeforeTry") // nothing is thrown, or else the play has failed
  private static void select(Stage stage) throws Exception {
    Channel<Integer> channel = Channel.bounded(2);
    Semaphore semaphore = new Semaphore(0);
    Mutex mutex = new Mutex();
    AtomicInteger taken = new AtomicInteger();
    Stage.Action select =
        () -> {
          Select all = new Select();
          boolean[] got = {false};
          Throwable thrown =
              stage.attempt(() -> {
                Select.Case<Mutex.Held> lock = all.acquire(mutex);
                Select.Case<Semaphore> _ = all.acquire(semaphore);
                Select.Case<Integer> _ = all.receive(channel);
                got[0] = all.await() != lock;
              });
          if (got[0]) {
            int _ = taken.incrementAndGet();
          }
          stage.check(!mutex.isHeldByCurrentThread() || !got[0], "two were taken");
          stage.check(
              !mutex.isHeldByCurrentThread() || thrown == null,
              "one that has failed holds the mutex");
          if (mutex.isHeldByCurrentThread()) {
            mutex.unlock();
          }
        };
    mutex.lock();
    Actor one = stage.sleeper(select);
    Actor other = stage.sleeper(select);
    Actor acquiring =
        stage.sleeper(() -> {
          if (stage.attempt(semaphore::acquire) == null) {
            int _ = taken.incrementAndGet();
          }
        });
    semaphore.release(1);
    channel.send(1);
    mutex.unlock();
    stage.until(() -> one.isThrough() && other.isThrough());
    stage.check(!mutex.isLocked(), "the mutex is held by nobody who uses it");
    semaphore.release(1);
    acquiring.join();
    one.join();
    other.join();
    stage.check(
        taken.get() + semaphore.availablePermits() + channel.size() == 3,
        taken + " taken of three, and left " + semaphore + ", " + channel);
  }

  private static void oneShot(Stage stage) throws Exception {
    OneShot<Integer> channel = new OneShot<>();
    AtomicInteger received = new AtomicInteger();
    Actor receiver =
        stage.sleeper(() -> {
          Throwable thrown = stage.attempt(() -> received.set(channel.receiver().receive()));
          if (thrown != null && received.get() == 0) {
            received.set(channel.receiver().receive());
          }
        });
    Throwable thrown = stage.attempt(() -> channel.sender().send(1));
    if (thrown != null && !channel.toString().contains("Received")) {
      try {
        channel.sender().send(1);
      } catch (IllegalStateException _) {
        // It had been sent.
      }
    }
    receiver.join();
    stage.check(received.get() == 1, "the object has not been received");
  }
}
