package io.pawl.shared;

import io.pawl.shared.Steps.Step;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Kills a handle, or the whole process, at a step that the current thread makes. */
final class Killer {

  /** Ends the thread of a handle that has been killed; nothing of its handle works any more. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed(Step step) {
      super("killed after " + step, null, false, false);
    }
  }

  private static final int SIGKILL = 9;
  private static final ThreadLocal<@Nullable Killer> CURRENT = new ThreadLocal<>();

  private final Set<Step> steps;
  private final Runnable kill;
  private int left;

  private Killer(Set<Step> steps, int left, Runnable kill) {
    this.steps = steps;
    this.left = left;
    this.kill = kill;
  }

  /**
   * Kills after some steps of the current thread.
   *
   * @param steps which steps count
   * @param count how many of them it makes
   * @param kill what is done then
   */
  static void arm(Set<Step> steps, int count, Runnable kill) {
    Steps.hook(Killer::reached);
    CURRENT.set(new Killer(steps, count, kill));
  }

  /** Lets the current thread live. */
  static void disarm() {
    CURRENT.remove();
  }

  private static void reached(Step step) {
    Killer killer = CURRENT.get();
    if (killer != null && killer.steps.contains(step) && --killer.left == 0) {
      disarm();
      killer.kill.run();
      throw new Killed(step);
    }
  }

  /** Ends this process at once, as {@code kill -9} does. */
  @SuppressWarnings("restricted")
  static void killProcess() {
    Linker linker = Linker.nativeLinker();
    MethodHandle kill =
        linker.downcallHandle(
            linker.defaultLookup().find("kill").orElseThrow(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int result = (int) kill.invokeExact((int) ProcessHandle.current().pid(), SIGKILL);
      throw new AssertionError("kill returned " + result);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }
}
