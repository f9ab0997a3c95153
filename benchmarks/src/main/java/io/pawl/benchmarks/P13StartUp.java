package io.pawl.benchmarks;

import java.io.IOException;
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
 * P13: how long after its start has a JVM done its first lock and unlock, or its first wait for a
 * lock that another thread held?
 *
 * <p>One invocation starts two JVMs, one after the other, with the JVM's default settings, so that
 * what else the machine does meets both. The result to read is not that of JMH but the counters, in
 * microseconds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class P13StartUp {
  @Param({"uncontended", "contended"})
  String what;

  /** What JMH adds to its report. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Counters {
    /** With Pawl's mutex. */
    public long mutex;

    /** With the JDK's lock. */
    public long reentrantLock;
  }

  /** Starts one JVM of each. */
  @Benchmark
  public void startBoth(Counters counters) throws IOException, InterruptedException {
    counters.mutex = micros("Mutex");
    counters.reentrantLock = micros("ReentrantLock");
  }

  private long micros(String lock) throws IOException, InterruptedException {
    String now = Long.toString(System.nanoTime());
    String nanos = ChildJvm.run(FirstLock.class, lock, what, now).getLast();
    return TimeUnit.NANOSECONDS.toMicros(Long.parseLong(nanos));
  }
}
