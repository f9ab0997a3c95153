package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.kit.Limit;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Limit(60)
class RewriterTest {
  @TempDir Path directory;

  @BeforeEach
  void compile() {
    Compiled.into(
        directory,
        List.of(),
        "package a; class Locked { java.util.concurrent.Semaphore s; }",
        "package a; class Plain {}");
  }

  @Test
  void classThatCannotBeRewrittenIsRefusedAndNotLeftAsItIs() throws Exception {
    byte[] refusal = transformed("a/Locked", classFile -> fail(new OutOfMemoryError("test")));
    assertThatThrownBy(() -> define("a.Locked", Objects.requireNonNull(refusal)))
        .isInstanceOf(NoClassDefFoundError.class)
        .hasMessageContaining(Rewriter.REFUSED);
    assertThat(transformed("a/Locked", classFile -> fail(new StackOverflowError())))
        .isSameAs(refusal);
    assertThat(transformed("a/Locked", classFile -> fail(new IllegalStateException())))
        .isSameAs(refusal);
  }

  @Test
  void classIsDefinedOnceItCanBeRewritten() throws Exception {
    byte[] renamed = Objects.requireNonNull(transformed("a/Locked", Renaming::apply));
    assertThat(define("a.Locked", renamed).getDeclaredField("s").getType().getName())
        .isEqualTo("io.pawl.Semaphore");
  }

  @Test
  void classThatNeedNotBeRewrittenIsLeftAsItIs() throws Exception {
    assertThat(transformed("a/Plain", classFile -> fail(new OutOfMemoryError("test")))).isNull();
  }

  private static byte[] fail(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  private byte @Nullable [] transformed(String name, UnaryOperator<byte[]> renaming)
      throws Exception {
    Options options = Options.parse("log=off");
    Log log = new Log(options.log());
    Instrumentation instrumentation = withoutLoadedClasses();
    Realms realms = new Realms(instrumentation, options, log);
    URL[] urls = {directory.toUri().toURL(), Children.pawl().toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      return new Rewriter(instrumentation, realms, options, log, renaming)
          .transform(
              null,
              loader,
              name,
              null,
              null,
              Files.readAllBytes(directory.resolve(name + ".class")));
    }
  }

  private static Class<?> define(String name, byte[] classFile) {
    return new ClassLoader(RewriterTest.class.getClassLoader()) {
      Class<?> define() {
        return defineClass(name, classFile, 0, classFile.length);
      }
    }.define();
  }

  private static Instrumentation withoutLoadedClasses() {
    return (Instrumentation)
        Proxy.newProxyInstance(
            Instrumentation.class.getClassLoader(),
            new Class<?>[] {Instrumentation.class},
            (proxy, method, arguments) -> new Class<?>[0]);
  }
}
