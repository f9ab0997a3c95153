package io.pawl.agent;

import io.pawl.agent.Facts.Member;
import io.pawl.agent.Facts.Use;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the classes that have to keep the JDK's locks. */
final class Analysis {

  /*
   * Algorithm. A class is rewritten whole or not at all. The analysis looks at all classes of one
   * class loader at once, and of these at the ones that mention a drop-in; others stay the same
   * byte for byte.
   *
   * Two classes are tied when a drop-in may pass between them; both are then rewritten, or none:
   *
   *   T1  One refers to a field or a method of the other whose descriptor or signature mentions a
   *       drop-in. A lambda expression refers to the method that it implements.
   *   T2  Both declare a method of one name and descriptor, with a drop-in in it, and one class
   *       inherits from both: a call to the one may run the other.
   *   T3  One mentions the other, and the other stands for a drop-in: it extends one, or
   *       ThreadLocal<Semaphore>, or a class of that kind.
   *   T4  A Lock or a ReadWriteLock may pass between them, and one class on its way casts to a
   *       drop-in. A lock passes as a drop-in does in T1 to T3, with these interfaces in the place
   *       of the drop-in. It also passes through classes that mention no drop-in: so all classes
   *       that are connected in this way, by whatever number of steps, are tied when one of them
   *       casts. A class literal of a drop-in and its name in a string are casts too.
   *   T5  One has class literals of the other and of a drop-in: it may look up members by them.
   *   T6  One has the class literal of a drop-in at large, or its name in a string, and the other
   *       has an annotated member of that type: a framework compares the two. Where there are two
   *       such classes, a class that casts to the drop-in is tied to the first: what it casts may
   *       have been read from the member by reflection.
   *
   * A class is kept when
   *
   *   K1  the caller says so: it is not to be rewritten, or has been loaded, or cannot be renamed;
   *   K2  its Facts have an obstacle;
   *   K3  it is tied, by T1 or T4, to a class that is neither here, nor in a parent loader, nor
   *       the JDK's: a drop-in leaves the classes that can be rewritten, or enters them. When the
   *       loader finds such a class, its Facts count, as those of a class that is kept;
   *   K4  it declares a method with a drop-in in its descriptor that may override one of such a
   *       class;
   *   K5  it is tied to a class that is kept: in this loader, until nothing changes any more, or
   *       in a parent loader, where all is decided. For T4 a class of a parent loader is kept, too,
   *       when it is connected there to one that is.
   *
   * No type of the JDK but the drop-ins themselves has one in the type of a member, so a value
   * reaches code of the JDK as an Object, a Lock or a ReadWriteLock only. There Pawl's do as well.
   *
   * What it cannot see: a drop-in that passes between classes as an Object, with no signature that
   * says more, and is cast in one of them; a drop-in in a generic type that passes through a class
   * which names neither it nor Lock; and what code looks up by computed names.
   */

  private static final String KEPT = ", which keeps them";

  private final Map<String, Facts> own;
  private final Others others;
  private final Predicate<String> jdk;
  private final Map<String, Map<String, String>> ties = new HashMap<>();
  private final Map<String, Map<String, String>> lockPaths = new HashMap<>();
  private final Set<String> besideKept = new HashSet<>();
  private final Set<String> besideCast = new HashSet<>();
  private final Map<String, String> kept = new LinkedHashMap<>();
  private final Map<String, Boolean> carrying = new HashMap<>();
  private final Map<String, String> bound = new HashMap<>();

  /**
   * Creates an analysis.
   *
   * @param own the classes to decide on, by name
   * @param others the classes that have been decided on
   * @param jdk tells whether a class is the JDK's
   */
  Analysis(Map<String, Facts> own, Others others, Predicate<String> jdk) {
    this.own = own;
    this.others = others;
    this.jdk = jdk;
  }

  /** Keeps a class whatever else is found. */
  void keep(String name, String reason) {
    kept.putIfAbsent(name, reason);
  }

  /**
   * Runs.
   *
   * @return the classes that mention a drop-in and are kept, with the reasons
   */
  Map<String, String> run() {
    for (Facts facts : own.values()) {
      judge(facts);
      judgeOverrides(facts);
    }
    judgeTypes();
    Collection<Set<String>> connected = connected();
    connected.forEach(this::tieIfCast);
    spread();
    connected.stream()
        .filter(names -> names.stream().anyMatch(this::isKept))
        .forEach(besideKept::addAll);
    kept.keySet().removeIf(name -> !mentions(name));
    return kept;
  }

  /** The classes through which a Lock or a ReadWriteLock passes from or to a class that is kept. */
  Set<String> besideKept() {
    return besideKept;
  }

  /**
   * The classes that are kept and yet tied to a rewritten class of a parent loader. They cannot
   * work.
   */
  Map<String, String> torn() {
    Map<String, String> torn = new LinkedHashMap<>(bound);
    torn.keySet().retainAll(kept.keySet());
    return torn;
  }

  /** The classes through which a Lock or a ReadWriteLock passes from or to a class that casts. */
  Set<String> besideCast() {
    return besideCast;
  }

  /**
   * The classes whose names are all that an analysis of a child loader needs: no lock passes
   * through them or a supertype of theirs, and all supertypes are known.
   */
  Set<String> plain() {
    Map<String, Boolean> known = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (String name : own.keySet()) {
      if (isPlain(name, known)) {
        names.add(name);
      }
    }
    return names;
  }

  private boolean isPlain(String name, Map<String, Boolean> known) {
    // The first answer ends a circle of supertypes, which no class loader lets pass.
    Boolean before = known.putIfAbsent(name, false);
    if (before != null) {
      return before;
    }
    Facts facts = find(name);
    boolean plain =
        facts == null
            ? jdk.test(name) && !DropIns.isDropIn(name)
            : facts.isWithoutMention()
                && facts.supertypes().stream().allMatch(type -> isPlain(type, known));
    known.put(name, plain);
    return plain;
  }

  private void judge(Facts facts) {
    if (facts.obstacle() != null && (facts.mentions() || !facts.casts().isEmpty())) {
      keep(facts.name(), facts.obstacle());
    }
    Facts inParent = others.find(facts.name());
    if (inParent != null && inParent.mentions() && others.keeps(facts.name())) {
      // A loader that prefers its own copy may well have another version of it.
      keep(facts.name(), shared("the class", facts.name(), KEPT));
    }
    for (Use use : facts.uses()) {
      judgeUse(facts, use);
    }
    for (String type : facts.types()) {
      for (Facts known : lineage(type).known) {
        if (known.standsForDropIn()) {
          tie(facts.name(), known.name(), simpleName(known.name()));
        }
        if (known.standsForLock()) {
          connect(facts.name(), known.name(), simpleName(known.name()));
        }
      }
    }
    for (String holder : facts.reflected()) {
      for (Facts known : lineage(holder).known) {
        if (known.mentions()) {
          tie(facts.name(), known.name(), "what is looked up by class literals");
        }
      }
    }
  }

  private void judgeTypes() {
    Map<String, String> holders = new HashMap<>();
    Set<String> annotated = new HashSet<>();
    for (Facts facts : own.values()) {
      if (!Rewriter.isPawls(facts.name())) {
        facts.literals().forEach(type -> holders.putIfAbsent(type, facts.name()));
        annotated.addAll(facts.annotated());
      }
    }
    holders.keySet().retainAll(annotated);
    for (Facts facts : own.values()) {
      holders.forEach((type, holder) -> {
        if (facts.annotated().contains(type) || facts.casts().contains(type)) {
          tie(facts.name(), holder, "what is found by the type " + simpleName(type));
        }
      });
    }
  }

  private void judgeUse(Facts facts, Use use) {
    Lineage lineage = lineage(use.owner());
    String what = simpleName(use.owner()) + "." + use.member().name();
    boolean found = false;
    for (Facts known : lineage.known) {
      if (known.carriers().containsKey(use.member())) {
        tie(facts.name(), known.name(), what);
        found = true;
      }
      if (known.lockCarriers().containsKey(use.member())) {
        connect(facts.name(), known.name(), what);
      }
    }
    if (use.member().passesLock()) {
      lineage.outside.forEach(outside -> connect(facts.name(), outside, what));
    }
    boolean typed = DropIns.mentionedIn(use.member().descriptor());
    if (typed && !found && !lineage.dropIn) {
      keep(facts.name(), "it shares " + what + " with code that is not rewritten");
    }
  }

  /** Tells whether a class has or inherits a member through which a lock passes. */
  private boolean hasCarriers(String name) {
    // The first answer ends a circle of supertypes, which no class loader lets pass.
    Boolean known = carrying.putIfAbsent(name, false);
    if (known != null) {
      return known;
    }
    Facts facts = find(name);
    boolean has = facts != null && (!facts.carriers().isEmpty() || !facts.lockCarriers().isEmpty());
    if (facts != null && !has) {
      has = facts.supertypes().stream().anyMatch(this::hasCarriers);
    }
    carrying.put(name, has);
    return has;
  }

  private void judgeOverrides(Facts facts) {
    if (!hasCarriers(facts.name())) {
      return;
    }
    Lineage lineage = lineage(facts.name());
    Map<Member, String> first = new HashMap<>();
    for (Facts known : lineage.known) {
      known
          .carriers()
          .forEach((member, overrides) -> {
            if (!overrides) {
              return;
            }
            String other = first.putIfAbsent(member, known.name());
            if (other != null) {
              tie(known.name(), other, simpleName(other) + "." + member.name());
            }
            if (!lineage.outside.isEmpty() && own.containsKey(known.name())) {
              keep(
                  known.name(),
                  "its method "
                      + member.name()
                      + " may override one of a class that is not rewritten");
            }
          });
    }
    Map<Member, String> firstWithLock = new HashMap<>();
    for (Facts known : lineage.known) {
      known
          .lockCarriers()
          .forEach((member, overrides) -> {
            if (!overrides) {
              return;
            }
            String other = firstWithLock.putIfAbsent(member, known.name());
            if (other != null) {
              connect(known.name(), other, simpleName(other) + "." + member.name());
            }
            for (String outside : lineage.outside) {
              connect(known.name(), outside, simpleName(known.name()) + "." + member.name());
            }
          });
    }
  }

  private void connect(String one, String other, String what) {
    if (!one.equals(other)) {
      put(lockPaths, one, other, what);
    }
  }

  private static void put(
      Map<String, Map<String, String>> graph, String one, String other, String what) {
    graph.computeIfAbsent(one, name -> new LinkedHashMap<>()).putIfAbsent(other, what);
    graph.computeIfAbsent(other, name -> new LinkedHashMap<>()).putIfAbsent(one, what);
  }

  /** The sets of classes between which a Lock or a ReadWriteLock may pass. */
  private Collection<Set<String>> connected() {
    Collection<Set<String>> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String start : lockPaths.keySet()) {
      Set<String> names = new LinkedHashSet<>();
      Deque<String> open = new ArrayDeque<>(List.of(start));
      for (String name = open.poll(); name != null; name = open.poll()) {
        if (seen.add(name)) {
          names.add(name);
          open.addAll(lockPaths.getOrDefault(name, Map.of()).keySet());
        }
      }
      if (!names.isEmpty()) {
        all.add(names);
      }
    }
    return all;
  }

  private void tieIfCast(Set<String> connected) {
    if (connected.stream().noneMatch(this::isBesideCast)) {
      return;
    }
    besideCast.addAll(connected);
    for (String one : connected) {
      lockPaths
          .getOrDefault(one, Map.of())
          .forEach((other, what) -> {
            put(ties, one, other, what);
            if (own.containsKey(one) && !own.containsKey(other) && isRewrittenElsewhere(other)) {
              bound.putIfAbsent(one, shared(what, other, rewritten(other)));
            }
          });
      if (!own.containsKey(one) && isKept(one)) {
        keep(one, "it is decided on elsewhere");
      }
    }
  }

  private boolean isBesideCast(String name) {
    Facts facts = find(name);
    return facts != null
        && (!facts.casts().isEmpty() || (!own.containsKey(name) && others.besideCast(name)));
  }

  /** True when a class is the cause for others to be kept. */
  private boolean isKept(String name) {
    if (own.containsKey(name)) {
      return kept.containsKey(name) && mentions(name);
    }
    return others.find(name) == null || others.keeps(name) || others.besideKept(name);
  }

  private boolean isRewrittenElsewhere(String name) {
    Facts facts = others.find(name);
    return facts != null && facts.mentions() && !others.keeps(name);
  }

  private boolean mentions(String name) {
    Facts facts = own.get(name);
    return facts != null && facts.mentions();
  }

  private void tie(String one, String other, String what) {
    if (one.equals(other)) {
      return;
    }
    if (!own.containsKey(one)) {
      if (own.containsKey(other)) {
        tieToParent(other, one, what);
      }
    } else if (own.containsKey(other)) {
      put(ties, one, other, what);
    } else {
      tieToParent(one, other, what);
    }
  }

  private void tieToParent(String name, String inParent, String what) {
    if (others.keeps(inParent)) {
      keep(name, shared(what, inParent, KEPT));
    } else {
      bound.putIfAbsent(name, shared(what, inParent, rewritten(inParent)));
    }
  }

  private void spread() {
    Deque<String> changed = new ArrayDeque<>(kept.keySet());
    for (String name = changed.poll(); name != null; name = changed.poll()) {
      for (Map.Entry<String, String> tie : ties.getOrDefault(name, Map.of()).entrySet()) {
        if (kept.putIfAbsent(tie.getKey(), shared(tie.getValue(), name, KEPT)) == null) {
          changed.add(tie.getKey());
        }
      }
    }
  }

  private static String rewritten(String name) {
    return ", which is rewritten unless it is in exclude=" + name.replace('/', '.');
  }

  private static String shared(String what, String other, String which) {
    return "it shares " + what + " with " + other.replace('/', '.') + which;
  }

  private static String simpleName(String internalName) {
    return internalName.substring(internalName.lastIndexOf('/') + 1);
  }

  /** A class and all its supertypes. */
  private static final class Lineage {
    final Collection<Facts> known = new ArrayList<>();
    boolean dropIn;
    final Set<String> outside = new LinkedHashSet<>();
  }

  /** The classes of other loaders, and those that no loader lists. All is decided about them. */
  interface Others {
    /** The facts of a class that is one of these, or null. */
    @Nullable Facts find(String name);

    /** True when it is not rewritten. */
    boolean keeps(String name);

    /**
     * True when a Lock or a ReadWriteLock passes from it or to it, and also through a kept class.
     */
    boolean besideKept(String name);

    /** The same for a class that casts. */
    boolean besideCast(String name);
  }

  private Lineage lineage(String name) {
    Lineage lineage = new Lineage();
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(name));
    for (String next = open.poll(); next != null; next = open.poll()) {
      if (!seen.add(next)) {
        continue;
      }
      Facts facts = find(next);
      if (facts != null) {
        lineage.known.add(facts);
        open.addAll(facts.supertypes());
      } else if (DropIns.isDropIn(next)) {
        lineage.dropIn = true;
      } else if (!jdk.test(next)) {
        lineage.outside.add(next);
      }
    }
    return lineage;
  }

  private @Nullable Facts find(String name) {
    Facts facts = own.get(name);
    return facts == null ? others.find(name) : facts;
  }
}
