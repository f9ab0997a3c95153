package io.pawl.memory;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds handles of slices that were dropped without being closed, and tells where they were made.
 *
 * <p>When the garbage collector finds such a handle unreachable, a warning with the stack of the
 * call that made it goes to the system logger {@code io.pawl.memory}. The slice is not closed: a
 * segment of it may still be in use. The level is set by the system property {@code
 * pawl.memory.leaks} ({@code off}, {@code sampled} or {@code all}; another word means off) or by
 * {@link #setLevel}, and holds for handles made from then on.
 *
 * <p><b>Cost.</b> {@link Level#OFF} costs one read for each handle. A handle that is watched costs
 * some microseconds and the memory of a stack trace.
 */
public final class LeakDetection {

  /** Which handles are watched. */
  public enum Level {
    /** None; the default. */
    OFF,
    /** One in 128, picked at random. */
    SAMPLED,
    /** All of them, for tests. */
    ALL
  }

  private static final int SAMPLE_MASK = 127;

  private static volatile Level level = levelOf(System.getProperty("pawl.memory.leaks"));

  /** What reports go to. */
  static volatile Consumer<? super Site> reporter = LeakDetection::log;

  private LeakDetection() {}

  static Level levelOf(@Nullable String word) {
    for (Level l : Level.values()) {
      if (l.name().equalsIgnoreCase(word)) {
        return l;
      }
    }
    return Level.OFF;
  }

  /**
   * Which handles are watched.
   *
   * @return the level in force
   */
  public static Level level() {
    return level;
  }

  /**
   * Sets which handles are watched. Those that are watched already remain so.
   *
   * @param level the level
   * @throws NullPointerException if level is null
   */
  public static void setLevel(Level level) {
    LeakDetection.level = Objects.requireNonNull(level, "level");
  }

  /** Whether the next handle is to be watched. */
  static boolean wants() {
    Level l = level;
    return l != Level.OFF
        && (l == Level.ALL || (ThreadLocalRandom.current().nextInt() & SAMPLE_MASK) == 0);
  }

  /** Begins to watch a handle, which is told from others by its hold. */
  static void track(ArcSlice slice, HoldCell cell, int hold) {
    Watch.begin(slice, new Hold(cell, hold), new Site(slice.byteSize()));
  }

  /** Ends watching: the handle is being closed. Its caller keeps it reachable until then. */
  static void untrack(HoldCell cell, int hold) {
    Watch.end(new Hold(cell, hold));
  }

  private static void log(Site site) {
    System.getLogger("io.pawl.memory").log(System.Logger.Level.WARNING, site.getMessage(), site);
  }

  /** Where a handle was made; never thrown. */
  static final class Site extends Throwable {

    @java.io.Serial private static final long serialVersionUID = 1L;

    Site(long bytes) {
      super("A handle of a slice of %d bytes was not closed; it was made here".formatted(bytes));
    }
  }

  /** Names a handle: a hold is given once. */
  private record Hold(HoldCell cell, int hold) {}

  /**
   * The handles that are watched. A class of its own, so that no cleaner is started without need.
   */
  private static final class Watch implements Runnable {

    private static final Cleaner CLEANER = Cleaner.create();
    private static final Map<Hold, Watch> WATCHES = new ConcurrentHashMap<>();

    private final Hold hold;
    private final Site site;
    private Cleaner.Cleanable registration = () -> {};

    private Watch(Hold hold, Site site) {
      this.hold = hold;
      this.site = site;
    }

    static void begin(ArcSlice slice, Hold hold, Site site) {
      Watch watch = new Watch(hold, site);
      try {
        watch.registration = CLEANER.register(slice, watch);
        WATCHES.put(hold, watch); // last: nothing remains if the registration fails
      } finally {
        Reference.reachabilityFence(slice);
      }
    }

    static void end(Hold hold) {
      Watch watch = WATCHES.remove(hold);
      if (watch != null) {
        watch.registration.clean();
      }
    }

    /** Run when the handle is unreachable, or has been closed. */
    @Override
    public void run() {
      if (WATCHES.remove(hold, this) && hold.cell.isHeld(hold.hold)) {
        reporter.accept(site);
      }
    }
  }
}
