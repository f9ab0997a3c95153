package io.pawl.internal.backend;

import io.pawl.internal.backend.ShimException.Kind;
import io.pawl.internal.fence.Fences;
import io.pawl.internal.memory.Words;
import io.pawl.spi.NativeWait;
import io.pawl.spi.NativeWaitProvider;
import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.lang.foreign.SymbolLookup;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the backend; the only class that does. Each object is one attempt.
 *
 * <p>The choice is that of {@code -Dpawl.backend=}, else the first that works of {@code panama},
 * {@code jni}, {@code syscall}, those found by {@link java.util.ServiceLoader}, and {@code java}:
 * the absence of a {@link NativeWait}, with waiting left to {@link
 * java.util.concurrent.locks.LockSupport}. Each of them has to pass the same trial first.
 */
final class Selection {
  /*
   * Algorithm
   *
   *   check()  only if the user demanded a backend or a file: loads the shim, so that a demand that cannot
   *            be met is an error in the first wait
   *   link()   loads the shim, links, tries the calls, initializes the access to native words, puts the
   *            fences that the backend allows in force
   *
   * Both run on the daemon thread "pawl-link", some time after the first lock was made. Where nothing
   * has been made that starts it, or if there is a demand, the first thread that has to wait does check()
   * itself and has link() done on such a thread. All of it takes many times longer than a wait for a lock
   * should. So none of link() happens on a thread that came for a lock, and none waits for it: as long as
   * there is nothing to call, Backend.current() is null. For the same reason check() keeps the number of
   * classes it loads low, and concatenates strings by hand.
   *
   * An answer ends the matter: the system has no such call, access is denied, a file is no shim. An error,
   * for one when memory or file descriptors run short, may pass: mayComeOutBetter().
   */

  /** The system property that forces a backend. */
  static final String PROPERTY = "pawl.backend";

  static final String PANAMA = "panama";
  static final String JNI = "jni";
  static final String SYSCALL = "syscall";
  static final String JAVA = "java";

  private static final String[] KNOWN = {PANAMA, JNI, SYSCALL, JAVA};

  /** Released when what the user demands has been checked, and when all has been done. */
  final CountDownLatch checked = new CountDownLatch(1);

  final CountDownLatch settled = new CountDownLatch(1);

  /** Why each backend was not taken, by its name. */
  private final Map<String, String> reasons = Collections.synchronizedMap(new LinkedHashMap<>());

  private volatile String chosen = JAVA;
  private volatile @Nullable NativeWait taken;
  private volatile @Nullable String failed;
  private volatile @Nullable Throwable broken;
  private volatile @Nullable String forced;
  private volatile boolean mayComeOutBetter;
  private volatile boolean shimSought;
  private volatile @Nullable Shim shim;
  private volatile @Nullable ShimException shimFailure;

  /** The provider that the user named, if it is not one of Pawl's own. */
  private @Nullable NativeWaitProvider external;

  /** The backend, or null if it is {@code java}. */
  @Nullable NativeWait taken() {
    return taken;
  }

  /** Why the user cannot have what he demands, or null. */
  @Nullable String failure() {
    return failed;
  }

  /** Whether another attempt may find what this one has not. */
  boolean mayComeOutBetter() {
    return taken == null && mayComeOutBetter;
  }

  /**
   * The part of the selection that a thread can wait for.
   *
   * @return whether there is something left to link
   */
  boolean check() {
    String name = System.getProperty(PROPERTY);
    forced = name;
    if (JAVA.equals(name)) {
      useFences(null);
      return false;
    }
    if (name != null && !isKnown(name)) {
      external = Providers.find(name);
      if (external == null) {
        fail(unknown(name));
        return false;
      }
    }
    return !Preparation.isDemanded() || loadShim();
  }

  /**
   * Loads the shim, if the backend needs one, and deals with its absence.
   *
   * @return whether there is something left to link
   */
  private boolean loadShim() {
    shimSought = true;
    if (SYSCALL.equals(forced)) {
      return true;
    }
    try {
      shim = ShimLoader.load(Platform.current());
      return true;
    } catch (ShimException e) {
      shimFailure = e;
      boolean demanded = forced != null && external == null;
      if (e.kind() == Kind.REFUSED) {
        fail(e.advice());
        return false;
      }
      if (e.kind() == Kind.DENIED && external == null) {
        reasons.put(PANAMA, e.advice());
        reasons.put(JNI, e.advice());
        reasons.put(SYSCALL, e.advice());
        if (demanded) {
          fail(demand(e.advice()));
        } else {
          useFences(null);
        }
        return false;
      }
      mayComeOutBetter |= e.kind() == Kind.HINDERED;
      if (demanded && !memoryMayHelp()) {
        fail(demand(e.advice()));
        return false;
      }
      return true;
    }
  }

  /** The part of the selection for which no thread waits. */
  void link() {
    try {
      if (!shimSought && !loadShim()) {
        return;
      }
      if (shim == null && memoryMayHelp()) {
        loadShimFromMemory();
      }
      NativeWaitProvider named = external;
      boolean done = named != null ? attempt(named) : attemptKnown() || attemptOthers();
      if (done) {
        return;
      }
      String name = forced;
      if (name != null) {
        fail(demand(reasons.getOrDefault(name, "it cannot be loaded")));
      } else {
        useFences(null);
      }
    } finally {
      Shim loaded = shim;
      if (loaded != null) {
        loaded.release();
      }
    }
  }

  /** Ends an attempt that an error has broken off. The error is all there is to be kept. */
  void breakOff(Throwable t) {
    broken = t;
    mayComeOutBetter = true;
    if (taken == null && Preparation.isDemanded()) {
      failed = "-Dpawl.backend or -Dpawl.library.path cannot be met: there was an error";
      failed = demand(t.toString());
    }
  }

  private boolean memoryMayHelp() {
    ShimException failure = shimFailure;
    return failure != null && failure.kind() == Kind.HINDERED && Platform.current().isLinux();
  }

  private void loadShimFromMemory() {
    ShimException first = shimFailure;
    try {
      shim = ShimLoader.loadFromMemory(Platform.current(), first == null ? null : first.reason());
      shimFailure = null;
    } catch (ShimException e) {
      shimFailure = first == null ? e : first.and(e);
    }
  }

  private boolean attemptKnown() {
    return attempt(PANAMA) || attempt(JNI) || attempt(SYSCALL);
  }

  private boolean attempt(String name) {
    if (forced != null && !name.equals(forced)) {
      return false;
    }
    try {
      take(name, open(name));
      return true;
    } catch (Throwable t) {
      refuse(name, t);
      return false;
    }
  }

  private NativeWait open(String name) throws UnavailableException {
    if (name.equals(SYSCALL)) {
      return SyscallLinker.open();
    }
    Shim loaded = shim;
    if (loaded == null) {
      ShimException none = shimFailure;
      throw new UnavailableException(none == null ? "no shim is loaded" : none.advice(), none);
    }
    if (name.equals(PANAMA)) {
      return ShimLinker.open(loaded.lookup());
    }
    String obstacle = loaded.noJni();
    if (obstacle != null) {
      throw new UnavailableException(obstacle, null);
    }
    return new JniWait();
  }

  private boolean attemptOthers() {
    if (forced != null) {
      return false;
    }
    for (NativeWaitProvider provider : Providers.all()) {
      if (attempt(provider)) {
        return true;
      }
    }
    return false;
  }

  private boolean attempt(NativeWaitProvider provider) {
    Shim loaded = shim;
    try {
      take(provider.name(), provider.open(loaded == null ? null : loaded.path()));
      return true;
    } catch (Throwable t) {
      refuse(provider.name(), t);
      return false;
    }
  }

  /** Takes a backend that passes the trial. */
  private void take(String name, NativeWait opened) throws UnavailableException {
    NativeWait tried = Downcalls.checked(opened);
    Words.initialize();
    if (Words.isPool()) {
      throw new UnavailableException("Pawl has no access to native memory", null);
    }
    useFences(tried);
    keepLookup();
    chosen = name;
    taken = tried;
  }

  /** Opens the shim for {@link #peers()} while its file is there. */
  private void keepLookup() {
    Shim loaded = shim;
    if (loaded != null) {
      try {
        SymbolLookup _ = loaded.lookup();
      } catch (IllegalArgumentException | IllegalCallerException _) {
        // The JNI backend may do without; peers() tries again and says why not.
      }
    }
  }

  /**
   * Makes the calls by which processes prove to each other that they live.
   *
   * @throws UnsupportedOperationException if there are none; the message says why, and what to do
   */
  PeerCalls peers() {
    String what = "Locks shared between processes";
    return natively(
        what,
        () -> {
          Shim loaded = shim;
          if (loaded != null) {
            return ShimPeers.open(loaded.lookup());
          }
          return new SyscallPeers(SyscallLinker.require());
        });
  }

  /**
   * Links functions of the shim.
   *
   * @throws UnsupportedOperationException if there is none; the message says why, and what to do
   */
  void link(String what, String... functions) {
    SymbolLookup _ =
        natively(
            what,
            () -> {
              Shim loaded = shim;
              if (loaded == null) {
                ShimException none = shimFailure;
                String reason =
                    none != null
                        ? none.advice()
                        : "the backend " + chosen + " does without the shim";
                throw new UnavailableException(reason, none);
              }
              SymbolLookup lookup = loaded.lookup();
              ShimFunctions.link(lookup, functions);
              return lookup;
            });
  }

  private interface Opening<T> {
    T open() throws UnavailableException;
  }

  private <T> T natively(String what, Opening<T> opening) {
    if (taken == null) {
      throw without(
          what, "the backend is java, as " + PANAMA + " is not in use: " + whyNot(PANAMA), null);
    }
    try {
      return opening.open();
    } catch (UnavailableException | IllegalArgumentException e) {
      throw without(what, String.valueOf(e.getMessage()), e);
    } catch (IllegalCallerException e) {
      throw without(what, NativeAccess.denied(), e);
    }
  }

  private static UnsupportedOperationException without(
      String what, String reason, @Nullable Throwable cause) {
    return new UnsupportedOperationException(
        what.concat(" need native calls: ").concat(reason), cause);
  }

  private void refuse(String name, Throwable t) {
    mayComeOutBetter |= !Downcalls.isAnswer(t);
    reasons.put(name, Downcalls.reason(t));
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
  }

  /** Names the demand that failed, the reason, and the way out. */
  private String demand(String reason) {
    String name = forced;
    String property = name != null ? "-Dpawl.backend=".concat(name) : "-Dpawl.library.path";
    return property
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
    for (NativeWaitProvider provider : Providers.all()) {
      message.append(' ').append(provider.name());
    }
    if (name.equals("jna")) {
      message.append("; for jna put pawl-jna on the module path or class path");
    }
    return message.toString();
  }

  /**
   * Describes the outcome in lines of text.
   *
   * @param later whether another attempt is going to be made
   */
  String describe(boolean later) {
    StringBuilder text = new StringBuilder(500);
    String failure = failed;
    String again = later ? "; this is tried again at a later wait\n" : "\n";
    text.append("backend: ");
    if (failure != null) {
      return text.append("none: ").append(failure).append(again).toString();
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
    if (later) {
      text.append("  these are tried again at a later wait\n");
    }
    Shim loaded = shim;
    ShimException none = shimFailure;
    text.append("shim: ").append(loaded != null ? loaded.toString() : "none");
    if (loaded == null && none != null) {
      text.append(": ").append(none.advice());
    }
    return text.append('\n').toString();
  }

  private String whyNot(String name) {
    String reason = reasons.get(name);
    if (reason != null) {
      return reason;
    }
    Throwable error = broken;
    if (error != null) {
      return error.toString();
    }
    return forced != null ? "-Dpawl.backend=" + forced : chosen + " comes before it";
  }
}
