package io.pawl.internal.backend;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * A class loader in which one class of Pawl cannot be loaded the first time: when one of Pawl's own
 * threads asks for the n-th class, or, for n = 0, when whoever it is asks for the class of these
 * threads.
 */
final class FaultyLoader extends URLClassLoader {
  private final int number;
  private final Error error;
  private int asked;
  private boolean thrown;

  FaultyLoader(URL[] classes, int number, Error error) {
    super(classes, ClassLoader.getPlatformClassLoader());
    this.number = number;
    this.error = error;
  }

  /** Whether the error has been thrown. */
  synchronized boolean hasThrown() {
    return thrown;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (isTheOne(name)) {
      throw error;
    }
    return super.findClass(name);
  }

  private synchronized boolean isTheOne(String name) {
    boolean own = Thread.currentThread().getName().equals("pawl-link");
    if (number == 0 ? !name.endsWith("LinkThread") : !own || ++asked != number) {
      return false;
    }
    boolean first = !thrown;
    thrown = true;
    return first;
  }
}
