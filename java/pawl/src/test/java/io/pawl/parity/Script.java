package io.pawl.parity;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Random calls, made with a class of the JDK and with its replacement by two threads each. After
 * each call both sides settle: every call has then returned or waits. A call that waits may be
 * interrupted. Each side has to show the same.
 */
final class Script {

  private static final int OBJECTS = 6;

  private final SplittableRandom random;
  private final DropIn pair;
  private final Side jdk = new Side(null);
  private final Side pawl;
  private final List<Class<?>> types = new ArrayList<>();
  private final Play[] plays = new Play[Side.ACTORS];
  private final List<String> log = new ArrayList<>();
  private Set<@Nullable Executable> played = new HashSet<>();

  Script(DropIn pair, long seed) {
    this.pair = pair;
    pawl = new Side(pair);
    random = new SplittableRandom(seed);
    log.add("seed " + seed);
  }

  @Override
  public String toString() {
    return String.join("\n  ", log);
  }

  /**
   * Makes an object and plays some steps with it.
   *
   * @param played where the members that are called are noted; null for a copy
   */
  void run(int steps, Set<@Nullable Executable> played) {
    this.played = played;
    Constructor<?>[] constructors = pair.jdk().getConstructors();
    Arrays.sort(constructors, Comparator.comparing(Constructor::toGenericString));
    begin(0, play(-1, pair.jdk(), pick(Arrays.asList(constructors))));
    for (int i = 0; i < steps && !types.isEmpty(); i++) {
      if (!step()) {
        break;
      }
    }
    end();
  }

  /** Makes an object with these arguments. */
  void make(Constructor<?> constructor, List<Argument> arguments) {
    begin(0, new Play(-1, constructor.getDeclaringClass(), constructor, arguments, false));
    end();
  }

  private void end() {
    jdk.end();
    pawl.end();
  }

  /** One more call, or an interrupt; false if all wait, whatever is done. */
  private boolean step() {
    List<Integer> idle = actors(true);
    List<Integer> waiting = actors(false);
    if (idle.isEmpty() || (!waiting.isEmpty() && random.nextInt(6) == 0)) {
      waiting.forEach(actor -> {
        if (actors(false).contains(actor)) {
          interrupt(actor);
        }
      });
      return !actors(true).isEmpty();
    }
    int target = random.nextInt(types.size());
    Class<?> type = types.get(target);
    boolean copies = Serializable.class.isAssignableFrom(type) && random.nextInt(30) == 0;
    Play play =
        copies
            ? new Play(target, type, null, List.of(), false)
            : play(target, type, pick(methods(type)));
    if (!isUnspecified(play, !waiting.isEmpty())) {
      begin(pick(idle), play);
    }
    return true;
  }

  /** Whether the JDK promises nothing for a call, or not the same each time. */
  private boolean isUnspecified(Play play, boolean othersWait) {
    if (play.waitsForCondition() && jdk.objects.stream().anyMatch(Script::isRead)) {
      return true;
    }
    if (play.drains() && jdk.objects.stream().anyMatch(Script::isOverdrawn)) {
      return true;
    }
    return othersWait && (play.letsGoForAMoment() || play.mayOvertakeAWriter(types.getFirst()));
  }

  /** "It is essentially always an error" to wait for a condition while reading. */
  private static boolean isRead(Object object) {
    return object instanceof ReentrantReadWriteLock lock && lock.getReadLockCount() > 0;
  }

  /** The JDK's semaphore lets nobody go on when what it lacks is drained. */
  private static boolean isOverdrawn(Object object) {
    return object instanceof Semaphore semaphore && semaphore.availablePermits() < 0;
  }

  private List<Integer> actors(boolean idle) {
    return IntStream.range(0, Side.ACTORS)
        .filter(i -> jdk.actors.get(i).isIdle() == idle)
        .boxed()
        .toList();
  }

  static List<Method> methods(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> !method.isSynthetic())
        .filter(method -> method.getDeclaringClass() != Object.class)
        .sorted(Comparator.comparing(Method::toGenericString))
        .toList();
  }

  private Play play(int target, Class<?> type, Executable member) {
    List<Argument> arguments = new ArrayList<>();
    for (int i = 0; i < member.getParameterCount(); i++) {
      arguments.add(pick(Argument.choices(member, i, types, jdk.stamps.size())));
    }
    return new Play(target, type, member, arguments, random.nextInt(10) == 0);
  }

  private <T> T pick(List<? extends T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private void begin(int actor, Play play) {
    log.add("actor-" + actor + ": " + play);
    plays[actor] = play;
    boolean _ = played.add(play.member());
    for (Side side : List.of(jdk, pawl)) {
      side.actors.get(actor).begin(play.on(side), play.waitsLong());
    }
    compare();
  }

  private void interrupt(int actor) {
    log.add("interrupt actor-" + actor);
    for (Side side : List.of(jdk, pawl)) {
      side.actors.get(actor).thread().interrupt();
    }
    compare();
  }

  private void compare() {
    jdk.settle(this);
    pawl.settle(this);
    for (int i = 0; i < Side.ACTORS; i++) {
      if (!jdk.actors.get(i).isIdle()) {
        compare(i, plays[i], jdk.actors.get(i).takeOutcome(), pawl.actors.get(i).takeOutcome());
      }
    }
  }

  private void compare(
      int actor, Play play, Actor.@Nullable Outcome expected, Actor.@Nullable Outcome actual) {
    String expectedText = expected == null ? "waits" : Side.text(expected, play);
    String actualText = actual == null ? "waits" : Side.text(actual, play);
    log.add("    actor-" + actor + ": " + expectedText);
    if (!expectedText.equals(actualText)) {
      AssertionError error =
          new AssertionError(
              "With Pawl, " + actualText + " where the JDK's " + expectedText + ":\n" + this);
      if (actual != null && actual.thrown() != null) {
        error.initCause(actual.thrown());
      }
      throw error;
    }
    if (expected != null && actual != null) {
      keep(play, expected.value(), actual.value());
    }
  }

  /** Later calls use what this one has returned. */
  private void keep(Play play, @Nullable Object expected, @Nullable Object actual) {
    if (expected == null || actual == null) {
      return;
    }
    Class<?> type = play.returnsObject();
    if (type != null && types.size() < OBJECTS) {
      types.add(type);
      jdk.objects.add(Objects.requireNonNull(expected));
      pawl.objects.add(Objects.requireNonNull(actual));
    }
    if (play.returnsStamp()) {
      jdk.stamps.add((Long) expected);
      pawl.stamps.add((Long) actual);
    }
  }
}
