package io.pawl.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One implementation in one JVM, which works when it is told to: each line of standard input is a
 * turn, and one line of JSON is the answer. Nothing but that implementation is loaded, so that
 * nobody inherits another's profile.
 *
 * <p>A line is {@code MILLIS SEED TASK NUMBERS...}. The task with its numbers keeps its lock from
 * one turn to the next.
 */
public final class Worker {
  private Worker() {}

  /**
   * Works until standard input ends.
   *
   * @param args the implementation
   */
  public static void main(String[] args) throws Exception {
    Linked.await();
    serve(new Tasks(args[0])::of);
  }

  /** Says that this JVM is ready, and answers commands. */
  static void serve(Function<List<String>, Task> tasks) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("ready");
    Map<List<String>, Task> known = new HashMap<>();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = Arrays.asList(line.split(" ", -1));
      Task task = known.computeIfAbsent(words.subList(2, words.size()), tasks);
      int millis = Integer.parseInt(words.get(0));
      out.println(task.turn(millis, Long.parseLong(words.get(1))).json());
    }
  }
}
