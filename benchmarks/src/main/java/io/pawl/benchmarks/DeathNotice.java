package io.pawl.benchmarks;

import io.pawl.shared.OwnerDiedException;
import io.pawl.shared.SharedMutex;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A process takes a lock and is killed. Measures {@code ns}, the mean time until another knows of
 * it: one that waits already, from the kill on; or one that comes when the owner is dead, from its
 * coming on.
 */
final class DeathNotice implements Task {
  private static final int BYTES = 4096;

  /** For how long a waiter sleeps at least when the owner is killed. */
  private static final long ASLEEP_NANOS = 50_000_000;

  /** The longest slice of a region, which is the default. */
  private static final long SLICE_NANOS = 100_000_000;

  private final String implementation;
  private final boolean waits;
  private final Path file;
  private final Mortal lock;

  /** A lock that tells of the death of its owner. */
  private interface Mortal {
    void take() throws IOException;

    /** Wants the lock whose owner dies, until that is known. */
    void awaitDeath() throws IOException;

    /** Makes the lock fit for the next owner. */
    void mend() throws IOException;
  }

  /**
   * Makes the lock.
   *
   * @param implementation its name
   * @param waits whether somebody waits when the owner is killed
   */
  DeathNotice(String implementation, boolean waits) {
    this.implementation = implementation;
    this.waits = waits;
    try {
      file = ProcessLocks.temporaryFile();
      lock = lock(implementation, file, true);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The owner, until it is killed.
   *
   * @param args the implementation and the file
   */
  public static void main(String[] args) throws Exception {
    lock(args[0], Path.of(args[1]), false).take();
    System.out.println();
    while (System.in.read() >= 0) {}
  }

  private static Mortal lock(String implementation, Path file, boolean first) throws IOException {
    return switch (implementation) {
      case "SharedMutex" -> new OfSharedMutex(ProcessLocks.region(file).mutex("m"));
      case "pthread robust" -> new OfRobust(file, first);
      case "FileLock" -> new OfFileLock(file);
      default -> throw new IllegalArgumentException(implementation);
    };
  }

  private Process owner() throws IOException {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                DeathNotice.class.getName(),
                implementation,
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (owner.getInputStream().read() < 0) { // it has the lock
      throw new IOException("The owner has failed");
    }
    return owner;
  }

  @Override
  public Reading turn(int millis, long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long sum = 0;
    int deaths = 0;
    do {
      Process owner = owner();
      try {
        sum += waits ? beside(owner, random) : after(owner);
      } finally {
        owner.destroyForcibly();
      }
      lock.mend();
      deaths++;
    } while (System.nanoTime() - end < 0);
    return new Reading().with("ns", (double) sum / deaths);
  }

  /** Somebody waits; the kill comes at any time of a slice. */
  private long beside(Process owner, SplittableRandom random) throws Exception {
    FutureTask<Long> waiting =
        new FutureTask<>(() -> {
          lock.awaitDeath();
          return System.nanoTime();
        });
    Thread.ofPlatform().daemon().start(waiting);
    long asleep = System.nanoTime() + ASLEEP_NANOS + random.nextLong(SLICE_NANOS);
    for (long left = ASLEEP_NANOS; left > 0; left = asleep - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    if (waiting.isDone()) {
      throw new IllegalStateException("The lock of a living owner was had: " + waiting.get());
    }
    long start = System.nanoTime();
    owner.destroyForcibly();
    return waiting.get() - start;
  }

  private long after(Process owner) throws Exception {
    int _ = owner.destroyForcibly().waitFor();
    long start = System.nanoTime();
    lock.awaitDeath();
    return System.nanoTime() - start;
  }

  private record OfSharedMutex(SharedMutex mutex) implements Mortal {
    @Override
    public void take() {
      mutex.lock();
    }

    @Override
    public void awaitDeath() throws IOException {
      try {
        mutex.lock();
      } catch (OwnerDiedException e) {
        return;
      }
      throw new IOException("Nobody tells of the death");
    }

    @Override
    public void mend() {
      boolean _ = mutex.lockForced();
      mutex.clearPoison();
      mutex.unlock();
    }
  }

  private static final class OfRobust implements Mortal {
    private final MemorySegment mutex;

    OfRobust(Path file, boolean first) throws IOException {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        mutex = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, Arena.global());
      }
      if (first) {
        Posix.makeMutex(mutex);
      }
    }

    @Override
    public void take() {
      Posix.lock(mutex);
    }

    @Override
    public void awaitDeath() {
      Posix.lockOfDead(mutex);
    }

    @Override
    public void mend() {
      // The waiter is the owner now, and may have ended: it has handed on a mutex in order.
    }
  }

  private static final class OfFileLock implements Mortal {
    private final FileChannel channel;
    private @Nullable FileLock held;

    OfFileLock(Path file) throws IOException {
      channel = FileChannel.open(file, StandardOpenOption.WRITE);
    }

    @Override
    public void take() throws IOException {
      held = channel.lock();
    }

    @Override
    public void awaitDeath() throws IOException {
      held = channel.lock();
    }

    @Override
    public void mend() throws IOException {
      FileLock lock = held;
      if (lock != null) {
        lock.release();
      }
    }
  }
}
