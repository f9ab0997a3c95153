package io.pawl.agent;

import java.util.HashSet;
import java.util.Set;

/** The packages of the JDK: those that the boot and the platform class loader define. */
final class JdkPackages {
  private static final Set<String> NAMES = find();

  private JdkPackages() {}

  static boolean contain(String internalName) {
    int slash = internalName.lastIndexOf('/');
    return slash > 0 && NAMES.contains(internalName.substring(0, slash).replace('/', '.'));
  }

  private static Set<String> find() {
    Set<String> names = new HashSet<>();
    for (Module module : ModuleLayer.boot().modules()) {
      ClassLoader loader = module.getClassLoader();
      if (loader == null || loader == ClassLoader.getPlatformClassLoader()) {
        names.addAll(module.getPackages());
      }
    }
    return names;
  }
}
