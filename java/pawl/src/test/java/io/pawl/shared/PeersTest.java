package io.pawl.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Other processes, other class loaders, other backends and other languages. */
@Limit(60)
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("LockNotBeforeTry") // the tests are about locks that stay held
class PeersTest {
  private static final int SIGSTOP = 19;
  private static final String CLASSES =
      ChildJvm.path(ChildJvm.classesOf(Pawl.class), ChildJvm.classesOf(Holder.class));

  private final Regions regions = new Regions();

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  /** Holds the mutex until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      SharedRegion region = SharedRegion.open(Path.of(arguments[0]), Regions.OPTIONS);
      region.mutex("m").lock();
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  private Process startHolder(String... options) throws IOException {
    return Programs.start(Programs.java(Holder.class, List.of(options), regions.file().toString()));
  }

  private static void signal(Process process, int signal) throws Throwable {
    Linker linker = Linker.nativeLinker();
    @SuppressWarnings("restricted")
    var kill =
        linker.downcallHandle(
            linker.defaultLookup().find("kill").orElseThrow(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    assertThat((int) kill.invokeExact((int) process.pid(), signal)).isZero();
  }

  @Test
  void stoppedProcessIsNotDeadAndAKilledOneIs() throws Throwable {
    SharedMutex mutex = regions.open().mutex("m");
    Process holder = startHolder();
    try {
      Await.until("the child holds the mutex", () -> mutex.owner() != null);
      signal(holder, SIGSTOP);
      assertThat(mutex.tryLock(50, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(mutex.owner()).isNotNull().matches(LockOwner::alive);
      assertThat(mutex.owner()).isNotNull().extracting(LockOwner::pid).isEqualTo(holder.pid());
    } finally {
      int _ = holder.destroyForcibly().waitFor();
    }
    assertThatExceptionOfType(OwnerDiedException.class)
        .isThrownBy(mutex::lock)
        .withMessageContaining("" + holder.pid());
  }

  @Test
  void backendWithoutShimExcludesOneWithIt() throws Exception {
    SharedMutex mutex = regions.open().mutex("m");
    Process holder = startHolder("-Dpawl.backend=syscall");
    try {
      Await.until("the child holds the mutex", () -> mutex.owner() != null);
      assertThat(mutex.tryLock()).isFalse();
    } finally {
      int _ = holder.destroyForcibly().waitFor();
    }
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(mutex::lock);
  }

  @Test
  void backendJavaSaysWhyThereAreNoRegions() throws Exception {
    SharedRegion _ = regions.open();
    ChildJvm.Result result =
        ChildJvm.java()
            .with("-XX:TieredStopAtLevel=1", "-Dpawl.backend=java", "-cp", CLASSES)
            .with(Pawl.class.getName(), "region", regions.file().toString())
            .run();
    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.err()).contains("need native calls").contains("-Dpawl.backend=java");
  }

  @Test
  void classLoadersAreToEachOtherAsProcesses() throws Exception {
    SharedMutex mutex = regions.open().mutex("m");
    URL classes = ChildJvm.classesOf(Pawl.class).toUri().toURL();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, null)) {
      Class<?> type = loader.loadClass(SharedRegion.class.getName());
      assertThat(type).isNotSameAs(SharedRegion.class);
      Object region = type.getMethod("open", Path.class).invoke(null, regions.file());
      Object same = type.getMethod("mutex", String.class).invoke(region, "m");
      Object _ = same.getClass().getMethod("lock").invoke(same);
      assertThat(mutex.tryLock()).isFalse();
      Object _ = same.getClass().getMethod("unlock").invoke(same);
      assertThat(mutex.tryLock()).isTrue();
      mutex.unlock();
      Object _ = type.getMethod("close").invoke(region);
    }
  }

  @Test
  void programInCCountsWithJava(@TempDir Path directory) throws Exception {
    Path program = Programs.c("native/examples/counters.c", directory);
    Path file = directory.resolve("shop");
    Process counting = Programs.start(List.of(program.toString(), file.toString(), "20000"));
    Await.until("the region is there", () -> Files.exists(file));
    try (SharedRegion region = SharedRegion.create(file, 65_536, RegionOptions.defaults())) {
      SharedMutex mutex = region.mutex("orders");
      var counters = region.data("counters", 64);
      for (int i = 0; i < 20_000; i++) {
        try (var _ = mutex.acquire()) {
          long begun = counters.get(ValueLayout.JAVA_LONG, 0) + 1;
          counters.set(ValueLayout.JAVA_LONG, 0, begun);
          assertThat(counters.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(begun - 1);
          counters.set(ValueLayout.JAVA_LONG, 8, begun);
        }
      }
      assertThat(counting.waitFor()).isZero();
      assertThat(counters.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(40_000);
    }
  }
}
