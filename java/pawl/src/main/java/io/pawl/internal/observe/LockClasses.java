package io.pawl.internal.observe;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The classes of locks between which there is an order: all locks of one name, and all without a
 * name that have been made at one place in the program.
 */
public final class LockClasses {

  /** How many locks have their places kept at a time; the next ones are not watched. */
  static final int MAX_LOCKS = 65_536;

  private static final NameMap PLACES = new NameMap();

  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private static volatile boolean full;

  private LockClasses() {}

  /**
   * Notes where a lock is made: the method that has called the library.
   *
   * @param lock the lock
   * @param kind what the user knows it as
   */
  public static void made(Object lock, String kind) {
    try {
      if (PLACES.size() >= MAX_LOCKS) {
        tellFull();
        return;
      }
      Optional<StackTraceElement> place = WALKER.walk(LockClasses::place);
      if (place.isPresent()) {
        keep(lock, kind + " made at " + text(place.get()));
      }
    } catch (Throwable _) {
      // A lock without a place is not watched.
    }
  }

  private static Optional<StackTraceElement> place(Stream<StackWalker.StackFrame> frames) {
    return frames
        .filter(frame ->
            !CallStack.isOwn(frame.getDeclaringClass()) && !isJdk(frame.getDeclaringClass()))
        .findFirst()
        .map(StackWalker.StackFrame::toStackTraceElement);
  }

  private static boolean isJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  private static String text(StackTraceElement frame) {
    String file = frame.getFileName();
    return frame.getClassName()
        + "."
        + frame.getMethodName()
        + (file == null ? "" : "(" + file + ":" + frame.getLineNumber() + ")");
  }

  /**
   * Gives a lock a class by itself.
   *
   * @param lock the lock
   * @param label what the class is called
   */
  public static void keep(Object lock, String label) {
    String known = OrderGraph.ORDERS.known(label);
    if (known != null) {
      PLACES.put(lock, known);
    }
  }

  private static void tellFull() {
    if (!full) {
      full = true;
      OrderReport.warn(
          "Lock order: there are more than "
              + MAX_LOCKS
              + " locks; new ones without a name are ignored until others are gone",
          null);
    }
  }

  /**
   * What the class of a lock is called.
   *
   * @param lock the lock
   * @return the lock's name, or where it was made; null if the lock is not watched
   */
  public static @Nullable String of(Object lock) {
    try {
      String name = Subjects.nameOf(lock);
      return name != null ? OrderGraph.ORDERS.known(name) : PLACES.get(lock);
    } catch (Throwable _) {
      return null;
    }
  }
}
