package io.pawl.parity;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call of a script, in terms of the JDK.
 *
 * @param target the number of the object; -1 to make one
 * @param type the JDK's type of the object
 * @param member a method or constructor of that type; null to copy the object by serialization
 * @param arguments what to pass
 * @param interrupted whether the thread is interrupted before
 */
record Play(
    int target,
    Class<?> type,
    @Nullable Executable member,
    List<Argument> arguments,
    boolean interrupted) {

  private static final Set<Class<?>> HANDED_OUT =
      Set.of(
          Lock.class,
          Condition.class,
          ReadWriteLock.class,
          ReentrantReadWriteLock.ReadLock.class,
          ReentrantReadWriteLock.WriteLock.class,
          Phaser.class);

  /** What is to be called on a side. */
  Callable<@Nullable Object> on(Side side) {
    @Nullable Object[] values = arguments.stream().map(each -> each.on(side)).toArray();
    Callable<@Nullable Object> call =
        switch (member) {
          case Constructor<?> constructor -> {
            Constructor<?> own = side.own(constructor);
            yield () -> own.newInstance(values);
          }
          case Method method -> {
            Method own = side.own(type, method);
            Object receiver = side.objects.get(target);
            yield () -> own.invoke(receiver, values);
          }
          case null, default -> {
            Object original = side.objects.get(target);
            yield () -> copy(original);
          }
        };
    return interrupted ? () -> callInterrupted(call) : call;
  }

  private static @Nullable Object callInterrupted(Callable<@Nullable Object> call)
      throws Exception {
    Thread.currentThread().interrupt();
    return call.call();
  }

  @SuppressWarnings("BanSerializableRead") // reads only what it has just written
  private static Object copy(Object original) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(original);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  /** Whether a timed wait of the call does not end in the time of a test. */
  boolean waitsLong() {
    return arguments.stream().anyMatch(Argument::isLongTime);
  }

  /** Whether the call takes all permits that there are. */
  boolean drains() {
    return member != null && member.getName().equals("drainPermits");
  }

  /** Whether the call waits for a condition. */
  boolean waitsForCondition() {
    return type == Condition.class && member != null && member.getName().startsWith("await");
  }

  /** Whether the call may wait its turn; in which order, a StampedLock is free to decide. */
  boolean mayOvertakeAWriter(Class<?> first) {
    return first == StampedLock.class
        && member != null
        && (member.getName().matches("(readLock|lock).*") || waitsLong());
  }

  /** Whether the call may release a lock and race for it with a thread that waits. */
  boolean letsGoForAMoment() {
    return type == Condition.class && !arguments.isEmpty() && !waitsLong();
  }

  /** The JDK's type of the object that the call returns; null if it returns no further actor. */
  @Nullable Class<?> returnsObject() {
    return switch (member) {
      case Method method ->
          HANDED_OUT.contains(method.getReturnType()) ? method.getReturnType() : null;
      case null, default -> type;
    };
  }

  boolean returnsStamp() {
    return type == StampedLock.class
        && member instanceof Method method
        && method.getReturnType() == long.class;
  }

  boolean returnsRemainingTime() {
    return member != null && member.getName().equals("awaitNanos");
  }

  @Override
  public String toString() {
    String name =
        switch (member) {
          case Constructor<?> _ -> "new " + type.getSimpleName();
          case Method method -> type.getSimpleName() + "#" + target + "." + method.getName();
          case null, default -> "copy of " + type.getSimpleName() + "#" + target;
        };
    return (interrupted ? "interrupted " : "")
        + name
        + arguments.stream().map(Argument::toString).collect(Collectors.joining(", ", "(", ")"));
  }
}
