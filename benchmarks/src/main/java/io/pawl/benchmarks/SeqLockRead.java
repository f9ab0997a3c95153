package io.pawl.benchmarks;

import io.pawl.locks.SeqLock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** How long does it take to read two fields without locking, and beside a writer? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SeqLockRead {
  /** The plain SeqLock uses stamps, as StampedLock does; the others pass a function. */
  @Param({"SeqLock", "SeqLockFunction", "StampedLock", "PawlStampedLock"})
  String lock;

  private Pair pair;

  /** Makes the lock. */
  @Setup
  public void setUp() {
    pair =
        switch (lock) {
          case "SeqLock" -> new OfSeqLock();
          case "SeqLockFunction" -> new OfFunction();
          case "StampedLock" -> new OfStampedLock();
          case "PawlStampedLock" -> new OfPawlStampedLock();
          default -> throw new IllegalArgumentException(lock);
        };
  }

  /** One thread reads. */
  @Benchmark
  @Threads(1)
  public void oneReader() {
    check(pair.difference());
  }

  /** Two threads read. */
  @Benchmark
  @Threads(2)
  public void twoReaders() {
    check(pair.difference());
  }

  /** One thread reads while another writes. */
  @Benchmark
  @Group("readerAndWriter")
  @GroupThreads(1)
  public void reader() {
    check(pair.difference());
  }

  /** The writer. */
  @Benchmark
  @Group("readerAndWriter")
  @GroupThreads(1)
  public void writer() {
    pair.increment();
  }

  private static void check(long difference) {
    if (difference != 0) {
      throw new IllegalStateException("A read was torn");
    }
  }

  /** Two numbers that are always equal. */
  private abstract static class Pair {
    long first;
    long second;

    abstract long difference();

    abstract void increment();
  }

  private static final class OfSeqLock extends Pair {
    private final SeqLock lock = new SeqLock();
    private final SeqLock.WriteLock writeLock = lock.writeLock();

    @Override
    long difference() {
      long stamp = lock.tryOptimisticRead();
      long difference = first - second;
      return lock.validate(stamp) ? difference : lock.readLong(() -> first - second);
    }

    @Override
    void increment() {
      writeLock.lock();
      try {
        first++;
        second++;
      } finally {
        writeLock.unlock();
      }
    }
  }

  private static final class OfFunction extends Pair {
    private final SeqLock lock = new SeqLock();

    @Override
    long difference() {
      return lock.readLong(() -> first - second);
    }

    @Override
    void increment() {
      lock.write(() -> {
        first++;
        second++;
      });
    }
  }

  private static final class OfStampedLock extends Pair {
    private final StampedLock lock = new StampedLock();

    @Override
    long difference() {
      long stamp = lock.tryOptimisticRead();
      long difference = first - second;
      if (!lock.validate(stamp)) {
        stamp = lock.readLock();
        try {
          difference = first - second;
        } finally {
          lock.unlockRead(stamp);
        }
      }
      return difference;
    }

    @Override
    void increment() {
      long stamp = lock.writeLock();
      try {
        first++;
        second++;
      } finally {
        lock.unlockWrite(stamp);
      }
    }
  }

  private static final class OfPawlStampedLock extends Pair {
    private final io.pawl.locks.StampedLock lock = new io.pawl.locks.StampedLock();

    @Override
    long difference() {
      long stamp = lock.tryOptimisticRead();
      long difference = first - second;
      if (!lock.validate(stamp)) {
        stamp = lock.readLock();
        try {
          difference = first - second;
        } finally {
          lock.unlockRead(stamp);
        }
      }
      return difference;
    }

    @Override
    void increment() {
      long stamp = lock.writeLock();
      try {
        first++;
        second++;
      } finally {
        lock.unlockWrite(stamp);
      }
    }
  }
}
