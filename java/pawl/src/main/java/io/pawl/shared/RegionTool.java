package io.pawl.shared;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code region}: tells who is attached to a region and what is held in it, and clears
 * the poison of a lock. {@code java -m io.pawl region --help} describes it.
 */
public final class RegionTool {
  private static final String HELP =
      """
      java -m io.pawl region FILE [--allow-other-users]
          lists who is attached to the region in FILE, which locks are held by whom and since when
          at the latest, locks whose owner has died, and locks that are poisoned
      java -m io.pawl region FILE --repair NAME [--yes] [--allow-other-users]
          states that what the lock NAME guards is in order again, after a question, or without one

      Exit codes
          0  nothing is amiss, or it has been repaired
          1  a lock has a dead owner or is poisoned, or something in the file is overwritten
          2  the arguments are wrong
          3  the file cannot be used as a region
          4  nothing was repaired: there is no such lock, it is held, or the answer was no
      """;

  private static final int FINE = 0;
  private static final int AMISS = 1;
  private static final int USAGE = 2;
  private static final int UNUSABLE = 3;
  private static final int NOT_REPAIRED = 4;

  private final PrintStream out;
  private final PrintStream err;
  private final BufferedReader in;

  private RegionTool(PrintStream out, PrintStream err, BufferedReader in) {
    this.out = out;
    this.err = err;
    this.in = in;
  }

  /**
   * Runs the command on the standard streams.
   *
   * @param arguments what follows {@code region} on the command line
   * @return the exit code
   */
  public static int run(String... arguments) {
    Charset charset = Charset.defaultCharset();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, charset));
    return run(System.out, System.err, in, arguments);
  }

  static int run(PrintStream out, PrintStream err, BufferedReader in, String... arguments) {
    return new RegionTool(out, err, in).run(arguments, RegionOptions.defaults());
  }

  private int run(String[] arguments, RegionOptions given) {
    String file = null;
    String repair = null;
    boolean yes = false;
    RegionOptions options = given;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--help", "-h" -> {
          out.print(HELP);
          return FINE;
        }
        case "--yes" -> yes = true;
        case "--allow-other-users" -> options = options.allowOtherUsers(true);
        case "--repair" -> {
          if (++i == arguments.length) {
            return usage("--repair needs the name of a lock");
          }
          repair = arguments[i];
        }
        default -> {
          if (file != null || arguments[i].startsWith("--")) {
            return usage("unknown argument: " + arguments[i]);
          }
          file = arguments[i];
        }
      }
    }
    return file == null ? usage("which file?") : run(file, repair, yes, options);
  }

  private int usage(String problem) {
    err.println(problem);
    err.print(HELP);
    return USAGE;
  }

  private int run(String name, @Nullable String repair, boolean yes, RegionOptions options) {
    try {
      Path file = Path.of(name);
      if (repair != null) {
        return repair(file, repair, yes, options.label("pawl region --repair"));
      }
      Region region = RegionFile.look(file, options);
      try {
        RegionReport.Result result = RegionReport.of(region);
        out.print(result.text());
        return result.amiss() ? AMISS : FINE;
      } finally {
        boolean _ = region.close();
      }
    } catch (IOException
        | IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException e) {
      err.println(e);
      return UNUSABLE;
    }
  }

  private int repair(Path file, String name, boolean yes, RegionOptions options)
      throws IOException {
    try (SharedRegion region = SharedRegion.open(file, options)) {
      Directory.Entry entry = RegionReport.find(region.region(), name);
      Kind kind = entry == null ? null : Kind.of(entry.kind());
      if (entry == null || kind == null) {
        return notRepaired("There is no lock \"" + name + "\" in " + file);
      }
      return switch (kind) {
        case MUTEX -> repair(region.mutex(name), yes);
        case RW_LOCK -> repair(region.rwLock(name), yes);
        case SEQ_LOCK -> repair(region.seqLock(name, entry.parameter()), yes);
        case SEMAPHORE, CONDVAR, DATA ->
            notRepaired("A " + kind + " is never poisoned: \"" + name + '"');
      };
    }
  }

  private int repair(SharedMutex mutex, boolean yes) throws IOException {
    if (isRefused(mutex, mutex.owner(), yes)) {
      return NOT_REPAIRED;
    }
    boolean _ = mutex.lockForced();
    try {
      mutex.clearPoison();
    } finally {
      mutex.unlock();
    }
    return repaired(mutex);
  }

  private int repair(SharedRwLock lock, boolean yes) throws IOException {
    if (isRefused(lock, lock.owner(), yes)) {
      return NOT_REPAIRED;
    }
    boolean _ = lock.writeLock().lockForced();
    try {
      lock.writeLock().clearPoison();
    } finally {
      lock.writeLock().unlock();
    }
    return repaired(lock);
  }

  private int repair(SharedSeqLock lock, boolean yes) throws IOException {
    if (isRefused(lock, lock.owner(), yes)) {
      return NOT_REPAIRED;
    }
    boolean _ = lock.writeForced(_ -> {});
    return repaired(lock);
  }

  private boolean isRefused(Object lock, @Nullable LockOwner owner, boolean yes)
      throws IOException {
    if (owner != null && owner.alive()) {
      int _ = notRepaired("It is held by a process that lives: " + lock);
      return true;
    }
    if (yes) {
      return false;
    }
    out.print(lock + "\nIs what it guards in order, so that the poison can be cleared? [y/N] ");
    out.flush();
    String answer = in.readLine();
    if (answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      return false;
    }
    int _ = notRepaired("Nothing was changed");
    return true;
  }

  private int repaired(Object lock) {
    out.println("Repaired: " + lock);
    return FINE;
  }

  private int notRepaired(String reason) {
    err.println(reason);
    return NOT_REPAIRED;
  }
}
