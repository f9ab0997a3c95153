package io.pawl.observe;

import io.pawl.internal.observe.CallStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Who makes others wait: how long threads have waited for locks and semaphores, charged to the
 * places in the program that released them.
 *
 * <p>A place that waits long is not to blame, one that holds long is. So what threads have waited
 * for a lock is charged to the stack of the thread whose release ended it ({@link Release}), lock
 * by lock.
 *
 * {@snippet :
 * ContentionProfile profile = ContentionProfile.start();
 * work();
 * profile.stop();
 * System.out.println(profile.table());
 * }
 *
 * <p>Without a change to the program, the system property {@code pawl.profile=FILE} profiles from
 * the first wait on, and writes the profile to that file at the end, as {@link #write} does; a file
 * that can't be written is told on standard error at the beginning. JMX clients see a profile that
 * has been {@linkplain #register() registered}.
 *
 * <p><b>Samples.</b> Releases are sampled by what they are charged with: one that has cost others a
 * period of waiting (100 microseconds, if not told otherwise) is taken with a probability of 63 %,
 * one that has cost much more almost surely, one that has cost little seldom, and what is taken
 * counts as often as makes the sums right on average. So counts and times are estimates, good where
 * there is much to see. A period of zero takes all.
 *
 * <p><b>Locks.</b> A lock stands in the profile by its name ({@link Names}), else by its class and
 * identity. Of all pairs of a lock and a stack, the first 10,000 are told apart; of those that come
 * later, locks without a name are added up by class and stack, as far as there are again no more
 * than 10,000, and what is left is added up as {@code others}.
 *
 * <p>All methods may be called by any thread at any time.
 *
 * <p><b>Cost.</b> Locks for which nobody waits cost what they did. Waiting allocates as it does for
 * any {@link ContentionListener}; a release for which others wait draws a random number, and where
 * it is taken as a sample has the stack of its thread taken.
 *
 * @see <a href="https://go.dev/doc/diagnostics#profiling">the mutex profile of Go</a>
 */
public final class ContentionProfile {

  /*
   * Algorithm: Poisson sampling over the time that is waited. The probability that a release of weight w,
   * in nanoseconds, is hit by a process of rate 1 / period is p = 1 - exp(-w / period). What is hit counts
   * 1 / p times, so the sum of w / p over the hits has the sum of w over all as its expectation.
   */
  private static final Duration PERIOD = Duration.ofNanos(100_000);
  private static final int MAX_PLACES = 10_000;
  private static final int DEPTH = 64;

  private final ContentionListener listener = new Sampler();
  private final double period;
  private final Map<Key, Sums> places = new ConcurrentHashMap<>();
  private final Key others = new Key("others", List.of());

  /** Guarded by this. */
  private final ProfileClock clock = new ProfileClock();

  private ContentionProfile(Duration period) {
    this.period = period.toSeconds() * 1e9 + period.toNanosPart();
  }

  /**
   * What has been charged to one place for one lock.
   *
   * @param lock its name, or class and identity
   * @param stack of the threads that released it, from the method of the program that did so on
   * @param count how many releases made others wait, estimated
   * @param totalNanos how long others waited because of them, estimated, in nanoseconds
   * @param longestNanos for how long one of those seen kept others waiting, in nanoseconds
   * @param waiters how many threads waited, on average
   */
  public record Place(
      String lock,
      List<StackTraceElement> stack,
      long count,
      long totalNanos,
      long longestNanos,
      double waiters) {

    /**
     * How long others waited because of one release.
     *
     * @return the mean, in nanoseconds
     */
    public long meanNanos() {
      return count == 0 ? 0 : totalNanos / count;
    }
  }

  private record Key(String lock, List<StackTraceElement> stack) {}

  /** Guarded by itself. */
  private static final class Sums {
    private double count;
    private double nanos;
    private double waiters;
    private long longest;

    synchronized void add(double weight, Release release) {
      count += weight;
      nanos += weight * release.nanos();
      waiters += weight * release.waiters();
      longest = Math.max(longest, release.longest());
    }

    synchronized Place place(Key key) {
      return new Place(
          key.lock,
          key.stack,
          Math.round(count),
          Math.round(nanos),
          longest,
          count == 0 ? 0 : waiters / count);
    }
  }

  /** Takes samples. */
  private final class Sampler implements ContentionListener {
    @Override
    public void released(Release release) {
      double chance = chance(release.nanos());
      if (chance > 0 && ThreadLocalRandom.current().nextDouble() < chance) {
        sums(release).add(1 / chance, release);
      }
    }
  }

  private double chance(long nanos) {
    return period == 0 ? 1 : -Math.expm1(-nanos / period);
  }

  private Sums sums(Release release) {
    List<StackTraceElement> stack = CallStack.outsideOfPawl(DEPTH);
    String name = release.name();
    if (name != null) {
      return sums(new Key(name, stack), others);
    }
    Object subject = release.subject();
    String type = subject.getClass().getSimpleName();
    String identity = Integer.toHexString(System.identityHashCode(subject));
    return sums(new Key(type + "@" + identity, stack), new Key(type, stack));
  }

  /** Of a key, if there is room for it; else of one that is shared with others. */
  private Sums sums(Key key, Key shared) {
    Sums sums = places.get(key);
    if (sums != null) {
      return sums;
    }
    int size = places.size();
    if (size < MAX_PLACES) {
      return places.computeIfAbsent(key, _ -> new Sums());
    }
    sums = places.get(shared);
    return sums != null
        ? sums
        : places.computeIfAbsent(size < 2 * MAX_PLACES ? shared : others, _ -> new Sums());
  }

  // ---- Control

  /**
   * Begins a profile.
   *
   * @return the profile, which is being filled until it is stopped
   */
  public static ContentionProfile start() {
    return start(PERIOD);
  }

  /**
   * Begins a profile with samples that are as frequent as told.
   *
   * @param period how much waiting there is between two samples on average; zero for no sampling
   * @return the profile, which is being filled until it is stopped
   * @throws IllegalArgumentException if period is negative
   * @throws NullPointerException if period is null
   */
  public static ContentionProfile start(Duration period) {
    if (period.isNegative()) {
      throw new IllegalArgumentException("Negative period: " + period);
    }
    ContentionProfile profile = new ContentionProfile(period);
    profile.resume();
    return profile;
  }

  /** Stops filling the profile; what is in it stays. Does nothing if it has been stopped. */
  public synchronized void stop() {
    if (clock.isRunning()) {
      boolean _ = Contention.removeListener(listener);
      clock.stop();
    }
  }

  /** Goes on filling the profile. Does nothing if it is running. */
  public synchronized void resume() {
    if (!clock.isRunning()) {
      Contention.addListener(listener);
      clock.resume();
    }
  }

  /** Forgets what is in the profile. */
  public synchronized void reset() {
    places.clear();
    clock.reset();
  }

  /**
   * Whether the profile is being filled.
   *
   * @return false if it has been stopped
   */
  public synchronized boolean isRunning() {
    return clock.isRunning();
  }

  // ---- Results

  /**
   * What is in the profile.
   *
   * @return a new list, the place that others have waited for longest first
   */
  public List<Place> places() {
    return places.entrySet().stream()
        .map(entry -> entry.getValue().place(entry.getKey()))
        .sorted(Comparator.comparingLong(Place::totalNanos).reversed())
        .toList();
  }

  /**
   * The profile as a table for people, a line for each lock and place.
   *
   * @return lines, each ended by a line feed
   */
  public String table() {
    return ProfileText.table(places());
  }

  /**
   * The profile as collapsed stacks, which tools for flame graphs read: a line for each stack, its
   * outermost frame first and the lock last, then a space and microseconds.
   *
   * @return lines, each ended by a line feed
   */
  public String collapsed() {
    return ProfileText.collapsed(places());
  }

  /**
   * The profile as {@code pprof} reads it, like a mutex profile of Go: for each lock and stack the
   * {@code contentions} and their {@code delay}, with a label {@code lock}.
   *
   * @return a compressed file
   * @see <a href="https://github.com/google/pprof">pprof</a>
   */
  public byte[] pprof() {
    List<Place> all = places();
    synchronized (this) {
      return ProfileProto.gzipped(all, Math.round(period), clock.begunMillis(), clock.ranNanos());
    }
  }

  /**
   * Writes the profile to a file: for {@code pprof} if its name ends with {@code .pb.gz}, collapsed
   * stacks if it ends with {@code .collapsed}, else the table.
   *
   * @param file the file, which is replaced if there is one
   * @throws IOException if it can't be written
   */
  public void write(Path file) throws IOException {
    String name = file.toString();
    if (name.endsWith(".pb.gz")) {
      Files.write(file, pprof());
    } else {
      Files.writeString(file, name.endsWith(".collapsed") ? collapsed() : table());
    }
  }

  /**
   * Shows the profile to JMX clients, as {@link ContentionProfileMXBean} under the name {@code
   * io.pawl:type=ContentionProfile}, which can also stop and resume it. Whatever had that name
   * before is replaced. The platform's MBean server keeps the profile, and with it this library,
   * reachable until {@link #unregister()}.
   *
   * @throws IllegalStateException if there is no module {@code java.management}, or it refuses
   */
  public void register() {
    try {
      ProfileManagement.register(this);
    } catch (NoClassDefFoundError e) {
      throw withoutManagement(e);
    }
  }

  /**
   * Shows JMX clients no profile any more.
   *
   * @throws IllegalStateException as {@link #register()}
   */
  public static void unregister() {
    try {
      ProfileManagement.unregister();
    } catch (NoClassDefFoundError e) {
      throw withoutManagement(e);
    }
  }

  private static IllegalStateException withoutManagement(Throwable cause) {
    return new IllegalStateException("There is no module java.management", cause);
  }
}
