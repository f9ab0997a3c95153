package io.pawl.stress.delay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** What runs in the JVM with the patched classes. */
final class DelayedLocks {

  private static final long LOOK_NANOS = 100_000_000;

  private DelayedLocks() {}

  /**
   * Lets crews play for a while. Ends with 0, or prints what is wrong and ends with 1.
   *
   * @param args the duration; how long nobody may stand still; a letter for each thread, P for
   *     platform or V for virtual, in words for each crew
   */
  public static void main(String[] args) {
    List<Crew> crews = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      crews.add(new Crew(i, args[i].chars().mapToObj(DelayedLocks::kind).toList()));
    }
    try {
      play(Duration.parse(args[0]), crews, new Watchdog(crews, Duration.parse(args[1]).toNanos()));
    } catch (Throwable t) {
      t.printStackTrace(System.out);
      System.out.flush();
      Runtime.getRuntime().halt(1);
    }
    System.out.println(
        crews.stream().mapToInt(Crew::roundsPlayed).sum()
            + " rounds, "
            + Delay.count()
            + " delays");
  }

  private static ThreadFactory kind(int letter) {
    return letter == 'P' ? Thread.ofPlatform().daemon().factory() : Thread.ofVirtual().factory();
  }

  private static void play(Duration duration, List<Crew> crews, Watchdog watchdog) {
    crews.forEach(Crew::start);
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(LOOK_NANOS);
      watchdog.look();
    }
    crews.forEach(Crew::end);
    while (crews.stream().anyMatch(Crew::isAlive)) {
      LockSupport.parkNanos(LOOK_NANOS);
      watchdog.look();
    }
    watchdog.look();
  }
}
