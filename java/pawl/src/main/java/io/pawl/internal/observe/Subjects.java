package io.pawl.internal.observe;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The subjects of waits: the objects that a user knows, and has given names.
 *
 * <p>A subject is found from what a thread parks for by way of {@link PartOf} and {@link
 * PartFinder}. Nothing here waits or allocates but what gives names.
 */
public final class Subjects {

  private static final NameMap NAMES = new NameMap();

  /** One for each package that has public parts; replaced, never changed. */
  private static volatile PartFinder[] finders = {};

  private Subjects() {}

  /**
   * The object that something is a part of.
   *
   * @param object any object, such as what {@link
   *     java.util.concurrent.locks.LockSupport#getBlocker} shows
   * @return the whole; the object itself if it is no part
   */
  public static Object of(Object object) {
    Object whole = object;
    for (Object next = object; next != null; next = wholeOf(next)) {
      whole = next;
    }
    return whole;
  }

  private static @Nullable Object wholeOf(Object object) {
    if (object instanceof PartOf part) {
      return part.subject();
    }
    for (PartFinder finder : finders) {
      Object whole = finder.wholeOf(object);
      if (whole != null) {
        return whole;
      }
    }
    return null;
  }

  /**
   * Makes a finder known, for good.
   *
   * @param finder of a package, added once
   */
  public static void add(PartFinder finder) {
    synchronized (Subjects.class) {
      PartFinder[] more = Arrays.copyOf(finders, finders.length + 1);
      more[more.length - 1] = finder;
      finders = more;
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
   * The name of the subject of an object.
   *
   * @param object the subject, or a part of it
   * @return the name, or null if it has none
   */
  public static @Nullable String nameOf(Object object) {
    return NAMES.isEmpty() ? null : NAMES.get(of(object));
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
