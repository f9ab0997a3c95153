package io.pawl.examples.ideas;

import io.pawl.examples.threads.Scope;
import java.io.PrintStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Locks of one byte each, by the million, whose threads wait in a {@link ParkingLot}.
 *
 * <p>Two bits of a byte: {@code HELD}, and {@code PARKED} if somebody may wait in the lot. Without
 * waiters, to lock and to unlock are one compare-and-exchange each and the lot is not touched. The
 * bit {@code PARKED} is cleared only under the lock of the queue, by who sees it empty; so it is
 * set whenever somebody waits.
 *
 * @see <a href="https://webkit.org/blog/6161/locking-in-webkit/">F. Pizlo, "Locking in WebKit"</a>
 */
public final class ByteLocks {

  private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);
  private static final byte HELD = 1;
  private static final byte PARKED = 2;

  private final ParkingLot lot = new ParkingLot();
  private final byte[] states;

  ByteLocks(int count) {
    states = new byte[count];
  }

  void lock(int i) {
    while (!tryLock(i)) {
      byte seen = (byte) BYTES.getOpaque(states, i);
      if (seen == HELD) {
        boolean _ = BYTES.weakCompareAndSetPlain(states, i, HELD, (byte) (HELD | PARKED));
      } else if (seen == (HELD | PARKED)) {
        lot.park(i, () -> (byte) BYTES.getOpaque(states, i) == (HELD | PARKED));
      }
    }
  }

  private boolean tryLock(int i) {
    byte seen = (byte) BYTES.getOpaque(states, i);
    return (seen & HELD) == 0
        && BYTES.weakCompareAndSetAcquire(states, i, seen, (byte) (seen | HELD));
  }

  void unlock(int i) {
    if (!BYTES.compareAndSet(states, i, HELD, (byte) 0)) {
      lot.unparkOne(i, more -> BYTES.setRelease(states, i, more ? PARKED : (byte) 0));
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(1_000_000, 4, 1_000_000, System.out);
  }

  /** Each thread moves one from some counter to another, under the locks of both. */
  static void run(int count, int threads, int moves, PrintStream out) {
    ByteLocks locks = new ByteLocks(count);
    int[] counters = new int[count];
    try (Scope scope = new Scope()) {
      for (int i = 0; i < threads; i++) {
        Thread _ =
            scope.start(() -> {
              for (int j = 0; j < moves; j++) {
                int from = ThreadLocalRandom.current().nextInt(count - 1);
                int to = ThreadLocalRandom.current().nextInt(from + 1, count);
                locks.lock(from);
                locks.lock(to); // in the same order always, so no two wait for each other
                counters[from]--;
                counters[to]++;
                locks.unlock(to);
                locks.unlock(from);
              }
            });
      }
    }
    out.println(count + " locks in " + locks.states.length + " bytes");
    out.println(threads * moves + " moves, sum of the counters " + IntStream.of(counters).sum());
    out.println("bytes that are not 0 afterwards: " + locks.notFree());
  }

  private int notFree() {
    int n = 0;
    for (byte state : states) {
      n += state == 0 ? 0 : 1;
    }
    return n;
  }
}
