package io.pawl.observe;

/** What is logged of a slow wait. */
final class SlowWaitText {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private SlowWaitText() {}

  static String of(Wait wait) {
    Wait.Outcome outcome = wait.outcome();
    StringBuilder text = new StringBuilder();
    text.append(describe(wait.thread()))
        .append(outcome == null ? " has waited " : " waited ")
        .append(wait.nanos() / NANOS_PER_MILLI)
        .append(" ms for ")
        .append(wait.subject())
        .append(", ")
        .append(wait.mode())
        .append(", behind ")
        .append(wait.queueLength());
    if (outcome != null) {
      return text.append("; over by now: ").append(outcome).toString();
    }
    append(text, wait.thread());
    Thread owner = wait.currentOwner();
    if (owner == null) {
      text.append("\nheld by no thread alone, or it is not known by which");
    } else {
      text.append("\nheld by ").append(describe(owner)).append(", now");
      append(text, owner);
    }
    return text.toString();
  }

  private static String describe(Thread thread) {
    return "thread \"" + thread.getName() + "\" #" + thread.threadId();
  }

  private static void append(StringBuilder text, Thread thread) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      text.append("\n    at ").append(frame);
    }
  }
}
