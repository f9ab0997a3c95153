package io.pawl.internal.backend;

import io.pawl.internal.backend.ShimException.Kind;
import io.pawl.internal.fence.Fences;
import io.pawl.internal.memory.Words;
import io.pawl.spi.NativeWait;
import io.pawl.spi.NativeWaitProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the backend; the only class that does.
 *
 * <p>The choice is that of {@code -Dpawl.backend=}, else the first that works of {@code panama},
 * {@code jni}, {@code syscall}, those found by {@link ServiceLoader}, and {@code java}: the absence
 * of a {@link NativeWait}, with waiting left to {@link java.util.concurrent.locks.LockSupport}.
 */
final class Selection implements Runnable {
  /*
   * Algorithm
   *
   *   check()  only if the user demanded a backend or a file: loads the shim, so that a demand that cannot
   *            be met is an error in the first wait
   *   run()    loads the shim, links, initializes the access to native words, puts the backend and the
   *            fences that it allows in force
   *
   * Both run on the daemon thread "pawl-link", some time after the first lock was made. Where nothing
   * has been made that starts it, or if there is a demand, the first thread that has to wait does check()
   * itself and has run() done on such a thread. All of it takes many times longer than a wait for a lock
   * should. So none of run() happens on a thread that came for a lock, and none waits for it: as long as
   * there is nothing to call, Backend.current() is null. For the same reason check() keeps the number of
   * classes it loads low, and concatenates strings by hand.
   */

  /** The system property that forces a backend. */
  static final String PROPERTY = "pawl.backend";

  static final String PANAMA = "panama";
  static final String JNI = "jni";
  static final String SYSCALL = "syscall";
  static final String JAVA = "java";

  private static final String[] KNOWN = {PANAMA, JNI, SYSCALL, JAVA};

  /** After how many broken providers the search ends; some errors recur for ever. */
  private static final int BROKEN_PROVIDERS = 16;

  /** Why each backend was not taken, by its name. */
  private final Map<String, String> reasons = Collections.synchronizedMap(new LinkedHashMap<>());

  private volatile String chosen = JAVA;
  private volatile @Nullable String failed;
  private volatile @Nullable String forced;
  private volatile boolean demanded;
  private volatile @Nullable Shim shim;
  private volatile @Nullable ShimException shimFailure;

  /** The provider that the user named, if it is not one of Pawl's own. */
  private @Nullable NativeWaitProvider external;

  /**
   * The part of the selection that a thread can wait for.
   *
   * @return whether there is something left to link
   */
  boolean check() {
    String name = System.getProperty(PROPERTY);
    forced = name;
    if (JAVA.equals(name)) {
      settle(JAVA, null);
      return false;
    }
    if (name != null && !isKnown(name)) {
      external = find(name);
      if (external == null) {
        fail(unknown(name));
        return false;
      }
    }
    demanded = Preparation.isDemanded();
    return !demanded || loadShim();
  }

  /**
   * Loads the shim, if the backend needs one, and deals with its absence.
   *
   * @return whether there is something left to link
   */
  private boolean loadShim() {
    if (SYSCALL.equals(forced)) {
      return true;
    }
    try {
      shim = Shim.load(Platform.current(), external != null);
      return true;
    } catch (ShimException e) {
      shimFailure = e;
      boolean demanded = forced != null && external == null;
      if (e.kind() == Kind.REFUSED) {
        fail(e.reason());
        return false;
      }
      if (e.kind() == Kind.DENIED && external == null) {
        reasons.put(PANAMA, e.reason());
        reasons.put(JNI, e.reason());
        reasons.put(SYSCALL, e.reason());
        if (demanded) {
          fail(demand(e.reason()));
        } else {
          settle(JAVA, null);
        }
        return false;
      }
      boolean memoryMayHelp = e.kind() == Kind.UNWRITABLE && Platform.current().isLinux();
      if (demanded && !memoryMayHelp) {
        fail(demand(e.reason()));
        return false;
      }
      return true;
    }
  }

  /** The part of the selection for which no thread waits. */
  @Override
  public void run() {
    try {
      if (demanded || loadShim()) {
        link();
      }
    } catch (Throwable t) {
      try {
        end(t);
      } finally {
        Backend.settle();
      }
    }
    release();
  }

  /** Ends a selection that something unforeseen broke off, with what is in force. */
  void end(Throwable t) {
    if (forced != null) {
      fail(demand(t.toString()));
    } else {
      reasons.put(PANAMA, t.toString());
      settle(shim != null ? JNI : JAVA, shim != null ? new JniWait() : null);
    }
  }

  /** Removes what only linking needed. */
  void release() {
    Shim loaded = shim;
    if (loaded != null) {
      loaded.release();
    }
  }

  private void link() {
    if (shim == null && memoryMayHelp()) {
      loadShimFromMemory();
    }
    NativeWaitProvider demanded = external;
    boolean done =
        demanded != null
            ? tryProvider(demanded)
            : tryPanama() || tryJni() || trySyscall() || tryOthers();
    if (done) {
      return;
    }
    String name = forced;
    if (name != null) {
      fail(demand(reasons.getOrDefault(name, "it cannot be loaded")));
    } else {
      settle(JAVA, null);
    }
  }

  private boolean memoryMayHelp() {
    ShimException failure = shimFailure;
    return failure != null && failure.kind() == Kind.UNWRITABLE && Platform.current().isLinux();
  }

  private void loadShimFromMemory() {
    try {
      shim = Shim.loadFromMemory(Platform.current());
    } catch (ShimException e) {
      ShimException first = shimFailure;
      String reason = first == null ? e.reason() : first.reason() + "; " + e.reason();
      shimFailure = new ShimException(e.kind(), reason, e);
    }
  }

  private boolean tryPanama() {
    if (!wants(PANAMA) || lacksShim(PANAMA)) {
      return false;
    }
    try {
      settle(PANAMA, Downcalls.checked(new PanamaWait()));
      return true;
    } catch (Throwable t) {
      reasons.put(PANAMA, Downcalls.reason(t));
      return false;
    }
  }

  private boolean tryJni() {
    if (!wants(JNI) || lacksShim(JNI)) {
      return false;
    }
    settle(JNI, new JniWait());
    return true;
  }

  private boolean trySyscall() {
    if (!wants(SYSCALL)) {
      return false;
    }
    try {
      settle(SYSCALL, Downcalls.checked(SyscallLinker.open()));
      return true;
    } catch (Throwable t) {
      reasons.put(SYSCALL, Downcalls.reason(t));
      return false;
    }
  }

  private boolean tryOthers() {
    if (forced != null) {
      return false;
    }
    for (NativeWaitProvider provider : providers()) {
      if (tryProvider(provider)) {
        return true;
      }
    }
    return false;
  }

  private boolean tryProvider(NativeWaitProvider provider) {
    Shim loaded = shim;
    try {
      settle(provider.name(), provider.open(loaded == null ? null : loaded.path()));
      return true;
    } catch (Throwable t) {
      reasons.put(provider.name(), Downcalls.reason(t));
      return false;
    }
  }

  private boolean lacksShim(String name) {
    ShimException failure = shimFailure;
    if (shim == null) {
      reasons.put(name, failure == null ? "no shim is loaded" : failure.reason());
    }
    return shim == null;
  }

  private boolean wants(String name) {
    return forced == null || name.equals(forced);
  }

  private void settle(String name, @Nullable NativeWait wait) {
    if (wait != null) {
      Words.initialize();
      if (Words.isPool()) {
        throw new IllegalStateException("Pawl has no access to native memory");
      }
    }
    chosen = name;
    useFences(wait);
    Backend.use(wait);
    Backend.settle();
  }

  private static void useFences(@Nullable NativeWait wait) {
    if (wait == null) {
      Fences.useNone("there are no native calls");
      return;
    }
    try {
      Fences.useBarrier(wait);
    } catch (Throwable t) {
      Fences.useNone(t.toString());
    }
  }

  private void fail(String message) {
    failed = message;
    useFences(null);
    Backend.fail(message);
  }

  /** Names the demand that failed, the reason, and the way out. */
  private String demand(String reason) {
    return "-Dpawl.backend="
        .concat(String.valueOf(forced))
        .concat(" cannot be met: ")
        .concat(reason)
        .concat(" (without the property Pawl takes a backend that works)");
  }

  private static boolean isKnown(String name) {
    for (String known : KNOWN) {
      if (known.equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static String unknown(String name) {
    StringBuilder message = new StringBuilder(200);
    message.append("-Dpawl.backend=").append(name).append(" names no backend; there are");
    for (String known : KNOWN) {
      message.append(' ').append(known);
    }
    for (NativeWaitProvider provider : providers()) {
      message.append(' ').append(provider.name());
    }
    if (name.equals("jna")) {
      message.append("; for jna put pawl-jna on the module path or class path");
    }
    return message.toString();
  }

  private static @Nullable NativeWaitProvider find(String name) {
    for (NativeWaitProvider provider : providers()) {
      if (provider.name().equals(name)) {
        return provider;
      }
    }
    return null;
  }

  /** The providers beside Pawl itself; one that cannot be loaded is left out. */
  private static List<NativeWaitProvider> providers() {
    List<NativeWaitProvider> found = new ArrayList<>();
    Iterator<NativeWaitProvider> iterator =
        ServiceLoader.load(NativeWaitProvider.class, Selection.class.getClassLoader()).iterator();
    for (int broken = 0; broken < BROKEN_PROVIDERS; ) {
      try {
        if (!iterator.hasNext()) {
          break;
        }
        found.add(iterator.next());
      } catch (ServiceConfigurationError e) {
        broken++;
      }
    }
    return found;
  }

  /** Describes the outcome in lines of text. */
  String describe() {
    StringBuilder text = new StringBuilder(500);
    String failure = failed;
    text.append("backend: ");
    if (failure != null) {
      return text.append("none: ").append(failure).append('\n').toString();
    }
    text.append(chosen).append('\n');
    for (String name : KNOWN) {
      if (!name.equals(chosen)) {
        text.append("  not ").append(name).append(": ").append(whyNot(name)).append('\n');
      }
    }
    reasons.forEach((name, reason) -> {
      if (!isKnown(name)) {
        text.append("  not ").append(name).append(": ").append(reason).append('\n');
      }
    });
    Shim loaded = shim;
    ShimException none = shimFailure;
    text.append("shim: ").append(loaded != null ? loaded.toString() : "none");
    if (none != null) {
      text.append(loaded != null ? ", since " : ": ").append(none.reason());
    }
    return text.append('\n').toString();
  }

  private String whyNot(String name) {
    String reason = reasons.get(name);
    if (reason != null) {
      return reason;
    }
    return forced != null ? "-Dpawl.backend=" + forced : chosen + " comes before it";
  }
}
