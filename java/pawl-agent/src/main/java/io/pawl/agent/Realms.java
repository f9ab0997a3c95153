package io.pawl.agent;

import java.lang.instrument.Instrumentation;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** The realms of all class loaders, each made when the first class is loaded there. */
final class Realms {

  /*
   * Locking. One lock for all. The thread that holds it loads no class of the application and asks
   * no loader for one, but only for resources, since another thread may wait for the lock while it
   * holds that loader's. Classes of the agent that are loaded meanwhile come back to the
   * transformer, which lets them pass before it asks for a realm.
   */

  private final Map<ClassLoader, Realm> realms = new WeakHashMap<>();
  private final Instrumentation instrumentation;
  private final Options options;
  private final Log log;

  Realms(Instrumentation instrumentation, Options options, Log log) {
    this.instrumentation = instrumentation;
    this.options = options;
    this.log = log;
  }

  /** The realm of a loader; null when its classes are the JDK's. */
  synchronized @Nullable Realm of(@Nullable ClassLoader loader) {
    if (loader == null || loader == ClassLoader.getPlatformClassLoader()) {
      return null;
    }
    Realm realm = realms.get(loader);
    if (realm == null) {
      Realm parent = of(loader.getParent());
      // For the classes that the loader needs for finding resources.
      realms.put(loader, Realm.closed(parent, "its class loader is at work on itself"));
      realm = make(loader, parent);
      realms.put(loader, realm);
    }
    return realm;
  }

  private Realm make(ClassLoader loader, @Nullable Realm parent) {
    Sources sources = Sources.of(loader);
    if (sources == null) {
      return Realm.closed(parent, "nothing tells which files its class loader reads: " + loader);
    }
    String missing = missingDropIn(loader);
    if (missing != null) {
      return Realm.closed(parent, "its class loader finds no " + missing + ": " + loader);
    }
    return Realm.of(sources, parent, loadedBy(loader), options, log);
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
