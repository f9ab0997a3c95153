package io.pawl.parity;

import java.lang.reflect.Executable;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An argument of a call, which each side makes its own value of. */
@SuppressWarnings("JavaUtilDate") // Condition.awaitUntil takes one
final class Argument {

  private static final String FOREVER = Long.toString(Long.MAX_VALUE);
  private static final String FAR_FUTURE = new Date(Long.MAX_VALUE).toString();

  private static final List<Argument> INTS =
      constants(0, 1, 1, 2, 2, 3, -1, 65_535, 65_536, Integer.MAX_VALUE);
  private static final List<Argument> TIMES = constants(0L, 1L, -1L, Long.MAX_VALUE);
  private static final List<Argument> BOOLEANS = constants(false, true);
  private static final List<Argument> UNITS =
      constants(TimeUnit.NANOSECONDS, TimeUnit.NANOSECONDS, TimeUnit.MICROSECONDS, null);
  private static final List<Argument> DATES =
      constants(new Date(0), new Date(Long.MAX_VALUE), null);
  private static final List<Argument> VALUES = constants("x", "y", null);
  private static final Thread STRANGER = Thread.ofVirtual().unstarted(() -> {});
  private static final Condition STRANGE =
      new java.util.concurrent.locks.ReentrantLock().newCondition();
  private static final List<Argument> ACTIONS =
      constants(
          null,
          (Runnable) () -> {},
          (Runnable)
              () -> {
                throw new IllegalStateException();
              });

  private final String text;
  private final Function<Side, @Nullable Object> value;

  private Argument(String text, Function<Side, @Nullable Object> value) {
    this.text = text;
    this.value = value;
  }

  private static List<Argument> constants(@Nullable Object... values) {
    List<Argument> arguments = new ArrayList<>();
    for (Object each : values) {
      String name =
          each instanceof Thread
              ? "stranger"
              : each instanceof Condition
                  ? "strange"
                  : each instanceof Runnable ? "action" : String.valueOf(each);
      arguments.add(new Argument(name, _ -> each));
    }
    return arguments;
  }

  @Nullable Object on(Side side) {
    return value.apply(side);
  }

  /** Whether it is a time, or a point of time, that no test reaches. */
  boolean isLongTime() {
    return text.equals(FOREVER) || text.equals(FAR_FUTURE);
  }

  @Override
  public String toString() {
    return text;
  }

  /**
   * All that may be passed.
   *
   * @param member whose argument it is
   * @param index which one
   * @param objects the JDK's types of the objects there are
   * @param stamps how many stamps there are
   */
  static List<Argument> choices(Executable member, int index, List<Class<?>> objects, int stamps) {
    Class<?> type = member.getParameterTypes()[index];
    if (type == long.class) {
      return takesStamp(member) ? stamps(stamps) : TIMES;
    }
    if (type == Condition.class || type == Phaser.class) {
      List<Argument> some = ofType(type, objects);
      some.addAll(constants((Object) null));
      if (type == Condition.class) {
        some.addAll(constants(STRANGE));
      }
      return some;
    }
    if (type == Thread.class) {
      List<Argument> some = constants(null, STRANGER);
      for (int i = 0; i < Side.ACTORS; i++) {
        int which = i;
        some.add(new Argument("actor-" + i, side -> side.actors.get(which).thread()));
      }
      return some;
    }
    return type == int.class
        ? INTS
        : type == boolean.class
            ? BOOLEANS
            : type == TimeUnit.class
                ? UNITS
                : type == Date.class ? DATES : type == Runnable.class ? ACTIONS : VALUES;
  }

  private static boolean takesStamp(Executable member) {
    return member.getDeclaringClass() == StampedLock.class && member.getParameterCount() == 1;
  }

  private static List<Argument> stamps(int count) {
    List<Argument> some = constants(0L);
    for (int i = Math.max(0, count - 3); i < count; i++) {
      int which = i;
      some.add(new Argument("stamp#" + i, side -> side.stamps.get(which)));
      if (i == count - 1) {
        some.add(some.getLast());
        some.add(some.getLast());
      }
    }
    return some;
  }

  private static List<Argument> ofType(Class<?> type, List<Class<?>> objects) {
    List<Argument> some = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      if (objects.get(i) == type) {
        int which = i;
        some.add(new Argument("#" + i, side -> side.objects.get(which)));
      }
    }
    return some;
  }
}
