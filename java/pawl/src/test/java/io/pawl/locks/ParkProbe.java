package io.pawl.locks;

import io.pawl.internal.backend.Backend;
import io.pawl.spi.NativeWait;

/** The main class of the children of {@link LockSupportBackendTest}. */
final class ParkProbe {

  /** How many turns are played after the backend is settled. */
  private static final int TURNS = 4_000;

  private static volatile int turn;
  private static volatile int last = Integer.MAX_VALUE;

  private ParkProbe() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "switch" -> switchBackend();
      case "refused" -> refused();
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Two threads take turns from before there are native waits until after there are. */
  private static void switchBackend() throws InterruptedException {
    Thread[] players = new Thread[2];
    for (int i = 0; i < 2; i++) {
      int parity = i;
      players[i] = Thread.ofPlatform().unstarted(() -> play(players, parity));
    }
    for (Thread player : players) {
      player.start();
    }
    NativeWait wait = Backend.settled();
    last = turn + TURNS;
    for (Thread player : players) {
      player.join();
    }
    System.out.println(wait == null ? "none" : wait.getClass().getSimpleName());
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by turns
  private static void play(Thread[] players, int parity) {
    while (turn < last) {
      while (turn % 2 != parity && turn < last) {
        LockSupport.park(players);
      }
      if (turn < last) {
        turn++;
      }
      LockSupport.unpark(players[1 - parity]);
    }
  }

  /** The backend that was demanded cannot be had. */
  private static void refused() {
    LockSupport.unpark(Thread.currentThread());
    LockSupport.park();
    for (int i = 0; i < 2; i++) {
      try {
        LockSupport.park(LockSupport.class);
        System.out.println("returned");
      } catch (IllegalStateException e) {
        System.out.println("refused, blocker " + LockSupport.getBlocker(Thread.currentThread()));
      }
    }
    LockSupport.unpark(Thread.currentThread());
    LockSupport.park();
    System.out.println("permit taken");
  }
}
