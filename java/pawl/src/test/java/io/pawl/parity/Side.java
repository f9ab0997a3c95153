package io.pawl.parity;

import io.pawl.testing.Await;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One of the two stages on which a script is played: with classes of the JDK, or with Pawl's. */
final class Side {

  static final int ACTORS = 3;

  private final @Nullable DropIn played;
  final List<Actor> actors = new ArrayList<>();

  /** The objects that have been made, and those that they have handed out. */
  final List<Object> objects = new ArrayList<>();

  /** What a StampedLock has returned. */
  final List<Long> stamps = new ArrayList<>();

  /**
   * Sets a stage.
   *
   * @param played the class that is played with and its replacement; null for the JDK's side
   */
  Side(@Nullable DropIn played) {
    this.played = played;
    for (int i = 0; i < ACTORS; i++) {
      actors.add(new Actor(i));
    }
  }

  /** This side's class for one of the JDK's. */
  private Class<?> own(Class<?> jdk) {
    if (played == null) {
      return jdk;
    }
    DropIn pair = jdk == played.jdk() ? played : DropIn.replacing(jdk);
    return pair == null ? jdk : pair.pawl();
  }

  Constructor<?> own(Constructor<?> jdk) {
    return Arrays.stream(own(jdk.getDeclaringClass()).getConstructors())
        .filter(each -> takes(each.getParameterTypes(), jdk.getParameterTypes()))
        .findAny()
        .orElseThrow(() -> new AssertionError("Pawl has no " + jdk));
  }

  /**
   * This side's method.
   *
   * @param type the JDK's type of the object
   * @param jdk a method of that type
   */
  Method own(Class<?> type, Method jdk) {
    return Arrays.stream(own(type).getMethods())
        .filter(each -> each.getName().equals(jdk.getName()))
        .filter(each -> takes(each.getParameterTypes(), jdk.getParameterTypes()))
        .filter(each -> Modifier.isPublic(each.getDeclaringClass().getModifiers()))
        .findAny()
        .orElseThrow(() -> new AssertionError("Pawl has no " + jdk + " for a " + type));
  }

  private static boolean takes(Class<?>[] parameters, Class<?>[] jdk) {
    if (parameters.length != jdk.length) {
      return false;
    }
    for (int i = 0; i < jdk.length; i++) {
      if (DropIn.inTermsOfTheJdk(parameters[i]) != jdk[i]) {
        return false;
      }
    }
    return true;
  }

  /** Waits until every call has returned or waits. */
  void settle(Object script) {
    Await.until("all quiet in " + script, this::isQuiet);
  }

  /** An actor that was quiet may have been woken by one that was not yet: all are asked twice. */
  private boolean isQuiet() {
    return Stream.concat(actors.stream(), actors.stream()).allMatch(Actor::isQuiet);
  }

  void end() {
    actors.stream().filter(Actor::isIdle).forEach(Actor::end);
  }

  /** An outcome as text, the same on both sides if a caller cannot tell them apart. */
  static String text(Actor.Outcome outcome, Play play) {
    Throwable thrown = outcome.thrown();
    String text =
        thrown != null ? "throws " + thrown.getClass().getName() : text(outcome.value(), play);
    return outcome.interrupted() ? text + ", interrupted" : text;
  }

  private static String text(@Nullable Object value, Play play) {
    return switch (value) {
      case null -> "null";
      case Long number when play.returnsStamp() -> number == 0 ? "no stamp" : "stamp";
      case Long number when play.returnsRemainingTime() -> "signum " + Long.signum(number);
      case Number _, Boolean _ -> Objects.toString(value);
      case String string -> DropIn.inTermsOfTheJdk(string).replaceAll("@[0-9a-f]+", "@");
      default -> "an object";
    };
  }
}
