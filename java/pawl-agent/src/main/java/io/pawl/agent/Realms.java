package io.pawl.agent;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** The realms of all class loaders, each made when the first class is loaded there. */
final class Realms {

  /*
   * Locking. One lock for the maps, which is not held while a realm is made: that asks the loader
   * for resources, and a loader of the application may take locks of its own then, which another
   * thread holds that waits here. So several threads may make the realm of one loader; the first
   * that is done wins. Each thread has a realm before a class of the loader passes, with one
   * exception: what the loader needs for finding resources is loaded by a thread that is making the
   * realm, or by a helper of it, and passes unchanged. Its name is noted, and a realm that has been made without knowing
   * of it is made again.
   *
   * Errors. The class at which a realm cannot be made passes unchanged, so all classes of its loader
   * have to. A loader that throws an exception gets a closed realm. When memory or the stack runs
   * out, noting the loader may fail as well: then no loader gets a realm any more that has none.
   *
   * Classes of the agent that are loaded meanwhile come back to the transformer, which lets them
   * pass before it asks for a realm.
   */

  private static final Realm EXHAUSTED =
      Realm.closed(null, "memory or the stack ran out while the agent looked at classes");

  private final Map<ClassLoader, Realm> realms = new WeakHashMap<>();

  /** The classes that have passed while the realm of their loader was made. */
  private final Map<ClassLoader, Set<String>> passed = new WeakHashMap<>();

  /** The loaders whose realms a thread is making. */
  private final Map<Thread, Set<ClassLoader>> inProgress = new HashMap<>();

  /** True when a class may have passed whose name is not noted. */
  private boolean exhausted;

  private final Instrumentation instrumentation;
  private final Options options;
  private final Log log;

  Realms(Instrumentation instrumentation, Options options, Log log) {
    this.instrumentation = instrumentation;
    this.options = options;
    this.log = log;
  }

  /**
   * The realm of a loader; null when its classes are the JDK's.
   *
   * @param name the class that is being loaded there, or null
   */
  @Nullable Realm of(@Nullable ClassLoader loader, @Nullable String name) {
    if (loader == null || loader == ClassLoader.getPlatformClassLoader()) {
      return null;
    }
    try {
      return findOrClose(loader, name);
    } catch (Error e) {
      return giveUp(loader);
    }
  }

  private Realm findOrClose(ClassLoader loader, @Nullable String name) {
    try {
      return find(loader, name);
    } catch (RuntimeException e) {
      return close(loader, Realm.closed(null, "its class loader cannot be asked: " + e));
    }
  }

  private Realm find(ClassLoader loader, @Nullable String name) {
    synchronized (this) {
      Realm realm = realms.get(loader);
      if (realm == null && exhausted) {
        return EXHAUSTED;
      } else if (realm == null && isMaking(loader)) {
        if (name != null) {
          passed.computeIfAbsent(loader, key -> new HashSet<>()).add(name);
        }
        return Realm.closed(null, "its class loader is at work on itself");
      } else if (realm != null) {
        return realm;
      }
    }
    try {
      enter(loader);
      Realm parent = of(loader.getParent(), null);
      while (true) {
        Set<String> before = passedIn(loader);
        Realm realm = make(loader, parent, before);
        Realm winner = publish(loader, realm, before);
        if (winner != null) {
          if (winner == realm) {
            realm.report(log);
          }
          return winner;
        }
      }
    } finally {
      leave(loader);
    }
  }

  /** What counts for a loader that could not be asked: this, or what another thread has made. */
  private synchronized Realm close(ClassLoader loader, Realm closed) {
    Realm present = realms.putIfAbsent(loader, closed);
    passed.remove(loader);
    return present == null ? closed : present;
  }

  /** Needs no memory. A map may have taken a realm although it had no memory to grow then. */
  private synchronized Realm giveUp(ClassLoader loader) {
    Realm present = realms.get(loader);
    if (present != null) {
      return present;
    }
    exhausted = true;
    return EXHAUSTED;
  }

  /** True when this thread, or one that it helps, is making the realm of a loader. */
  private synchronized boolean isMaking(ClassLoader loader) {
    for (Thread next = Thread.currentThread(); next != null; next = Team.leaderOf(next)) {
      if (inProgress.getOrDefault(next, Set.of()).contains(loader)) {
        return true;
      }
    }
    return false;
  }

  private synchronized void enter(ClassLoader loader) {
    inProgress.computeIfAbsent(Thread.currentThread(), key -> new HashSet<>()).add(loader);
  }

  private synchronized void leave(ClassLoader loader) {
    Set<ClassLoader> loaders = inProgress.get(Thread.currentThread());
    if (loaders != null && loaders.remove(loader) && loaders.isEmpty()) {
      inProgress.remove(Thread.currentThread());
    }
  }

  private synchronized Set<String> passedIn(ClassLoader loader) {
    return new HashSet<>(passed.getOrDefault(loader, Set.of()));
  }

  /** The realm that counts; null when this one was made without knowing of all that has passed. */
  private synchronized @Nullable Realm publish(ClassLoader loader, Realm realm, Set<String> known) {
    Realm present = realms.get(loader);
    if (present != null) {
      return present;
    }
    if (exhausted) {
      return EXHAUSTED;
    }
    if (!known.equals(passed.getOrDefault(loader, Set.of()))) {
      return null;
    }
    realms.put(loader, realm);
    passed.remove(loader);
    return realm;
  }

  private Realm make(ClassLoader loader, @Nullable Realm parent, Set<String> alreadyPassed) {
    Sources sources = Sources.of(loader);
    if (sources == null) {
      return Realm.closed(parent, "nothing tells which files its class loader reads: " + loader);
    }
    String missing = missingDropIn(loader);
    if (missing != null) {
      return Realm.closed(parent, "its class loader finds no " + missing + ": " + loader);
    }
    Set<String> loaded = loadedBy(loader);
    loaded.addAll(alreadyPassed);
    Reference<ClassLoader> weak = new WeakReference<>(loader);
    return Realm.of(sources, name -> classFile(weak.get(), name), parent, loaded, options);
  }

  private static @Nullable String missingDropIn(ClassLoader loader) {
    for (String name : DropIns.NAMES) {
      String dropIn = DropIns.rename(name);
      if (loader.getResource(dropIn + ".class") == null) {
        return dropIn.replace('/', '.');
      }
    }
    return null;
  }

  /** Asks a loader for a class that it does not list, without loading it. */
  private static byte @Nullable [] classFile(@Nullable ClassLoader loader, String name) {
    if (loader == null) {
      return null;
    }
    try (InputStream in = loader.getResourceAsStream(name + ".class")) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  private Set<String> loadedBy(ClassLoader loader) {
    Set<String> names = new HashSet<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (type.getClassLoader() == loader) {
        names.add(type.getName().replace('.', '/'));
      }
    }
    return names;
  }
}
