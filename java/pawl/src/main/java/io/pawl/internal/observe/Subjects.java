package io.pawl.internal.observe;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The subjects of waits: the objects that a user knows, and has given names.
 *
 * <p>A subject is found from what a thread parks for by way of {@link PartOf} and {@link Parts}.
 * Nothing here waits or allocates but what gives names.
 */
public final class Subjects {

  private static final NameMap NAMES = new NameMap();

  /** One for each package; replaced, never changed. */
  private static volatile Parts[] packages = {};

  private Subjects() {}

  /**
   * The object that something is a part of.
   *
   * @param object any object, such as what {@link
   *     java.util.concurrent.locks.LockSupport#getBlocker} shows
   * @return the whole; the object itself if it is no part
   */
  public static Object of(Object object) {
    Object part = object;
    for (Object whole; (whole = wholeOf(part)) != null && whole != part; ) {
      part = whole;
    }
    return part;
  }

  private static @Nullable Object wholeOf(Object object) {
    if (object instanceof PartOf part) {
      return part.subject();
    }
    for (Parts parts : packages) {
      Object whole = parts.wholeOf(object);
      if (whole != null) {
        return whole;
      }
    }
    return null;
  }

  /**
   * Makes an object a part of another.
   *
   * @param <T> the type of the part
   * @param part a new lock or condition, which nobody else has seen
   * @param whole the object that has made it for its own use
   * @return the part
   */
  public static <T> T part(T part, Object whole) {
    for (Parts parts : packages) {
      if (parts.join(part, whole)) {
        break;
      }
    }
    return part;
  }

  /**
   * Makes the parts of a package known, for good.
   *
   * @param parts those of one package, added once
   */
  public static void add(Parts parts) {
    synchronized (Subjects.class) {
      Parts[] more = Arrays.copyOf(packages, packages.length + 1);
      more[more.length - 1] = parts;
      packages = more;
    }
  }

  /**
   * Gives a name to the subject of an object, in place of the one that it may have.
   *
   * @param object the subject, or a part of it
   * @param name the name
   */
  public static void name(Object object, String name) {
    NAMES.put(of(object), name);
  }

  /**
   * The name of the subject of an object: the one that it was given, else its own. A condition has
   * that of its lock.
   *
   * @param object the subject, or a part of it
   * @return the name, or null if it has none
   */
  public static @Nullable String nameOf(Object object) {
    Object subject = of(object);
    String name = NAMES.get(subject);
    if (name == null) {
      for (Parts parts : packages) {
        name = parts.nameOf(subject);
        if (name != null) {
          break;
        }
      }
    }
    return name;
  }

  /**
   * The name of the subject of an object, as it stands in front of other words in {@code toString}.
   *
   * @param object the subject, or a part of it
   * @return the name, a comma and a space; nothing if there is no name
   */
  public static String label(Object object) {
    String name = nameOf(object);
    return name == null ? "" : name.concat(", ");
  }

  /**
   * The name of the subject of an object, as it stands alone in {@code toString}.
   *
   * @param object the subject, or a part of it
   * @return the name in brackets; nothing if there is no name
   */
  public static String suffix(Object object) {
    String name = nameOf(object);
    return name == null ? "" : "[".concat(name).concat("]");
  }
}
