package io.pawl.agent;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rewrites the classes for which that has been decided, and leaves all others alone. */
final class Rewriter implements ClassFileTransformer {

  /*
   * Errors. A class that is to be rewritten and cannot be must not be defined as it is: the classes
   * that it is tied to are rewritten, and a field or a method would be missing, or worse, a lock be
   * of two kinds. The JVM passes over what a transformer throws. So it gets a class of another name,
   * made beforehand, which it refuses with a NoClassDefFoundError that tells this name. A loader may
   * try again, and a class that no other has asked for yet can then be defined.
   */

  /** A name like any other to the JVM. */
  static final String REFUSED = "Pawl's agent could not rewrite it, see the log";

  private static final byte[] REFUSAL =
      ClassFile.of().build(ClassDesc.ofInternalName(REFUSED), type -> {});

  private final Instrumentation instrumentation;
  private final Realms realms;
  private final Options options;
  private final Log log;
  private final UnaryOperator<byte[]> renaming;

  Rewriter(Instrumentation instrumentation, Realms realms, Options options, Log log) {
    this(instrumentation, realms, options, log, Renaming::apply);
  }

  /** One that renames as it is told. */
  Rewriter(
      Instrumentation instrumentation,
      Realms realms,
      Options options,
      Log log,
      UnaryOperator<byte[]> renaming) {
    this.instrumentation = instrumentation;
    this.realms = realms;
    this.options = options;
    this.log = log;
    this.renaming = renaming;
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
    byte[] result = REFUSAL;
    try {
      Realm realm = realms.of(loader, name);
      if (realm == null) {
        return null;
      }
      if (realm.rewrites(name)) {
        byte[] renamed = renaming.apply(classFile);
        letReadPawl(module);
        result = renamed;
        log.rewritten(name);
        return result;
      }
      result = null;
      String reason = realm.blind(name);
      if (reason != null) {
        Facts facts = FactsReader.read(classFile);
        if (facts.mentions()) {
          reportBlind(realm, loader, facts, reason);
        }
      }
      return null;
    } catch (RuntimeException | Error e) {
      report(
          name,
          result == null ? " is left unchanged: " : result == REFUSAL ? " is refused: " : ": ",
          e);
      return result;
    }
  }

  private void report(String name, String what, Throwable thrown) {
    try {
      log.error(name.replace('/', '.') + what + thrown);
    } catch (RuntimeException | Error e) {
      // Memory or the stack has run out for this line too.
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
