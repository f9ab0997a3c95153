package io.pawl.benchmarks;

import java.util.List;

/** Tries whether a task can be done here, and prints why not in one line. */
public final class Trial {
  /** What that line begins with. */
  public static final String OBSTACLE = "obstacle: ";

  private Trial() {}

  /**
   * Does a task for a moment.
   *
   * @param args the implementation and the words of the task
   */
  public static void main(String[] args) {
    List<String> words = List.of(args);
    try {
      Linked.await();
      Reading _ = new Tasks(args[0]).of(words.subList(1, words.size())).turn(1, 0);
    } catch (Exception | LinkageError e) {
      Throwable cause = e;
      while (cause.getMessage() == null && cause.getCause() != null) {
        cause = cause.getCause();
      }
      System.out.println(
          OBSTACLE + String.valueOf(cause.getMessage()).lines().findFirst().orElse(""));
    }
    System.exit(0);
  }
}
