package io.pawl.stress.fault;

import io.pawl.Pawl;
import io.pawl.stress.fault.Faults.Failure;
import io.pawl.stress.fault.Faults.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What runs in the JVM with the patched classes. */
final class FaultRun {

  /** After so many points in one play the rest is left out: a play that loops meets ever more. */
  private static final int MAX_POINTS = 400;

  private static final int EVERY = Integer.MAX_VALUE;

  private final Pattern names;
  private final long limitNanos;
  private final int depth;
  private int failures;

  private FaultRun(Pattern names, Duration limit, int depth) {
    this.names = names;
    this.limitNanos = limit.toNanos();
    this.depth = depth;
  }

  /**
   * Plays scenarios with each point failing in turn. Prints how many points and plays there were;
   * ends with 0, or prints what was wrong and ends with 1.
   *
   * @param args which scenarios, a regular expression; how long a play may take; 0 for a short run,
   *     1 or more for a longer one, which plays each play so many times; whether there is to be no
   *     thread that makes up for wakes which have failed
   */
  public static void main(String[] args) {
    System.out.println(Pawl.describe());
    FaultRun run =
        new FaultRun(Pattern.compile(args[0]), Duration.parse(args[1]), Integer.parseInt(args[2]));
    if (Boolean.parseBoolean(args[3])) {
      Faults.refuseRescuer();
    }
    for (Scenario scenario : Scenario.all()) {
      if (run.names.matcher(scenario.name()).find()) {
        run.play(scenario, false);
        run.play(scenario, true);
      }
    }
    System.out.println(run.failures + " failures");
    System.out.flush();
    // Actors that sleep for ever do not hold up the end.
    Runtime.getRuntime().halt(run.failures == 0 ? 0 : 1);
  }

  private void play(Scenario scenario, boolean virtual) {
    String name = scenario.name() + (virtual ? ", virtual" : ", platform");
    int actors = rehearse(scenario, virtual, name);
    if (actors == 0) {
      return;
    }
    long start = System.nanoTime();
    int points = 0;
    int plays = 0;
    for (Failure failure : Failure.values()) {
      for (int following : following()) {
        for (int victim = Stage.ALL; victim < actors; victim++) {
          if (victim == Stage.ALL && actors == 1) {
            continue;
          }
          for (int n = 1, met = 0; met >= n - 1 && n <= MAX_POINTS; n++) {
            // A play that meets fewer points has met no fault.
            met = 0;
            for (int i = 0; i < Math.max(depth, 1); i++) {
              Plan plan = new Plan(failure, n, following);
              met = Math.max(met, play(scenario, virtual, plan, victim, name, n));
              plays++;
            }
            points = Math.max(points, met);
          }
        }
      }
    }
    System.out.println(
        name
            + ": "
            + points
            + " points, "
            + plays
            + " plays, "
            + (System.nanoTime() - start) / 1_000_000
            + " ms");
  }

  private int[] following() {
    return depth > 0 ? new int[] {0, 1, 2, 5, EVERY} : new int[] {0, EVERY};
  }

  /** Plays without a fault, which initializes classes; returns the number of actors. */
  private int rehearse(Scenario scenario, boolean virtual, String name) {
    int actors = 0;
    for (int i = 0; i < 3; i++) {
      Plan none = new Plan(Failure.OUT_OF_MEMORY, EVERY, 0);
      Stage stage = new Stage(virtual, none, Stage.ALL, limitNanos);
      List<String> wrong = stage.play(scenario);
      actors = stage.actors();
      if (!wrong.isEmpty()) {
        report(name + " without any fault", none, wrong);
        return 0;
      }
    }
    return actors;
  }

  /** Returns how many points have been met; 0 after a failure, which ends the series. */
  private int play(Scenario scenario, boolean virtual, Plan plan, int victim, String name, int n) {
    Stage stage = new Stage(virtual, plan, victim, limitNanos);
    List<String> wrong = new ArrayList<>(stage.play(scenario));
    if (!wrong.isEmpty()) {
      String who = victim == Stage.ALL ? "all actors" : "actor " + victim;
      report(name + ", point " + n + " of " + who, plan, wrong);
      return 0;
    }
    return plan.met();
  }

  private void report(String name, Plan plan, List<String> wrong) {
    failures++;
    StringBuilder text = new StringBuilder("FAILED: ").append(name).append('\n');
    wrong.forEach(what -> text.append("  ").append(what).append('\n'));
    plan.thrown()
        .forEach(error -> text.append("  thrown: ").append(Stage.trace(error)).append('\n'));
    System.out.println(text);
  }
}
