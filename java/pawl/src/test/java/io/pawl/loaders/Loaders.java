package io.pawl.loaders;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Loads Pawl again and again, has the same threads wait by it, and counts the loaders that stay.
 */
final class Loaders {

  /** How often. */
  static final int ROUNDS = 10;

  private static final int THREADS = 4;

  private Loaders() {}

  /**
   * Prints how many loaders are alive in the end.
   *
   * @param args the kind of the threads; the folders of the main and the test classes
   */
  public static void main(String[] args) throws Exception {
    var threads = args[0].equals("virtual") ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS, threads.factory());
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      loaders.add(load(pool, args[1], args[2]));
    }
    long alive = ROUNDS;
    for (int i = 0; i < 50 && alive > 0; i++) {
      System.gc();
      Thread.sleep(100);
      alive = loaders.stream().filter(loader -> loader.get() != null).count();
    }
    System.out.println(alive + " alive of " + ROUNDS);
    System.exit(0);
  }

  private static WeakReference<ClassLoader> load(ExecutorService pool, String... folders)
      throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String folder : folders) {
      urls.add(new File(folder).toURI().toURL());
    }
    try (var loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      @SuppressWarnings("unchecked")
      var waits =
          (Consumer<ExecutorService>)
              loader.loadClass("io.pawl.loaders.Waits").getConstructor().newInstance();
      waits.accept(pool);
      return new WeakReference<>(loader);
    }
  }
}
