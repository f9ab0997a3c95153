package io.pawl.agent;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the analysis needs to know about a class. Names are internal names.
 *
 * @param name its name
 * @param supertypes its superclass and its interfaces
 * @param mentions whether it mentions a drop-in at all
 * @param standsForDropIn whether its superclass is a drop-in, or its generic supertypes or its type
 *     parameters mention one: its instances may then be passed on as drop-ins, or hold some
 * @param standsForLock whether it is a ReadWriteLock, or its generic supertypes or its type
 *     parameters mention a Lock or a ReadWriteLock
 * @param carriers its fields and methods whose descriptor or signature mentions a drop-in; true for
 *     a method that may override another
 * @param lockCarriers its fields and methods that pass a Lock or a ReadWriteLock; true as above
 * @param uses the fields and methods of other classes than the JDK's that it refers to
 * @param types the classes that it mentions
 * @param reflected the classes that it may reflect on with the class literal of a drop-in: when it
 *     has one, all classes whose literals it has
 * @param casts the drop-ins of which it tells by its type that an object is one
 * @param literals the drop-ins whose class it has at large: by a literal, or by a name in a string
 * @param annotated the drop-ins in the types of members that frameworks find by annotations
 * @param obstacle why it cannot be rewritten whatever other classes do, or null
 */
record Facts(
    String name,
    List<String> supertypes,
    boolean mentions,
    boolean standsForDropIn,
    boolean standsForLock,
    Map<Member, Boolean> carriers,
    Map<Member, Boolean> lockCarriers,
    Set<Use> uses,
    Set<String> types,
    Set<String> reflected,
    Set<String> casts,
    Set<String> literals,
    Set<String> annotated,
    @Nullable String obstacle) {

  /**
   * A field or a method.
   *
   * @param name its name
   * @param descriptor its descriptor
   */
  record Member(String name, String descriptor) {

    /** Tells whether a lock or a pair of locks passes through it, as an interface of the JDK. */
    boolean passesLock() {
      return Facts.passesLock(descriptor);
    }
  }

  /**
   * A reference to a field or a method.
   *
   * @param owner the class that the reference names, which may have inherited it
   * @param member what it refers to
   */
  record Use(String owner, Member member) {}

  /** Tells whether a descriptor or a signature mentions one of these interfaces. */
  static boolean passesLock(String text) {
    return text.contains("Ljava/util/concurrent/locks/Lock;")
        || text.contains("Ljava/util/concurrent/locks/ReadWriteLock;");
  }

  /**
   * What classes of other loaders need to know when all is decided about this one.
   *
   * @param sameSupertypes a list equal to its supertypes
   */
  Facts decided(List<String> sameSupertypes) {
    return new Facts(
        name,
        sameSupertypes,
        mentions,
        standsForDropIn,
        standsForLock,
        carriers,
        lockCarriers,
        Set.of(),
        Set.of(),
        Set.of(),
        casts,
        Set.of(),
        Set.of(),
        null);
  }

  /** True when nothing is left to be known about it, once all is decided, but its supertypes. */
  boolean isWithoutMention() {
    return !mentions
        && !standsForDropIn
        && !standsForLock
        && carriers.isEmpty()
        && lockCarriers.isEmpty()
        && casts.isEmpty();
  }

  static Facts withoutMention(String name, List<String> supertypes) {
    return new Facts(
        name,
        supertypes,
        false,
        false,
        false,
        Map.of(),
        Map.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        null);
  }
}
