package io.pawl.stress;

/**
 * Two variables in different cache lines. A store to one then often waits for its line while a load
 * of the other is served; in a common line both wait for the same, and a missing fence hardly ever
 * shows.
 */
@SuppressWarnings("unused") // the gaps
public final class TwoLines {

  private TwoLines() {}

  /** The first variable; fields of a superclass come before those of its subclasses. */
  public abstract static class First {
    protected int x;
  }

  /** As long as two lines, for processors that fetch lines in pairs. */
  public abstract static class Gap extends First {
    private long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15;
  }

  /** The second variable. */
  public abstract static class Second extends Gap {
    protected int y;
  }

  /** Both, and a gap before the next object. */
  public abstract static class Both extends Second {
    private long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15;
  }
}
