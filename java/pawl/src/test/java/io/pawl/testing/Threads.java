package io.pawl.testing;

import java.util.Map;

/** What all threads do now, for failure messages. */
public final class Threads {

  private Threads() {}

  /** The stacks of all platform threads. */
  public static String dump() {
    StringBuilder text = new StringBuilder("Platform threads:\n");
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      append(text, entry.getKey(), entry.getValue());
    }
    return text.toString();
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
