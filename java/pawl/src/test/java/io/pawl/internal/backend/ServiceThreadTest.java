package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a thread of the library has of the thread that needs it first: nothing. */
@Limit(30)
class ServiceThreadTest {

  private static final InheritableThreadLocal<@Nullable String> INHERITED =
      new InheritableThreadLocal<>();

  private @Nullable String seen;

  /** Makes a thread on one that is unlike all others. */
  @SuppressWarnings("ThreadPriorityCheck") // the strange priority is not to be inherited
  private Thread make(CountDownLatch end) throws Exception {
    FutureTask<Thread> making =
        new FutureTask<>(() -> {
          INHERITED.set("inherited");
          return ServiceThread.make(
              () -> {
                seen = INHERITED.get();
                end.countDown();
              },
              "pawl-test",
              null);
        });
    Thread strange = new Thread(new ThreadGroup("strange"), making);
    strange.setPriority(Thread.MAX_PRIORITY);
    try (URLClassLoader loader = new URLClassLoader(new URL[0])) {
      strange.setContextClassLoader(loader);
      strange.start();
      strange.join();
    }
    return making.get();
  }

  @Test
  void hasNothingOfTheThreadThatMakesIt() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = make(end);
    ThreadGroup group = Objects.requireNonNull(thread.getThreadGroup());
    assertThat(group.getParent()).isNull();
    assertThat(thread.getPriority()).isEqualTo(Thread.NORM_PRIORITY);
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).isEqualTo("pawl-test");
    assertThat(thread.getContextClassLoader()).isNull();
    thread.start();
    assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(seen).isNull();
  }
}
