package io.pawl.benchmarks;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.pawl.shared.SharedMutex;
import io.pawl.shared.SharedRegion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two processes of which one can only make its step when the other has made one. Measures {@code
 * ns}, the time of a step of each: two hand-offs.
 *
 * <p>With locks, each holds one of three and acquires the next before it releases its own, so that
 * it always wants the one that the other is about to release. The bare futex is a word that says
 * whose turn it is.
 */
final class HandOff implements Task {
  private static final int LOCKS = 3;
  private static final int BYTES = 4096;
  private static final int STRIDE = 64;

  /** Which lock each of the two holds at first. */
  private static final int FIRST = 0;

  private static final int PARTNER = 2;

  private final Steps steps;

  /** One side. */
  private interface Steps {
    void step() throws Exception;
  }

  HandOff(String implementation) {
    try {
      Path file = ProcessLocks.temporaryFile();
      steps = steps(implementation, file, FIRST);
      Process partner =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  HandOff.class.getName(),
                  implementation,
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(partner::destroyForcibly));
      int _ = partner.getInputStream().read(); // it has its lock
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The partner, until it is killed.
   *
   * @param args the implementation and the file
   */
  public static void main(String[] args) throws Exception {
    Steps steps = steps(args[0], Path.of(args[1]), PARTNER);
    System.out.println();
    while (true) {
      steps.step();
    }
  }

  private static Steps steps(String implementation, Path file, int held) throws IOException {
    return switch (implementation) {
      case "SharedMutex" -> {
        SharedRegion region = ProcessLocks.region(file);
        List<SharedMutex> locks = List.of(region.mutex("0"), region.mutex("1"), region.mutex("2"));
        yield chain(held, i -> locks.get(i).lock(), i -> locks.get(i).unlock());
      }
      case "pthread robust" -> {
        MemorySegment memory = map(file);
        for (int i = 0; held == FIRST && i < LOCKS; i++) {
          Posix.makeMutex(mutex(memory, i));
        }
        yield chain(held, i -> Posix.lock(mutex(memory, i)), i -> Posix.unlock(mutex(memory, i)));
      }
      case "futex" -> new Turns(map(file), held == FIRST ? 0 : 1);
      default -> throw new IllegalArgumentException(implementation);
    };
  }

  private static MemorySegment mutex(MemorySegment memory, int index) {
    return memory.asSlice((long) index * STRIDE, STRIDE);
  }

  private static MemorySegment map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, Arena.global());
    }
  }

  /** What is done with the lock of a number. */
  private interface Use {
    void of(int lock);
  }

  private static Steps chain(int held, Use lock, Use unlock) {
    lock.of(held);
    int[] own = {held};
    return () -> {
      int next = (own[0] + 1) % LOCKS;
      lock.of(next);
      unlock.of(own[0]);
      own[0] = next;
    };
  }

  /** A word that holds whose turn it is. */
  private record Turns(MemorySegment word, int mine) implements Steps {
    private static final VarHandle INT = JAVA_INT.varHandle();

    @Override
    public void step() {
      for (int turn = turn(); turn != mine; turn = turn()) {
        Posix.await(word, turn);
      }
      INT.setVolatile(word, 0L, 1 - mine);
      Posix.wake(word);
    }

    private int turn() {
      return (int) INT.getVolatile(word, 0L);
    }
  }

  @Override
  public Reading turn(int millis, long seed) throws Exception {
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    long rounds = 0;
    long now;
    do {
      for (int i = 0; i < 20; i++) {
        steps.step();
      }
      rounds += 20;
      now = System.nanoTime();
    } while (now - end < 0);
    return new Reading().with("ns", (double) (now - start) / rounds);
  }
}
