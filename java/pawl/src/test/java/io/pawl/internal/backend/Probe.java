package io.pawl.internal.backend;

import io.pawl.spi.NativeWait;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The main class of the children of the tests: asks {@link Backend} and prints the answers. */
final class Probe {
  private Probe() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "settled" -> {
        System.out.println("settled: " + attempt(Backend::settled));
        System.out.println("current: " + attempt(Backend::current));
      }
      case "first" -> System.out.println("current: " + attempt(Backend::current));
      case "interrupted" -> interrupted();
      case "rush" -> rush();
      case "pending" -> pending();
      case "loaders" -> loaders(Path.of(args[1]));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private interface Source {
    @Nullable NativeWait get();
  }

  private static String attempt(Source source) {
    try {
      NativeWait wait = source.get();
      return wait == null ? "none" : wait.getClass().getSimpleName();
    } catch (IllegalStateException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static void pending() {
    Preparation.begin();
    boolean before = Preparation.isPending();
    String _ = attempt(Backend::settled);
    System.out.println(before + " " + Preparation.isPending());
  }

  private static void interrupted() {
    Thread.currentThread().interrupt();
    String first = attempt(Backend::current);
    String settled = attempt(Backend::settled);
    System.out.println(first + " " + settled + " " + Thread.interrupted());
  }

  /** Many threads of both kinds come at once, before anything is loaded. */
  private static void rush() throws InterruptedException {
    int count = 16;
    CountDownLatch start = new CountDownLatch(1);
    Thread[] threads = new Thread[count];
    for (int i = 0; i < count; i++) {
      Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
      boolean patient = i % 4 < 2;
      threads[i] =
          builder.start(() -> {
            try {
              start.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            System.out.println(attempt(patient ? Backend::settled : Backend::current));
          });
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.println("settled: " + attempt(Backend::settled));
  }

  /** Two class loaders load Pawl. */
  private static void loaders(Path classes) throws IOException, ReflectiveOperationException {
    URL[] urls = {classes.toUri().toURL()};
    ClassLoader parent = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader first = new URLClassLoader(urls, parent);
        URLClassLoader second = new URLClassLoader(urls, parent)) {
      System.out.println("first " + settledIn(first));
      System.out.println("second " + settledIn(second));
    }
  }

  private static String settledIn(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> backend = loader.loadClass(Backend.class.getName());
    try {
      Object wait = backend.getMethod("settled").invoke(null);
      return wait == null ? "none" : wait.getClass().getSimpleName();
    } catch (InvocationTargetException e) {
      return "refused: " + e.getTargetException().getMessage();
    }
  }
}
