package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.GuavaProgram;
import com.acme.HazelcastProgram;
import com.acme.PoolProgram;
import com.google.common.util.concurrent.Monitor;
import com.google.common.util.concurrent.internal.InternalFutureFailureAccess;
import com.hazelcast.core.Hazelcast;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.ChildJvm.Result;
import io.pawl.kit.Limit;
import java.nio.file.Path;
import org.apache.commons.pool2.ObjectPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Libraries from Maven Central, before and after. */
@Tag("jar")
@Limit(110)
class LibraryTest {

  @Test
  void objectPoolBehavesTheSameOnPawlsLocks() throws Exception {
    String classPath = classPath(ChildJvm.classesOf(ObjectPool.class));
    String before = run(Children.plain(), classPath, PoolProgram.class).quietOut();
    Result after = run(Children.withAgent("include=org.apache.*"), classPath, PoolProgram.class);
    assertThat(before)
        .contains("borrowed 3200, shared 0\n", "timed out early: false\n")
        .contains("interrupted: [InterruptedException], waiters 0\n")
        .contains("served [borrower 0, borrower 1, borrower 2, borrower 3]\n")
        .contains("lock of pool: java.util.concurrent.locks.ReentrantLock\n")
        .contains("lock of keyed pool: java.util.concurrent.locks.ReentrantReadWriteLock\n");
    assertThat(after.quietOut()).isEqualTo(before.replace("java.util.concurrent.", "io.pawl."));
  }

  @Test
  void cacheMonitorAndStripesBehaveTheSameOnPawlsLocks() throws Exception {
    String classPath =
        classPath(
            ChildJvm.classesOf(Monitor.class),
            ChildJvm.classesOf(InternalFutureFailureAccess.class));
    String before = run(Children.plain(), classPath, GuavaProgram.class).normalOut();
    Result after = run(Children.withAgent(""), classPath, GuavaProgram.class);
    assertThat(before)
        .contains("loads 500, size 500\n", "taken 1200, left 0\n", "counted 8000\n")
        .contains("lock of cache: java.util.concurrent.locks.ReentrantLock\n");
    assertThat(after.normalOut()).isEqualTo(before.replace("java.util.concurrent.", "io.pawl."));
  }

  @Test
  void locksThatTheApplicationSharesWithALibraryStayTheJdks() throws Exception {
    String classPath =
        classPath(
            ChildJvm.classesOf(Monitor.class),
            ChildJvm.classesOf(InternalFutureFailureAccess.class));
    Result after = run(Children.withAgent("include=com.google.*"), classPath, GuavaProgram.class);
    assertThat(after.normalOut())
        .contains("lock of cache: io.pawl.locks.ReentrantLock\n")
        .contains("lock of monitor: io.pawl.locks.ReentrantLock\n")
        .contains("lock of stripes: java.util.concurrent.locks.ReentrantLock\n")
        .contains("lock of semaphores: java.util.concurrent.Semaphore\n")
        .contains("lock of lock with an order: java.util.concurrent.locks.ReentrantLock\n");
    assertThat(after.err())
        .contains(
            "pawl-agent: com.google.common.util.concurrent.CycleDetectingLockFactory keeps the"
                + " JDK's locks: it shares CycleDetectingLockFactory.newReentrantLock with"
                + " com.acme.GuavaProgram, which keeps them\n");
  }

  @Test
  void clusterWhoseMetricsAreOfTheTypesOfLocksStartsAndBehavesTheSame() throws Exception {
    String classPath = classPath(ChildJvm.classesOf(Hazelcast.class));
    String before = run(Children.plain(), classPath, HazelcastProgram.class).normalOut();
    Result after = run(Children.withAgent("log=all"), classPath, HazelcastProgram.class);
    assertThat(before).contains("members 2\n", "entries 1000\n", "locked: true\n");
    assertThat(after.normalOut()).isEqualTo(before);
    assertThat(after.err())
        .contains("pawl-agent: com.hazelcast.map.impl.MapKeyLoader uses Pawl's locks\n")
        .contains(
            "pawl-agent: com.hazelcast.internal.partition.impl.PartitionReplicaManager keeps the"
                + " JDK's locks: it shares what is found by the type Semaphore with"
                + " com.hazelcast.internal.metrics.impl.ProbeType, which keeps them\n")
        .doesNotContain("pawl-agent: error");
  }

  private static Result run(ChildJvm child, String classPath, Class<?> program) throws Exception {
    return child.with("-cp", classPath, program.getName()).run();
  }

  private static String classPath(Path... libraries) {
    return ChildJvm.path(
        ChildJvm.classesOf(PoolProgram.class), Path.of(ChildJvm.path(libraries)), Children.pawl());
  }
}
