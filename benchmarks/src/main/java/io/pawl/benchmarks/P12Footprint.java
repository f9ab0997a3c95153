package io.pawl.benchmarks;

import io.pawl.locks.Mutex;
import io.pawl.locks.RwLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jol.info.GraphLayout;

/** P12: prints the heap memory of each lock that nobody has wanted yet. */
public final class P12Footprint {
  private P12Footprint() {}

  /**
   * Prints a line for each lock: its class and the bytes.
   *
   * @param args ignored
   */
  public static void main(String[] args) {
    for (Object lock :
        new Object[] {
          new Mutex(),
          new ReentrantLock(),
          new RwLock(),
          new ReentrantReadWriteLock(),
          new StampedLock()
        }) {
      long size = GraphLayout.parseInstance(lock).totalSize();
      System.out.println(lock.getClass().getSimpleName() + " " + size);
    }
  }
}
