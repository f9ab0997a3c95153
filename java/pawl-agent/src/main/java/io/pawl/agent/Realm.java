package io.pawl.agent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The classes of one class loader, and what has been decided about them. */
final class Realm {
  private final @Nullable Realm parent;

  /** The classes of which the analysis of a child loader may need to know more than the name. */
  private final Map<String, Facts> own = new LinkedHashMap<>();

  /** All others, once all is decided. */
  private Names plain = new Names(Set.of());

  private final Set<String> kept = new HashSet<>();
  private final Set<String> besideKept = new HashSet<>();
  private final Set<String> besideCast = new HashSet<>();
  private final Map<String, String> skipped = new LinkedHashMap<>();
  private final List<String> errors = new ArrayList<>();
  private final @Nullable String closed;
  private final @Nullable Idle idle;

  private Realm(@Nullable Realm parent, @Nullable String closed, @Nullable Idle idle) {
    this.parent = parent;
    this.closed = closed;
    this.idle = idle;
  }

  /** A realm nothing of which is rewritten. */
  static Realm closed(@Nullable Realm parent, String reason) {
    return new Realm(parent, reason, null);
  }

  /**
   * Decides about all classes of a loader.
   *
   * <p>When nothing is to be rewritten, no class is read until a child loader needs to know of it.
   *
   * @param finder finds the class file of a class that the sources do not have, or returns null; it
   *     is kept, so it must not hold the loader
   * @param loaded the names of the classes that the loader has defined before
   */
  static Realm of(
      Sources sources,
      Function<String, byte @Nullable []> finder,
      @Nullable Realm parent,
      Set<String> loaded,
      Options options) {
    if (rewritesNone(parent)
        && !sources.anyClass(name -> !Rewriter.isPawls(name) && options.wants(name))) {
      return new Realm(
          parent, null, new Idle(options, () -> read(sources, finder, parent, loaded, options)));
    }
    return read(sources, finder, parent, loaded, options);
  }

  private static Realm read(
      Sources sources,
      Function<String, byte @Nullable []> finder,
      @Nullable Realm parent,
      Set<String> loaded,
      Options options) {
    Realm realm = new Realm(parent == null ? null : parent.inFull(), null, null);
    int threads = Team.size();
    Map<String, String> unfit = new HashMap<>();
    for (Findings found : Team.map(sources.parts(threads), Findings::in, threads)) {
      // Those of one jar may be the same.
      found.errors.removeAll(realm.errors);
      realm.errors.addAll(found.errors);
      for (Facts facts : found.facts) {
        String reason = found.unfit.get(facts);
        if (realm.own.putIfAbsent(facts.name(), facts) == null && reason != null) {
          unfit.put(facts.name(), reason);
        }
      }
    }
    realm.decide(finder, loaded, unfit, options);
    return realm;
  }

  private static boolean rewritesNone(@Nullable Realm realm) {
    for (Realm next = realm; next != null; next = next.parent) {
      for (String name : next.own.keySet()) {
        if (next.rewrites(name)) {
          return false;
        }
      }
    }
    return true;
  }

  private Realm inFull() {
    return idle == null ? this : idle.realm();
  }

  /** What is found in a part of the sources. */
  private static final class Findings {
    final List<Facts> facts = new ArrayList<>();
    final IdentityHashMap<Facts, String> unfit = new IdentityHashMap<>();
    final List<String> errors = new ArrayList<>();

    private Findings() {}

    static Findings in(Sources.Part part) {
      Findings findings = new Findings();
      try {
        part.read(findings::read);
      } catch (IOException e) {
        findings.errors.add(
            "the classes of " + part.whole() + " are left alone, it cannot be read: " + e);
      }
      return findings;
    }

    private void read(ClassBytes classFile) throws IOException {
      Facts found;
      try {
        found = FactsReader.read(classFile);
      } catch (RuntimeException e) {
        // A damaged class file makes the parser throw others than the one that is documented.
        errors.add("a class file cannot be read: " + e.getMessage());
        return;
      }
      facts.add(found);
      if (found.mentions()) {
        try {
          byte[] _ = Renaming.apply(classFile.whole());
        } catch (RuntimeException e) {
          unfit.put(found, "it cannot be renamed: " + e.getMessage());
        }
      }
    }
  }

  /** What becomes of a loader nothing of which is rewritten when its classes are asked for. */
  private static final class Idle {
    final Options options;
    private final Supplier<Realm> reading;
    private volatile @Nullable Realm read;

    Idle(Options options, Supplier<Realm> reading) {
      this.options = options;
      this.reading = reading;
    }

    /** Takes no lock, as reading asks the loader; several threads may read, each the same. */
    Realm realm() {
      Realm realm = read;
      if (realm == null) {
        realm = reading.get();
        read = realm;
      }
      return realm;
    }
  }

  /** What cannot work. */
  List<String> errors() {
    return errors;
  }

  /** Writes what was found. */
  void report(Log log) {
    errors.forEach(log::error);
    skipped.forEach(log::skipped);
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
    if (idle != null && !idle.options.wants(name)) {
      return null;
    }
    return lists(name) ? null : "it is not among the classes that its loader lists";
  }

  /**
   * Finds out whether a class that is not rewritten since it is not known can work.
   *
   * @param copied tells whether the loader has a class of its own in the place of a parent's
   * @return the class of this loader or a parent's that is rewritten and shares a lock with it, and
   *     what they share; or null
   */
  @Nullable String clash(Facts blind, Predicate<String> copied) {
    if (find(blind.name()) != null) {
      // Its loader prefers its own classes, so this need not be the one that it takes.
      return null;
    }
    Analysis analysis =
        new Analysis(
            Map.of(blind.name(), blind),
            new Others(this, name -> null) {
              @Override
              public @Nullable Facts find(String name) {
                Facts facts = super.find(name);
                boolean hidden =
                    facts != null
                        && facts.mentions()
                        && !own.containsKey(name)
                        && copied.test(name);
                return hidden ? null : facts;
              }
            },
            JdkPackages::contain);
    analysis.keep(blind.name(), "it is not known");
    var _ = analysis.run();
    return analysis.torn().get(blind.name());
  }

  private boolean lists(String name) {
    return own.containsKey(name) || plain.contains(name);
  }

  private @Nullable Facts find(String name) {
    Facts facts = own.get(name);
    if (facts == null && plain.contains(name)) {
      return Facts.withoutMention(name, List.of());
    }
    return facts != null || parent == null ? facts : parent.find(name);
  }

  private boolean keeps(String name) {
    return lists(name) ? kept.contains(name) : parent != null && parent.keeps(name);
  }

  private boolean besideKept(String name) {
    return lists(name) ? besideKept.contains(name) : parent != null && parent.besideKept(name);
  }

  private boolean besideCast(String name) {
    return lists(name) ? besideCast.contains(name) : parent != null && parent.besideCast(name);
  }

  private void decide(
      Function<String, byte @Nullable []> finder,
      Set<String> loaded,
      Map<String, String> unfit,
      Options options) {
    Analysis analysis =
        new Analysis(
            own,
            new Others(parent, name -> own.containsKey(name) ? null : finder.apply(name)),
            JdkPackages::contain);
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
            skipped.put(name, reason);
          }
        });
    Set<String> done = analysis.plain();
    plain = new Names(done);
    own.keySet().removeAll(done);
    Map<List<String>, List<String>> lists = new HashMap<>();
    own.replaceAll((name, facts) -> {
      List<String> supertypes = facts.supertypes();
      return facts.decided(lists.computeIfAbsent(supertypes, same -> same));
    });
    besideKept.addAll(analysis.besideKept());
    besideCast.addAll(analysis.besideCast());
    analysis
        .torn()
        .forEach((name, reason) ->
            errors.add(
                name.replace('/', '.')
                    + " is not rewritten, but a class of a parent class loader is: "
                    + reason));
  }

  /** The classes of the parents, and those that the loader finds but does not list. */
  private static class Others implements Analysis.Others {
    private final @Nullable Realm nearest;
    private final Function<String, byte @Nullable []> finder;
    private final Map<String, Optional<Facts>> found = new HashMap<>();

    Others(@Nullable Realm nearest, Function<String, byte @Nullable []> finder) {
      this.nearest = nearest;
      this.finder = finder;
    }

    @Override
    public @Nullable Facts find(String name) {
      Facts facts = nearest == null ? null : nearest.find(name);
      return facts != null || JdkPackages.contain(name)
          ? facts
          : found.computeIfAbsent(name, this::read).orElse(null);
    }

    private Optional<Facts> read(String name) {
      byte[] classFile = finder.apply(name);
      if (classFile == null) {
        return Optional.empty();
      }
      try {
        Facts facts = FactsReader.read(classFile);
        return facts.name().equals(name) ? Optional.of(facts) : Optional.empty();
      } catch (RuntimeException e) {
        return Optional.empty();
      }
    }

    @Override
    public boolean keeps(String name) {
      return !isListed(name) || (nearest != null && nearest.keeps(name));
    }

    @Override
    public boolean besideKept(String name) {
      return !isListed(name) || (nearest != null && nearest.besideKept(name));
    }

    @Override
    public boolean besideCast(String name) {
      return nearest != null && nearest.besideCast(name);
    }

    private boolean isListed(String name) {
      return nearest != null && nearest.find(name) != null;
    }
  }
}
