package io.pawl.examples;

import io.pawl.shared.Recovery;
import io.pawl.shared.RegionOptions;
import io.pawl.shared.SharedMutex;
import io.pawl.shared.SharedRegion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.function.LongConsumer;

/**
 * A leader among processes, with a fencing number. The leader is whoever holds a mutex; when it
 * dies, another gets the mutex within a tenth of a second.
 *
 * <p>What a leader has sent to other systems may arrive after its death, when there is a new
 * leader. So each leader has a number, one higher than that of the leader before, and sends it
 * along: the receiver refuses what bears a lower number than it has seen. The number is one word,
 * which a dead leader cannot leave half changed: there is nothing to recover.
 *
 * <p>Run it as {@code LeaderElection /dev/shm/leader} in several terminals, and kill the leader.
 */
public final class LeaderElection {
  private static final long BYTES = 65_536;

  private LeaderElection() {}

  /** Waits to become the leader, and leads with a fencing number. */
  static void lead(SharedRegion region, LongConsumer leader) throws InterruptedException {
    SharedMutex mutex = region.mutex("leader", Recovery.NONE);
    MemorySegment fence = region.data("fencing number", Long.BYTES);
    mutex.lockInterruptibly();
    try {
      long number = fence.get(ValueLayout.JAVA_LONG, 0) + 1;
      fence.set(ValueLayout.JAVA_LONG, 0, number);
      leader.accept(number);
    } finally {
      mutex.unlock();
    }
  }

  /** Runs the program: the file. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    RegionOptions options = RegionOptions.defaults().label("candidate");
    try (SharedRegion region = SharedRegion.create(Path.of(arguments[0]), BYTES, options)) {
      System.out.println("process " + ProcessHandle.current().pid() + " is a candidate");
      lead(
          region,
          number -> {
            System.out.println("leader with fencing number " + number + "; enter ends it");
            boolean _ = new Scanner(System.in, Charset.defaultCharset()).hasNextLine();
          });
    }
  }
}
