package io.pawl.benchmarks;

import io.pawl.CountDownLatch;
import io.pawl.CyclicBarrier;
import io.pawl.Exchanger;
import io.pawl.Phaser;
import io.pawl.Semaphore;
import io.pawl.locks.FairMutex;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwLock;
import io.pawl.locks.StampedLock;
import java.util.stream.Stream;
import org.openjdk.jol.info.GraphLayout;

/** P12: prints the heap memory of each class that nobody has waited for yet, beside its peer's. */
public final class P12Footprint {
  /** What the lines of the result begin with, among those that the JVM may print. */
  public static final String ROW = "footprint ";

  private static final int MANY = 100_000;

  private P12Footprint() {}

  /**
   * Prints a line for each class: its name, its bytes and those of the JDK's class in its place.
   *
   * @param args ignored
   */
  public static void main(String[] args) {
    compare(new Mutex(), new java.util.concurrent.locks.ReentrantLock());
    compare(new FairMutex(), new java.util.concurrent.locks.ReentrantLock(true));
    compare(new RwLock(), new java.util.concurrent.locks.ReentrantReadWriteLock());
    compare(new ReentrantLock(), new java.util.concurrent.locks.ReentrantLock());
    compare(new ReentrantReadWriteLock(), new java.util.concurrent.locks.ReentrantReadWriteLock());
    compare(new StampedLock(), new java.util.concurrent.locks.StampedLock());
    compare(new Semaphore(1), new java.util.concurrent.Semaphore(1));
    compare(new CountDownLatch(1), new java.util.concurrent.CountDownLatch(1));
    compare(new CyclicBarrier(2), new java.util.concurrent.CyclicBarrier(2));
    compare(new Phaser(1), new java.util.concurrent.Phaser(1));
    compare(new Exchanger<>(), new java.util.concurrent.Exchanger<>());
    System.out.println(
        "ByteLock, each of "
            + MANY
            + " in an array: "
            + (double) size(new byte[MANY]) / MANY
            + " bytes; Mutex, each of as many: "
            + (double) size(Stream.generate(Mutex::new).limit(MANY).toArray()) / MANY);
  }

  private static void compare(Object pawl, Object jdk) {
    System.out.println(ROW + pawl.getClass().getSimpleName() + " " + size(pawl) + " " + size(jdk));
  }

  private static long size(Object root) {
    return GraphLayout.parseInstance(root).totalSize();
  }
}
