package io.pawl.memory;

import java.lang.ref.Reference;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what was dropped without being closed, and tells where it was made: handles of slices
 * ({@link ArcSlice}) and of shared values ({@link Arc}), chunks ({@link Chunk}), arenas ({@link
 * ConcurrentArena}) and slice allocators ({@link SliceAllocator}).
 *
 * <p>When the garbage collector finds such an object unreachable, a warning with the stack of the
 * call that made it goes to the system logger {@code io.pawl.memory}. Nothing is closed: a segment
 * of it may still be in use. The level is set by the system property {@code pawl.memory.leaks}
 * ({@code off}, {@code sampled} or {@code all}; another word means off) or by {@link #setLevel},
 * and holds for what is made from then on.
 *
 * <p>Each loss is reported once, as the object that should have been closed: the chunks of a lost
 * arena or handle are not reported besides. A {@link Weak} handle holds nothing, and is not
 * watched.
 *
 * <p><b>Cost.</b> {@link Level#OFF} costs one read for each object. One that is watched costs some
 * microseconds and the memory of a stack trace.
 */
public final class LeakDetection {

  /** What part of what can be lost is watched. */
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
   * What part is watched.
   *
   * @return the level in force
   */
  public static Level level() {
    return level;
  }

  /**
   * Sets what part is watched. What is watched already remains so.
   *
   * @param level the level
   * @throws NullPointerException if level is null
   */
  public static void setLevel(Level level) {
    LeakDetection.level = Objects.requireNonNull(level, "level");
  }

  /** Whether what is made next is to be watched. */
  static boolean wants() {
    Level l = level;
    return l != Level.OFF
        && (l == Level.ALL || (ThreadLocalRandom.current().nextInt() & SAMPLE_MASK) == 0);
  }

  /** Begins to watch an object that keeps its watch, and ends it by {@link #ended}. */
  static LeakWatch watch(Object object, String what) {
    LeakWatch watch = new LeakWatch(new Site(what));
    watch.begin(object);
    return watch;
  }

  /** Ends a watch of an object that is being closed. Its caller keeps it reachable until then. */
  static void ended(@Nullable LeakWatch watch) {
    if (watch != null) {
      watch.end();
    }
  }

  /** Begins to watch a handle of a slice, which is told from others by its hold. */
  static void track(ArcSlice slice, HoldCell cell, int hold) {
    HoldWatch.begin(slice, new Hold(cell, hold));
  }

  /** Ends watching: the handle is being closed. Its caller keeps it reachable until then. */
  static void untrack(HoldCell cell, int hold) {
    HoldWatch.end(new Hold(cell, hold));
  }

  static void report(Site site) {
    reporter.accept(site);
  }

  private static void log(Site site) {
    System.getLogger("io.pawl.memory").log(System.Logger.Level.WARNING, site.getMessage(), site);
  }

  /** Where something was made; never thrown. */
  static final class Site extends Throwable {

    @java.io.Serial private static final long serialVersionUID = 1L;

    Site(String what) {
      super(what + " was not closed; it was made here");
    }
  }

  /** Names a handle of a slice: a hold is given once. */
  private record Hold(HoldCell cell, int hold) {}

  /** Watches a handle that has no room for its watch. */
  private static final class HoldWatch extends LeakWatch {

    private static final Map<Hold, HoldWatch> WATCHES = new ConcurrentHashMap<>();

    private final Hold hold;

    private HoldWatch(Hold hold, Site site) {
      super(site);
      this.hold = hold;
    }

    static void begin(ArcSlice slice, Hold hold) {
      HoldWatch watch = new HoldWatch(hold, new Site(slice.handleName()));
      try {
        watch.begin(slice);
        WATCHES.put(hold, watch); // else nothing is reported
      } finally {
        Reference.reachabilityFence(slice);
      }
    }

    static void end(Hold hold) {
      HoldWatch watch = WATCHES.remove(hold);
      if (watch != null) {
        watch.end();
      }
    }

    /** A handle that is still watched for want of memory when it is closed has not been lost. */
    @Override
    boolean isLost() {
      return WATCHES.remove(hold, this) && hold.cell.isHeld(hold.hold);
    }
  }
}
