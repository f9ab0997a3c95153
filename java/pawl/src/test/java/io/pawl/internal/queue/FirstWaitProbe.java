package io.pawl.internal.queue;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/**
 * The main class of children in which there is no memory for one class, the n-th for which a thread
 * asks that waits, or prepares for it.
 */
final class FirstWaitProbe {

  private FirstWaitProbe() {}

  /**
   * Prints how many errors were survived.
   *
   * @param args the classes
   */
  public static void main(String[] args) throws Exception {
    URL[] urls = {Path.of(args[0]).toUri().toURL(), Path.of(args[1]).toUri().toURL()};
    int number = 0;
    boolean thrown;
    do {
      number++;
      try (Loader loader = new Loader(urls, number)) {
        var body = loader.loadClass(FirstWaitBody.class.getName()).getConstructor().newInstance();
        ((Runnable) body).run();
        thrown = loader.thrown;
      }
    } while (thrown);
    System.out.println("survived " + (number > 5 ? "many" : "" + number));
  }

  /** A class loader that fails once. */
  private static final class Loader extends URLClassLoader {
    private final int number;
    private int asked;
    private boolean thrown;

    Loader(URL[] classes, int number) {
      super(classes, ClassLoader.getPlatformClassLoader());
      this.number = number;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (!Thread.currentThread().getName().equals("main") && fails()) {
        throw new OutOfMemoryError("injected, " + name);
      }
      return super.findClass(name);
    }

    private synchronized boolean fails() {
      boolean first = !thrown && ++asked == number;
      thrown |= first;
      return first;
    }
  }
}
