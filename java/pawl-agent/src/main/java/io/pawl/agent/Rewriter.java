package io.pawl.agent;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rewrites the classes for which that has been decided, and leaves all others alone. */
final class Rewriter implements ClassFileTransformer {
  private final Instrumentation instrumentation;
  private final Realms realms;
  private final Options options;
  private final Log log;

  Rewriter(Instrumentation instrumentation, Realms realms, Options options, Log log) {
    this.instrumentation = instrumentation;
    this.realms = realms;
    this.options = options;
    this.log = log;
  }

  /** True for the classes of Pawl, the agent among them. */
  static boolean isPawls(String internalName) {
    return internalName.startsWith("io/pawl/");
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable Module module,
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] classFile) {
    if (loader == null || name == null || isPawls(name)) {
      return null;
    }
    try {
      Realm realm = realms.of(loader, name);
      if (realm == null) {
        return null;
      }
      if (realm.rewrites(name)) {
        byte[] renamed = Renaming.apply(classFile);
        letReadPawl(module);
        log.rewritten(name);
        return renamed;
      }
      String reason = realm.blind(name);
      if (reason != null) {
        Facts facts = FactsReader.read(classFile);
        if (facts.mentions()) {
          reportBlind(realm, loader, facts, reason);
        }
      }
      return null;
    } catch (RuntimeException | Error e) {
      log.error(name.replace('/', '.') + " is left unchanged: " + e);
      return null;
    }
  }

  private void reportBlind(Realm realm, ClassLoader loader, Facts facts, String reason) {
    if (options.wants(facts.name())) {
      log.skipped(facts.name(), reason);
    }
    String clash = realm.clash(facts, name -> hasCopy(loader, name));
    if (clash != null) {
      log.error(facts.name().replace('/', '.') + " is not rewritten and cannot work: " + clash);
    }
  }

  /** True when a loader reads a class from another place than its parent. */
  private static boolean hasCopy(ClassLoader loader, String name) {
    ClassLoader parent = loader.getParent();
    URL own = loader.getResource(name + ".class");
    URL parents = parent == null ? null : parent.getResource(name + ".class");
    return own != null && parents != null && !own.toExternalForm().equals(parents.toExternalForm());
  }

  /** A named module that is transformed reads the class path by itself, but no other module. */
  private void letReadPawl(@Nullable Module module) {
    ModuleLayer layer = module == null ? null : module.getLayer();
    if (module == null || layer == null) {
      return;
    }
    Optional<Module> pawl = layer.findModule("io.pawl");
    if (pawl.isPresent() && !module.canRead(pawl.get())) {
      instrumentation.redefineModule(
          module, Set.of(pawl.get()), Map.of(), Map.of(), Set.of(), Map.of());
    }
  }
}
