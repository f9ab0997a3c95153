package io.pawl.internal.observe;

import java.security.ProtectionDomain;
import java.util.List;

/** Stacks as users see them: from the method of the program that has called the library on. */
public final class CallStack {

  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private static final ProtectionDomain OWN = CallStack.class.getProtectionDomain();
  private static final String PREFIX = packageOf(CallStack.class).replace("internal.observe.", "");

  private CallStack() {}

  private static String packageOf(Class<?> type) {
    return type.getPackageName().concat(".");
  }

  /** Whether a class belongs to this library. */
  static boolean isOwn(Class<?> type) {
    return packageOf(type).startsWith(PREFIX) && type.getProtectionDomain() == OWN;
  }

  /**
   * The stack of the current thread below this library.
   *
   * @param depth how many frames at most
   * @return the frames, the innermost first; they keep no class and no loader
   */
  public static List<StackTraceElement> outsideOfPawl(int depth) {
    return WALKER.walk(frames ->
        frames
            .dropWhile(frame -> isOwn(frame.getDeclaringClass()))
            .limit(depth)
            .map(StackWalker.StackFrame::toStackTraceElement)
            .toList());
  }
}
