package io.pawl.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Does the processor reorder what a spin lock with too weak a memory order should keep inside?
 *
 * <p>Four threads lock, count and unlock a million times each; the counter is not atomic. What
 * counts is the number {@code lost}: with {@code relaxed} order it may be more than none on a
 * processor that is weakly ordered; with {@code acquireRelease} it must be none, or the run fails.
 * HotSpot's compilers keep opaque accesses in the order of the program, although Java does not
 * demand it, so what is lost is the processor's doing.
 *
 * <p>After the experiment of "Rust Atomics and Locks", chapter 7. Java has no relaxed exchange, so
 * a weak compare-and-set without order locks.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class RelaxedLock {
  private static final int THREADS = 4;
  private static final int SECTIONS = 1_000_000;

  /** How often a thread looks at the lock before it lets others run. */
  private static final int SPINS = 100;

  private static final VarHandle LOCKED = handle("locked", boolean.class);
  private static final VarHandle COUNTER = handle("counter", long.class);

  @Param({"relaxed", "acquireRelease"})
  String order;

  private boolean locked;
  private long counter;

  /** What JMH adds to its report. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Losses {
    /** How many sections have not counted. */
    public long lost;
  }

  private static VarHandle handle(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(RelaxedLock.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** All threads. */
  @Benchmark
  public void run(Losses losses) throws InterruptedException {
    boolean relaxed = order.equals("relaxed");
    counter = 0;
    Thread[] threads = new Thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
      threads[i] = new Thread(relaxed ? this::countRelaxed : this::countInOrder);
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    long lost = (long) THREADS * SECTIONS - counter;
    if (locked || lost < 0 || (lost > 0 && !relaxed)) {
      throw new IllegalStateException("Locked: " + locked + ", lost: " + lost);
    }
    losses.lost += lost;
  }

  private void countRelaxed() {
    for (int i = 0; i < SECTIONS; i++) {
      int spins = 0;
      while (!LOCKED.weakCompareAndSetPlain(this, false, true)) {
        spins = pause(spins);
      }
      COUNTER.setOpaque(this, (long) COUNTER.getOpaque(this) + 1);
      LOCKED.setOpaque(this, false);
    }
  }

  private void countInOrder() {
    for (int i = 0; i < SECTIONS; i++) {
      int spins = 0;
      while (!LOCKED.weakCompareAndSetAcquire(this, false, true)) {
        spins = pause(spins);
      }
      COUNTER.setOpaque(this, (long) COUNTER.getOpaque(this) + 1);
      LOCKED.setRelease(this, false);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // four threads may share fewer processors
  private static int pause(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
      return spins + 1;
    }
    Thread.yield();
    return 0;
  }
}
