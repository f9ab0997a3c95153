package io.pawl.internal.backend;

import java.security.PrivilegedAction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the threads that the library starts for itself: daemons of normal priority that have
 * nothing of the thread that happens to need them first.
 *
 * <p>Such a thread may live long after that one, and for others: it is in the topmost group, and
 * inherits neither thread locals nor a context class loader, nor, before JDK 24, the access control
 * context of all callers, which would keep their class loaders.
 */
public final class ServiceThread {

  /** The first release in which a thread inherits no access control context. */
  private static final int WITHOUT_CONTEXTS = 24;

  private static final boolean HAS_CONTEXTS = Runtime.version().feature() < WITHOUT_CONTEXTS;

  private ServiceThread() {}

  /** Initializes what {@link #make} needs. */
  public static void initialize() {
    if (HAS_CONTEXTS) {
      Making.initialize();
    }
  }

  /**
   * Makes a thread, which is not started.
   *
   * @param task what it does
   * @param name its name
   * @param loader its context class loader
   * @return the thread
   */
  public static Thread make(Runnable task, String name, @Nullable ClassLoader loader) {
    return HAS_CONTEXTS ? new Making(task, name, loader).alone() : plain(task, name, loader);
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it is not to be inherited
  private static Thread plain(Runnable task, String name, @Nullable ClassLoader loader) {
    Thread thread = new Thread(topmostGroup(), task, name, 0, false);
    thread.setDaemon(true);
    thread.setPriority(Thread.NORM_PRIORITY);
    thread.setContextClassLoader(loader);
    return thread;
  }

  /**
   * The group of all groups.
   *
   * @return the group
   */
  public static ThreadGroup topmostGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    for (ThreadGroup parent = group.getParent(); parent != null; parent = group.getParent()) {
      group = parent;
    }
    return group;
  }

  /** Cuts the access control context off. A class of its own, which later releases do not load. */
  private record Making(Runnable task, String name, @Nullable ClassLoader loader)
      implements PrivilegedAction<Thread> {

    static void initialize() {}

    @SuppressWarnings("removal") // it is there in each release in which this is called
    Thread alone() {
      return java.security.AccessController.doPrivileged(this);
    }

    @Override
    public Thread run() {
      return plain(task, name, loader);
    }
  }
}
