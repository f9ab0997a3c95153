package io.pawl;

/** The state of a {@link Phaser} in one word. */
final class PhaserState {

  /*
   * Bits
   *   0-15   unarrived   parties that have yet to arrive in this phase
   *   16-31  parties     registered parties
   *   32-62  phase
   *   63     terminated  makes the phase, as an int, negative
   *
   * Nobody registered is written as 1 unarrived of 0 parties, which no other state is. So 0 unarrived
   * always means that all have arrived and that the phase has not been advanced yet: 0 of 0 is left by
   * the last party of a root, which leaves with it. In a terminated phaser the counts mean nothing.
   */
  static final int MAX_PARTIES = 0xffff;

  private static final int MAX_PHASE = Integer.MAX_VALUE;
  private static final int PHASE_SHIFT = 32;
  private static final int PARTIES_SHIFT = 16;
  private static final int COUNT_MASK = 0xffff;
  private static final long COUNTS_MASK = 0xffff_ffffL;
  private static final int NOBODY = 1;
  private static final long TERMINATED = Long.MIN_VALUE;

  /** What an arrival takes from the state. */
  static final long ARRIVAL = 1;

  /** What an arriving party that leaves takes from the state, and what a new one adds to it. */
  static final long PARTY = ARRIVAL | 1L << PARTIES_SHIFT;

  private PhaserState() {}

  /** The phase; negative once terminated. */
  static int phase(long s) {
    return (int) (s >>> PHASE_SHIFT);
  }

  static int parties(long s) {
    return (int) s >>> PARTIES_SHIFT;
  }

  static int unarrived(long s) {
    return isNobody(s) ? 0 : (int) s & COUNT_MASK;
  }

  static int arrived(long s) {
    return parties(s) - unarrived(s);
  }

  static boolean isNobody(long s) {
    return (int) s == NOBODY;
  }

  /** The beginning of a phase for so many parties. */
  static long begin(int phase, int parties) {
    return withPhase(phase, parties == 0 ? NOBODY : parties * PARTY);
  }

  /** The state in a terminated phase, with the counts as they were. */
  static long frozen(int phase, long s) {
    return withPhase(phase, s & COUNTS_MASK);
  }

  /** What comes after a phase in which all have arrived. */
  static long next(long s, boolean terminate) {
    int phase = phase(s) + 1 & MAX_PHASE;
    return terminate ? terminated(frozen(phase, s)) : begin(phase, parties(s));
  }

  static long terminated(long s) {
    return s | TERMINATED;
  }

  private static long withPhase(int phase, long counts) {
    return (long) phase << PHASE_SHIFT | counts;
  }

  static String describe(String label, long s) {
    return "["
        + label
        + "phase = "
        + phase(s)
        + " parties = "
        + parties(s)
        + " arrived = "
        + arrived(s)
        + "]";
  }
}
