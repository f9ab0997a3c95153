package io.pawl.internal.backend;

import io.pawl.spi.NativeWaitProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The providers beside Pawl itself, as {@link ServiceLoader} finds them. */
final class Providers {
  /** After how many broken providers the search ends; some errors recur for ever. */
  private static final int BROKEN = 16;

  private Providers() {}

  /** Returns the provider with a name, or null. */
  static @Nullable NativeWaitProvider find(String name) {
    for (NativeWaitProvider provider : all()) {
      if (provider.name().equals(name)) {
        return provider;
      }
    }
    return null;
  }

  /** Returns all of them; one that cannot be loaded is left out. */
  static List<NativeWaitProvider> all() {
    List<NativeWaitProvider> found = new ArrayList<>();
    Iterator<NativeWaitProvider> iterator =
        ServiceLoader.load(NativeWaitProvider.class, Providers.class.getClassLoader()).iterator();
    for (int broken = 0; broken < BROKEN; ) {
      try {
        if (!iterator.hasNext()) {
          break;
        }
        found.add(iterator.next());
      } catch (ServiceConfigurationError e) {
        broken++;
      }
    }
    return found;
  }
}
