package io.pawl;

import io.pawl.observe.Wait.Mode;
import java.util.Map;

/** How threads wait in each scene. */
final class SceneModes {

  private static final Map<String, Mode> OTHERS =
      Map.ofEntries(
          Map.entry("read lock", Mode.SHARED),
          Map.entry("read lock, fair", Mode.SHARED),
          Map.entry("RwLock, read", Mode.SHARED),
          Map.entry("StampedLock, read", Mode.SHARED),
          Map.entry("RwGuarded", Mode.SHARED),
          Map.entry("Semaphore", Mode.PERMITS),
          Map.entry("Semaphore, fair", Mode.PERMITS),
          Map.entry("BoundedSemaphore", Mode.PERMITS),
          Map.entry("SharedSemaphore", Mode.PERMITS),
          Map.entry("Condvar", Mode.CONDITION),
          Map.entry("condition of a reentrant write lock", Mode.CONDITION),
          Map.entry("GuardedCondition", Mode.CONDITION),
          Map.entry("condition of FairMutex", Mode.CONDITION),
          Map.entry("condition of ReentrantLock", Mode.CONDITION),
          Map.entry("condition of a write lock", Mode.CONDITION),
          Map.entry("Channel, receive", Mode.CONDITION),
          Map.entry("Channel, send", Mode.CONDITION),
          Map.entry("SharedCondvar", Mode.CONDITION),
          Map.entry("Phaser, child", Mode.GATE),
          Map.entry("Once, running", Mode.GATE),
          Map.entry("CountDownLatch", Mode.GATE),
          Map.entry("CyclicBarrier", Mode.GATE),
          Map.entry("Phaser", Mode.GATE),
          Map.entry("Once", Mode.GATE),
          Map.entry("OnceValue", Mode.GATE),
          Map.entry("OneShot", Mode.GATE),
          Map.entry("Select", Mode.SELECT),
          Map.entry("Rcu", Mode.GATE),
          Map.entry("Lazy, running", Mode.GATE),
          Map.entry("Exchanger", Mode.EXCHANGE),
          Map.entry("LockSupport", Mode.PARK),
          Map.entry("ParkingLot", Mode.PARK),
          Map.entry("AtomicWord", Mode.PARK),
          Map.entry("AtomicWord, any", Mode.PARK));

  private SceneModes() {}

  static Mode of(String scene) {
    return OTHERS.getOrDefault(scene, Mode.EXCLUSIVE);
  }
}
