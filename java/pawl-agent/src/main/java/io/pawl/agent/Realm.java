package io.pawl.agent;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The classes of one class loader, and what has been decided about them. */
final class Realm {
  private final @Nullable Realm parent;
  private final Map<String, Facts> own = new LinkedHashMap<>();
  private final Set<String> kept = new HashSet<>();
  private final Set<String> besideKept = new HashSet<>();
  private final @Nullable String closed;

  private Realm(@Nullable Realm parent, @Nullable String closed) {
    this.parent = parent;
    this.closed = closed;
  }

  /** A realm nothing of which is rewritten. */
  static Realm closed(@Nullable Realm parent, String reason) {
    return new Realm(parent, reason);
  }

  /**
   * Decides about all classes of a loader.
   *
   * @param loaded the names of the classes that the loader has defined before
   */
  static Realm of(
      Sources sources, @Nullable Realm parent, Set<String> loaded, Options options, Log log) {
    Realm realm = new Realm(parent, null);
    Map<String, String> unfit = new HashMap<>();
    sources.forEachClassFile(classFile -> realm.read(classFile, unfit, log), log);
    realm.decide(loaded, unfit, options, log);
    return realm;
  }

  /** True when a class is to be rewritten while it is loaded. */
  boolean rewrites(String name) {
    Facts facts = own.get(name);
    return facts != null && facts.mentions() && !kept.contains(name);
  }

  /** Why nothing is known about a class, or null when it is known. */
  @Nullable String blind(String name) {
    if (closed != null) {
      return closed;
    }
    return own.containsKey(name) ? null : "it is not among the classes that its loader lists";
  }

  private @Nullable Facts find(String name) {
    Facts facts = own.get(name);
    return facts != null || parent == null ? facts : parent.find(name);
  }

  private boolean keeps(String name) {
    return own.containsKey(name) ? kept.contains(name) : parent != null && parent.keeps(name);
  }

  private boolean besideKept(String name) {
    return own.containsKey(name)
        ? besideKept.contains(name)
        : parent != null && parent.besideKept(name);
  }

  private void read(byte[] classFile, Map<String, String> unfit, Log log) {
    Facts facts;
    try {
      facts = FactsReader.read(classFile);
    } catch (IllegalArgumentException e) {
      log.error("a class file cannot be read: " + e.getMessage());
      return;
    }
    if (own.putIfAbsent(facts.name(), facts) == null && facts.mentions()) {
      try {
        byte[] _ = Renaming.apply(classFile);
      } catch (IllegalArgumentException e) {
        unfit.put(facts.name(), "it cannot be renamed: " + e.getMessage());
      }
    }
  }

  private void decide(Set<String> loaded, Map<String, String> unfit, Options options, Log log) {
    Analysis analysis = new Analysis(own, new Parents(), JdkPackages::contain);
    Set<String> unwanted = new HashSet<>();
    for (Facts facts : own.values()) {
      String name = facts.name();
      if (!facts.mentions()) {
        continue;
      }
      if (Rewriter.isPawls(name) || !options.wants(name)) {
        unwanted.add(name);
        analysis.keep(name, "it is not to be rewritten");
      } else if (loaded.contains(name)) {
        analysis.keep(name, "it was loaded before the agent could look at it");
      }
    }
    unfit.forEach(analysis::keep);
    analysis
        .run()
        .forEach((name, reason) -> {
          kept.add(name);
          if (!unwanted.contains(name)) {
            log.skipped(name, reason);
          }
        });
    besideKept.addAll(analysis.besideKept());
    analysis
        .torn()
        .forEach((name, reason) ->
            log.error(
                name.replace('/', '.')
                    + " is not rewritten, but a class of a parent class loader is: "
                    + reason));
  }

  private final class Parents implements Analysis.Others {
    @Override
    public @Nullable Facts find(String name) {
      return parent == null ? null : parent.find(name);
    }

    @Override
    public boolean keeps(String name) {
      return parent != null && parent.keeps(name);
    }

    @Override
    public boolean besideKept(String name) {
      return parent != null && parent.besideKept(name);
    }
  }
}
