package io.pawl;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.fence.Fences;
import io.pawl.internal.park.LongWaits;
import io.pawl.internal.queue.Spin;
import io.pawl.observe.SlowWaits;
import io.pawl.shared.RegionTool;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What this copy of Pawl is and how it waits on this machine.
 *
 * <p>Run the library's jar to print it: {@code java -jar pawl.jar}, or {@code java -p pawl.jar -m
 * io.pawl}.
 *
 * <p>The system property {@code pawl.backend} forces a backend: {@code panama}, {@code jni}, {@code
 * syscall} (Linux only), {@code java}, or {@code jna} with the artifact {@code pawl-jna}. The
 * property {@code pawl.library.path} names the file of the native library to load. A demand that
 * cannot be met is an {@link IllegalStateException} in the first operation that has to wait. The
 * properties are read soon after the first lock has been made.
 *
 * <p>With the property {@code pawl.fence} set to {@code symmetric} an unlock executes a full fence
 * itself, and no thread asks the operating system for one on all the others.
 *
 * <p>A platform thread that finds a lock or a semaphore taken spins for up to 8 microseconds before
 * it sleeps, a virtual thread for 2; a thread that is about to be handed something, or waits for a
 * condition, a latch or a barrier, for up to 30, unless that has not paid off lately. With the
 * property {@code pawl.spin} set to {@code off} nobody spins: that saves processor time and costs
 * latency. The default is {@code adaptive}.
 *
 * <p>A platform thread that has waited natively for a while goes on in {@link
 * java.util.concurrent.locks.LockSupport}: its state is {@code WAITING} or {@code TIMED_WAITING},
 * and tools see what it waits for. The property {@code pawl.native.wait} says for how long at most
 * it waits natively, as {@code 500us} or {@code 20ms}; the default is 16 ms, and less than 20 us
 * counts as 20 us. With {@code 0} no thread waits natively, with {@code forever} none goes on
 * elsewhere; anything else is an {@link IllegalStateException} in the first operation that has to
 * wait. None of that applies to {@link io.pawl.atomic.AtomicWord} and to {@link io.pawl.shared},
 * whose waits are native for as long as they last.
 */
public final class Pawl {
  private Pawl() {}

  /**
   * Returns the version of Pawl, also where its classes are part of another jar.
   *
   * @return the version, or {@code unknown} when Pawl was not built by its build
   */
  public static String version() {
    String version = builtVersion();
    var descriptor = Pawl.class.getModule().getDescriptor();
    if (version == null && descriptor != null) {
      version = descriptor.rawVersion().orElse(null);
    }
    return version != null ? version : "unknown";
  }

  /** What the build wrote beside this class: a manifest may be that of another jar. */
  private static @Nullable String builtVersion() {
    try (InputStream in = Pawl.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        return null;
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException | IllegalArgumentException _) {
      return null;
    }
  }

  /**
   * Describes Pawl and its surroundings: its version, operating system, processors, JDK, the
   * backend in use and why others are not, the kind of fences and why, how threads spin and wait,
   * whether slow waits are logged, and the native library. The text is meant for people and may
   * change. Waits for the backend to be chosen, which takes a tenth of a second when nothing has
   * waited yet.
   *
   * @return lines of text, each ended by a line feed
   */
  public static String describe() {
    return "Pawl "
        + version()
        + "\nos: "
        + property("os.name")
        + " "
        + property("os.version")
        + "\ncpu: "
        + property("os.arch")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors\njdk: "
        + property("java.vm.name")
        + " "
        + property("java.vm.version")
        + "\n"
        + Backend.describe()
        + "fences: "
        + Fences.describe()
        + "\nspinning: "
        + Spin.describe()
        + "\nwaiting: "
        + LongWaits.describe()
        + "\nslow waits: "
        + SlowWaits.describe()
        + "\n";
  }

  /**
   * Prints {@link #describe()}, or runs a command: {@code region FILE} tells what goes on in a
   * region of {@link io.pawl.shared}, and {@code region --help} more about it.
   *
   * @param args nothing, or a command and its arguments
   */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("region")) {
      System.exit(RegionTool.run(Arrays.copyOfRange(args, 1, args.length)));
    }
    System.out.print(describe());
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
