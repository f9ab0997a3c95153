package io.pawl.internal.backend;

import com.sun.management.ThreadMXBean;
import io.pawl.internal.memory.WordSlab;
import io.pawl.spi.NativeWait;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The main class of the children of the tests: asks {@link Backend} and prints the answers. */
final class Probe {
  /** In how many class loaders Pawl is loaded: more than a cache of libraries has numbers for. */
  static final int LOADERS = 18;

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
      case "descriptors" -> descriptors();
      case "closed" -> closed(Path.of(args[1]));
      case "calls" -> calls();
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

  /** The most that one of many calls allocates; run without a compiler, which would end that. */
  private static void calls() {
    NativeWait wait = Objects.requireNonNull(Backend.settled());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long word = new WordSlab().lease(Probe.class);
    long most = 0;
    for (int i = 0; i < 300; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      int _ = wait.await(word, 1, NativeWait.FOREVER, false);
      int _ = wait.wake(word, 1, false);
      int _ = wait.requeue(word, 1, 1, 1, word, false);
      int _ = wait.barrier();
      most = Math.max(most, threads.getCurrentThreadAllocatedBytes() - before);
    }
    System.out.println(most);
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

  /** The backend is asked for while there are no file descriptors, and when there are again. */
  private static void descriptors() throws Exception {
    String _ = attempt(() -> null);
    loadAll(Children.classes());
    List<FileInputStream> open = new ArrayList<>();
    try {
      while (true) {
        open.add(new FileInputStream("/dev/null"));
      }
    } catch (FileNotFoundException _) {
      System.out.println("settled: " + attempt(Backend::settled));
    }
    for (FileInputStream file : open) {
      file.close();
    }
    String later = attempt(Backend::settled);
    while (later.startsWith("refused")) {
      later = attempt(Backend::settled);
    }
    System.out.println("later: " + later);
  }

  /** Loads all classes of a directory, which takes file descriptors. */
  private static void loadAll(Path classes) throws IOException, ClassNotFoundException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(classes.resolve("io"))) {
      files = walk.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : files) {
      String name = classes.relativize(file).toString().replace(File.separatorChar, '.');
      Class<?> _ = Probe.class.getClassLoader().loadClass(name.substring(0, name.length() - 6));
    }
  }

  /** A class loader is closed between the first lock and the linking. */
  private static void closed(Path classes) throws Exception {
    URL[] urls = {classes.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      Object _ = loader.loadClass("io.pawl.locks.Mutex").getConstructor().newInstance();
    }
    awaitTheEndOfLinking();
    System.out.println("ended");
  }

  /** Several class loaders load Pawl; all of them live to the end. */
  private static void loaders(Path classes) throws IOException, ReflectiveOperationException {
    URL[] urls = {classes.toUri().toURL()};
    List<URLClassLoader> loaders = new ArrayList<>();
    for (int i = 0; i < LOADERS; i++) {
      URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
      loaders.add(loader);
      System.out.println("loader " + settledIn(loader));
    }
    awaitTheEndOfLinking();
    System.out.println("files in memory: " + filesInMemory());
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
  }

  /** What has been needed for linking is given back at its end. */
  private static void awaitTheEndOfLinking() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals(Preparation.THREAD_NAME)) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** The open descriptors of files made by memfd_create(2), where the system lists them. */
  private static int filesInMemory() throws IOException {
    File[] descriptors = new File("/proc/self/fd").listFiles();
    int found = 0;
    for (File descriptor : descriptors == null ? new File[0] : descriptors) {
      try {
        if (Files.readSymbolicLink(descriptor.toPath()).toString().startsWith("/memfd:")) {
          found++;
        }
      } catch (NoSuchFileException _) {
        // That of the listing.
      }
    }
    return found;
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
