package io.pawl.testing;

import java.util.Arrays;
import java.util.Map;

/** What all threads do now, for failure messages. */
public final class Threads {

  private Threads() {}

  /** The stacks of the platform threads that run code of Pawl. */
  public static String dump() {
    StringBuilder text = new StringBuilder("Platform threads:\n");
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      if (runsPawl(entry.getValue())) {
        append(text, entry.getKey(), entry.getValue());
      }
    }
    return text.toString();
  }

  private static boolean runsPawl(StackTraceElement[] stack) {
    return Arrays.stream(stack).anyMatch(element -> element.getClassName().startsWith("io.pawl."));
  }

  /** The stack of one thread, virtual or not. */
  public static String dump(Thread thread) {
    StringBuilder text = new StringBuilder();
    append(text, thread, thread.getStackTrace());
    return text.toString();
  }

  private static void append(StringBuilder text, Thread thread, StackTraceElement[] stack) {
    text.append(thread).append(' ').append(thread.getState()).append('\n');
    for (StackTraceElement element : stack) {
      text.append("    at ").append(element).append('\n');
    }
  }
}
