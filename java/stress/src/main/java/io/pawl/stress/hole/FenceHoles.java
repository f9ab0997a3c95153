package io.pawl.stress.hole;

import io.pawl.Pawl;
import io.pawl.locks.Mutex;
import io.pawl.locks.RwLock;
import io.pawl.rcu.Rcu;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * Looks for what goes wrong where the process-wide barrier does nothing although the system says it
 * works: a program of its own, for a JVM without any test library.
 *
 * <p>Each search sets one thread that pays no fence against one that relies on the barrier. Stores
 * to memory in no cache keep the first one's store buffer full, so that a load overtakes the store
 * before it by far.
 */
@SuppressWarnings(
    "LockNotBeforeTry") // the pairs stand for the fast paths, and nothing throws between
public final class FenceHoles {

  private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int COLD_STORES = 8;
  private static final int COLD_BITS = 28;
  private static final int READS = 200;
  private static final int LOOKS = 3;
  private static final int WARM_READS = 100;
  private static final VarHandle CURRENT = field("current", Node.class);
  private static final VarHandle FIRST = field("first", int.class);
  private static final VarHandle SECOND = field("second", int.class);

  private final byte[] cold = new byte[1 << COLD_BITS];
  private final long end;
  private int seed = 1;
  private Node current = new Node();

  @SuppressWarnings("UnusedVariable") // used by its handle
  private int first;

  @SuppressWarnings("UnusedVariable") // used by its handle
  private int second;

  private final Rcu rcu = new Rcu();
  private volatile Mutex mutex = new Mutex();
  private volatile RwLock lock = new RwLock();
  private volatile int begun;
  private volatile int warm;
  private volatile int written;
  private volatile int done;
  private volatile boolean over;
  private long holes;

  private FenceHoles(long seconds) {
    end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  private static final class Node {
    private volatile boolean freed;
  }

  /**
   * Searches; ends with 1 if a hole was found.
   *
   * @param arguments {@code mutex}, {@code rw} or {@code rcu}, and for how many seconds
   */
  public static void main(String[] arguments) throws InterruptedException {
    String fences =
        Pawl.describe().lines().filter(line -> line.startsWith("fences")).findFirst().orElse("");
    FenceHoles search = new FenceHoles(Long.parseLong(arguments[1]));
    int rounds =
        switch (arguments[0]) {
          case "mutex" -> search.run(search::lockAndUnlock, search::unlockWithoutFence);
          case "rw" -> search.run(search::readInSlot, search::writeOnce);
          case "rcu" -> search.run(search::readAgainAndAgain, search::replaceAndFree);
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    System.out.printf(
        "%s: %d holes in %d rounds; %s%n", arguments[0], search.holes, rounds, fences);
    System.exit(search.holes == 0 && rounds > 0 ? 0 : 1);
  }

  /** One round of one side. */
  private interface Side {
    void play(int round) throws InterruptedException;
  }

  private int run(Side other, Side own) throws InterruptedException {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                for (int round = 1; awaitBegin(round); round++) {
                  other.play(round);
                  done = round;
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    int round = 0;
    while (System.nanoTime() - end < 0) {
      round++;
      own.play(round);
    }
    over = true;
    thread.join();
    return round;
  }

  private boolean awaitBegin(int round) {
    while (begun < round) {
      if (over) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  /** The store of the unlock is delayed while the other sees the mutex locked and goes to sleep. */
  private void unlockWithoutFence(int round) {
    Mutex held = new Mutex();
    held.lock();
    mutex = held;
    begun = round;
    for (int i = round % 256; i > 0 && !held.hasQueuedThreads(); i--) {
      Thread.onSpinWait();
    }
    storeCold();
    held.unlock();
    long unlocked = System.nanoTime();
    while (done < round) {
      Thread.onSpinWait();
      if (System.nanoTime() - unlocked > LOST_NANOS) {
        holes++;
        unlocked = System.nanoTime();
        held.lock();
        held.unlock();
      }
    }
  }

  private void lockAndUnlock(int round) {
    Mutex free = mutex;
    free.lock();
    free.unlock();
  }

  /** A reader in its slot is overlooked by the writer, and sees half of what it writes. */
  private void writeOnce(int round) {
    RwLock fresh = new RwLock();
    lock = fresh;
    begun = round;
    while (warm < round) {
      Thread.onSpinWait();
    }
    spin(round * 7 % 64);
    fresh.writeLock().lock();
    FIRST.setOpaque(this, round);
    spin(10);
    SECOND.setOpaque(this, round);
    fresh.writeLock().unlock();
    written = round;
    while (done < round) {
      Thread.onSpinWait();
    }
  }

  private void readInSlot(int round) {
    RwLock.ReadLock read = lock.readLock();
    for (int i = 0; i < WARM_READS; i++) {
      read.lock();
      read.unlock();
    }
    warm = round;
    for (int i = 0; i < READS && written < round; i++) {
      storeCold();
      read.lock();
      boolean torn = (int) FIRST.getOpaque(this) != (int) SECOND.getOpaque(this);
      read.unlock();
      if (torn) {
        holes++;
      }
    }
  }

  /** A reader is overlooked by a grace period, and uses what is freed after it. */
  private void replaceAndFree(int round) throws InterruptedException {
    begun = round;
    Node old = current;
    CURRENT.setRelease(this, new Node());
    rcu.synchronize();
    old.freed = true;
  }

  private void readAgainAndAgain(int round) {
    do {
      storeCold();
      long section = rcu.enter();
      Node node = (Node) CURRENT.getOpaque(this);
      boolean freed = false;
      for (int i = 0; i < LOOKS; i++) {
        freed |= node.freed;
      }
      rcu.exit(section);
      if (freed) {
        holes++;
      }
    } while (begun <= round && !over);
  }

  private void storeCold() {
    int x = seed;
    for (int i = 0; i < COLD_STORES; i++) {
      x = x * 1_664_525 + 1_013_904_223;
      cold[x >>> (Integer.SIZE - COLD_BITS)] = (byte) x;
    }
    seed = x;
  }

  private static void spin(int count) {
    for (int i = count; i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(FenceHoles.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
