package io.pawl.benchmarks;

import org.openjdk.jmh.infra.Blackhole;

/** The tasks that repeat a method of a benchmark for JMH. */
final class Alone {
  private Alone() {}

  /** An operation whose result a black hole takes. */
  private interface Operation {
    void run(Blackhole hole) throws Throwable;
  }

  private static Loop.Body repeat(Operation operation) {
    Blackhole hole =
        new Blackhole(
            "Today's password is swordfish. I understand instantiating Blackholes directly is"
                + " dangerous.");
    return () -> {
      for (int i = 0; i < Loop.BATCH; i++) {
        operation.run(hole);
      }
    };
  }

  static Task construct(String name) {
    P12Construction benchmark = new P12Construction();
    Operation operation =
        switch (name) {
          case "Mutex" -> hole -> hole.consume(benchmark.mutex());
          case "ReentrantLock" -> hole -> hole.consume(benchmark.reentrantLock());
          case "RwLock" -> hole -> hole.consume(benchmark.rwLock());
          case "ReentrantReadWriteLock" -> hole -> hole.consume(benchmark.reentrantReadWriteLock());
          case "StampedLock" -> hole -> hole.consume(benchmark.stampedLock());
          default -> throw new IllegalArgumentException(name);
        };
    return new Loop(1, () -> repeat(operation), () -> {});
  }

  static Task arena(String name, int threads) {
    ArenaAllocation benchmark = new ArenaAllocation();
    benchmark.setUp();
    return new Loop(threads, () -> repeat(allocation(benchmark, name)), benchmark::checkIsOpen);
  }

  private static Operation allocation(ArenaAllocation benchmark, String name) {
    ArenaAllocation.Count count = new ArenaAllocation.Count();
    return switch (name) {
      case "ConcurrentArena" -> hole -> hole.consume(benchmark.concurrentArena(count));
      case "Arena.ofShared" -> hole -> hole.consume(benchmark.sharedArena(count));
      case "malloc" -> hole -> hole.consume(benchmark.malloc());
      default -> throw new IllegalArgumentException(name);
    };
  }

  static Task handle(String name, int threads) {
    SliceHandles benchmark = new SliceHandles();
    benchmark.setUp();
    Operation operation =
        switch (name) {
          case "ArcSlice" -> _ -> benchmark.retainClose();
          case "Arc" -> _ -> benchmark.arcRetainClose();
          case "two-adds" -> hole -> hole.consume(benchmark.twoAdds());
          default -> throw new IllegalArgumentException(name);
        };
    return new Loop(threads, () -> repeat(operation), () -> {});
  }

  static Task optimistic(String name) {
    SeqLockRead benchmark = new SeqLockRead();
    benchmark.lock = name;
    benchmark.setUp();
    return new Loop(1, () -> repeat(_ -> benchmark.oneReader()), () -> {});
  }

  /** A wake of nobody, through the backend that this JVM was started with. */
  static Task wake() {
    BindingCost benchmark = new BindingCost();
    benchmark.backend = System.getProperty("pawl.backend", "panama");
    benchmark.setUp();
    return new Loop(1, () -> repeat(_ -> benchmark.wakeNobody()), benchmark::check);
  }

  /** A wait that gives up at once. */
  static Task vain() {
    P21Observing benchmark = new P21Observing();
    benchmark.told = "nobody";
    try {
      benchmark.setUp();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new Loop(1, () -> repeat(hole -> hole.consume(benchmark.waitInVain())), () -> {});
  }

  /** Each method repeats the read a thousand times itself. */
  static Task section(String name) {
    RcuReadSection benchmark = new RcuReadSection();
    benchmark.setUp();
    Loop.Body body =
        switch (name) {
          case "Rcu" -> benchmark::section;
          case "opaque" -> benchmark::opaque;
          case "bare" -> benchmark::bare;
          case "RwLock" -> benchmark::readLock;
          case "StampedLock" -> benchmark::optimistic;
          default -> throw new IllegalArgumentException(name);
        };
    return new Loop(1, () -> body, () -> {});
  }
}
