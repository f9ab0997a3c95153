package io.pawl.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.stress.program.BufferProgram;
import io.pawl.stress.program.CacheProgram;
import io.pawl.stress.program.ParkProgram;
import io.pawl.stress.program.PhaseProgram;
import io.pawl.stress.program.PoolProgram;
import io.pawl.stress.program.QueueProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Programs written for the JDK's classes give the same results when nothing but their imports is
 * replaced, under load, with interrupts, timeouts and shutdown.
 */
@ParameterizedClass
@EnumSource(SameProgramTest.Kind.class)
@Limit(120)
class SameProgramTest {

  /** On which threads. */
  enum Kind {
    PLATFORM,
    VIRTUAL,
    MIXED;

    ThreadFactory factory() {
      ThreadFactory platform = Thread.ofPlatform().daemon().factory();
      ThreadFactory virtual = Thread.ofVirtual().factory();
      AtomicInteger count = new AtomicInteger();
      return switch (this) {
        case PLATFORM -> platform;
        case VIRTUAL -> virtual;
        case MIXED ->
            body -> (count.getAndIncrement() % 2 == 0 ? platform : virtual).newThread(body);
      };
    }
  }

  private static final String PROGRAMS = BufferProgram.class.getPackageName();

  @TempDir private static Path directory;
  @AutoClose private static Recompiled recompiled;

  private final Kind kind;

  SameProgramTest(Kind kind) {
    this.kind = kind;
  }

  @BeforeAll
  static void compile() throws IOException {
    recompiled = Recompiled.compile(PROGRAMS, directory);
  }

  @Test
  void programsUseEveryDropIn() throws IOException {
    assertThat(Recompiled.replaced(PROGRAMS))
        .containsExactly(
            "CountDownLatch",
            "CyclicBarrier",
            "Exchanger",
            "Phaser",
            "Semaphore",
            "locks.Condition",
            "locks.Lock",
            "locks.LockSupport",
            "locks.ReadWriteLock",
            "locks.ReentrantLock",
            "locks.ReentrantReadWriteLock",
            "locks.StampedLock");
  }

  @Test
  void boundedBuffer() throws ReflectiveOperationException {
    assertSame(new BufferProgram());
  }

  @Test
  void stripedCache() throws ReflectiveOperationException {
    assertSame(new CacheProgram());
  }

  @Test
  void threadPool() throws ReflectiveOperationException {
    assertSame(new PoolProgram());
  }

  @Test
  void phases() throws ReflectiveOperationException {
    assertSame(new PhaseProgram());
  }

  @Test
  void queues() throws ReflectiveOperationException {
    assertSame(new QueueProgram());
  }

  @Test
  void parking() throws ReflectiveOperationException {
    assertSame(new ParkProgram());
  }

  @SuppressWarnings("unchecked")
  private void assertSame(Function<ThreadFactory, String> program)
      throws ReflectiveOperationException {
    Class<?> type = recompiled.loadClass(program.getClass().getName());
    assertThat(type).isNotSameAs(program.getClass());
    var withPawl = (Function<ThreadFactory, String>) type.getConstructor().newInstance();
    String result = program.apply(kind.factory());
    assertThat(withPawl.apply(kind.factory())).isEqualTo(result);
  }
}
