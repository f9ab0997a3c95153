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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
   *   T4  One casts to a drop-in, and refers to a member of the other that passes a Lock or a
   *       ReadWriteLock: the lock may be of the other's making.
   *   T5  One looks up a field of the other by name and by the class literal of a drop-in.
   *
   * A class is kept when
   *
   *   K1  the caller says so: it is not to be rewritten, or has been loaded, or cannot be renamed;
   *   K2  its Facts have an obstacle;
   *   K3  it is tied, by T1 or T4, to a class that is neither here, nor in a parent loader, nor
   *       the JDK's: a drop-in leaves the classes that can be rewritten, or enters them;
   *   K4  it declares a method with a drop-in in its descriptor that may override one of such a
   *       class;
   *   K5  it is tied to a class that is kept: in this loader, until nothing changes any more, or
   *       in a parent loader, where all is decided.
   *
   * No type of the JDK but the drop-ins themselves has one in the type of a member, so a value
   * reaches code of the JDK as an Object, a Lock or a ReadWriteLock only. There Pawl's do as well.
   *
   * What it cannot see: a drop-in that passes between classes as an Object, with no signature that
   * says more, and is cast in one of them; and what code looks up by computed names.
   */

  private final Map<String, Facts> own;
  private final Function<String, @Nullable Facts> parents;
  private final Predicate<String> keptByParent;
  private final Predicate<String> jdk;
  private final Map<String, Map<String, String>> ties = new HashMap<>();
  private final Map<String, String> kept = new LinkedHashMap<>();
  private final Map<String, String> bound = new HashMap<>();

  /**
   * Creates an analysis.
   *
   * @param own the classes to decide on, by name
   * @param parents finds a class of a parent loader
   * @param keptByParent tells whether such a class is kept
   * @param jdk tells whether a class is the JDK's
   */
  Analysis(
      Map<String, Facts> own,
      Function<String, @Nullable Facts> parents,
      Predicate<String> keptByParent,
      Predicate<String> jdk) {
    this.own = own;
    this.parents = parents;
    this.keptByParent = keptByParent;
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
      if (facts.mentions()) {
        judge(facts);
      }
      judgeOverrides(facts);
    }
    spread();
    return kept;
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

  private void judge(Facts facts) {
    if (facts.obstacle() != null) {
      keep(facts.name(), facts.obstacle());
    }
    Facts inParent = parents.apply(facts.name());
    if (inParent != null && inParent.mentions()) {
      tieToParent(facts.name(), facts.name(), "the class");
    }
    for (Use use : facts.uses()) {
      judgeUse(facts, use);
    }
    for (String type : facts.types()) {
      for (Facts known : lineage(type).known) {
        if (known.standsForDropIn()) {
          tie(facts.name(), known.name(), simpleName(known.name()));
        }
      }
    }
    for (String holder : facts.reflected()) {
      for (Facts known : lineage(holder).known) {
        if (known.mentions()) {
          tie(facts.name(), known.name(), "a field that is looked up");
        }
      }
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
      } else if (facts.casts() && known.mentions() && use.member().passesLock()) {
        tie(facts.name(), known.name(), what);
      }
    }
    boolean typed = DropIns.mentionedIn(use.member().descriptor());
    if (typed && !found && !lineage.dropIn) {
      keep(facts.name(), "it shares " + what + " with code that is not rewritten");
    } else if (facts.casts() && use.member().passesLock() && lineage.outside) {
      keep(facts.name(), "it casts a lock, and " + what + " is code that is not rewritten");
    }
  }

  private void judgeOverrides(Facts facts) {
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
            if (lineage.outside && own.containsKey(known.name())) {
              keep(
                  known.name(),
                  "its method "
                      + member.name()
                      + " may override one of a class that is not rewritten");
            }
          });
    }
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
      ties.computeIfAbsent(one, name -> new LinkedHashMap<>()).putIfAbsent(other, what);
      ties.computeIfAbsent(other, name -> new LinkedHashMap<>()).putIfAbsent(one, what);
    } else {
      tieToParent(one, other, what);
    }
  }

  private void tieToParent(String name, String inParent, String what) {
    if (keptByParent.test(inParent)) {
      keep(name, shared(what, inParent));
    } else {
      bound.putIfAbsent(name, shared(what, inParent));
    }
  }

  private void spread() {
    Deque<String> changed = new ArrayDeque<>(kept.keySet());
    for (String name = changed.poll(); name != null; name = changed.poll()) {
      for (Map.Entry<String, String> tie : ties.getOrDefault(name, Map.of()).entrySet()) {
        if (kept.putIfAbsent(tie.getKey(), shared(tie.getValue(), name)) == null) {
          changed.add(tie.getKey());
        }
      }
    }
  }

  private static String shared(String what, String other) {
    return "it shares " + what + " with " + other.replace('/', '.') + ", which keeps them";
  }

  private static String simpleName(String internalName) {
    return internalName.substring(internalName.lastIndexOf('/') + 1);
  }

  /** A class and all its supertypes. */
  private static final class Lineage {
    final Collection<Facts> known = new ArrayList<>();
    boolean dropIn;
    boolean outside;
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
        lineage.outside = true;
      }
    }
    return lineage;
  }

  private @Nullable Facts find(String name) {
    Facts facts = own.get(name);
    return facts == null ? parents.apply(name) : facts;
  }
}
