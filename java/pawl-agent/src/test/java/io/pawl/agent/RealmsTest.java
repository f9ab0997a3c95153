package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Limit(60)
class RealmsTest {
  @TempDir Path directory;
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** What is done while the loaded classes are asked for, one thing at each call. */
  private final Queue<Runnable> meanwhile = new ConcurrentLinkedQueue<>();

  private final Options options = Options.parse("log=off");
  private final Realms realms = new Realms(failing(), options, new Log(options.log()));

  @BeforeEach
  void compile() {
    String body = " { java.util.concurrent.Semaphore s; }";
    Compiled.into(
        directory,
        List.of(),
        "package a; class A" + body,
        "package a; class B" + body,
        "package a; class C" + body);
  }

  @Test
  void loaderWithoutFailureIsRewritten() throws Exception {
    try (URLClassLoader loader = loader()) {
      assertThat(rewrites(loader)).isTrue();
    }
  }

  @Test
  void loaderThatFailsOnceKeepsAllItsClassesAndNoOtherLoaderDoes() throws Exception {
    try (URLClassLoader loader = loader();
        URLClassLoader other = loader()) {
      failures.add(new IllegalStateException("closed"));
      assertThat(rewrites(loader)).isFalse();
      assertThat(rewrites(loader)).isFalse();
      assertThat(rewrites(other)).isTrue();
    }
  }

  @Test
  void noRealmIsMadeAfterAnErrorAndThoseThatAreMadeStay() throws Exception {
    try (URLClassLoader before = loader();
        URLClassLoader loader = loader();
        URLClassLoader after = loader()) {
      assertThat(rewrites(before)).isTrue();
      failures.add(new StackOverflowError());
      assertThat(rewrites(loader)).isFalse();
      assertThat(rewrites(loader)).isFalse();
      assertThat(rewrites(after)).isFalse();
      assertThat(rewrites(before)).isTrue();
    }
  }

  @Test
  void classThatIsLoadedByAHelperMeanwhileIsNotRewritten() throws Exception {
    try (URLClassLoader loader = loader()) {
      CyclicBarrier both = new CyclicBarrier(2);
      meanwhile.add(() -> {
        List<Boolean> rewritten =
            Team.map(
                List.of("a/A", "a/B"),
                name -> {
                  meet(both);
                  return Objects.requireNonNull(realms.of(loader, name)).rewrites(name);
                },
                2);
        assertThat(rewritten).containsExactly(false, false);
      });
      Realm realm = Objects.requireNonNull(realms.of(loader, "a/C"));
      assertThat(realm.rewrites("a/A")).isFalse();
      assertThat(realm.rewrites("a/B")).isFalse();
      assertThat(realm.rewrites("a/C")).isTrue();
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      int _ = barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean rewrites(ClassLoader loader) {
    return Objects.requireNonNull(realms.of(loader, "a/A")).rewrites("a/A");
  }

  private URLClassLoader loader() throws Exception {
    URL[] urls = {directory.toUri().toURL(), Children.pawl().toUri().toURL()};
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  /** Throws the failures where it is asked for the loaded classes, one at each call. */
  private Instrumentation failing() {
    return (Instrumentation)
        Proxy.newProxyInstance(
            Instrumentation.class.getClassLoader(),
            new Class<?>[] {Instrumentation.class},
            (proxy, method, arguments) -> {
              Throwable failure = failures.poll();
              if (failure != null) {
                throw failure;
              }
              Runnable other = meanwhile.poll();
              if (other != null) {
                other.run();
              }
              return new Class<?>[0];
            });
  }
}
