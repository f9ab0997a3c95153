package io.pawl.parity;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A class or interface of the JDK and the one of Pawl that replaces it.
 *
 * @param jdk of {@code java.util.concurrent}
 * @param pawl with the same name in {@code io.pawl}
 */
record DropIn(Class<?> jdk, Class<?> pawl) {

  /** What follows the package's name. */
  private static final List<String> NAMES =
      List.of(
          "locks.Lock",
          "locks.Condition",
          "locks.ReadWriteLock",
          "locks.ReentrantLock",
          "locks.ReentrantReadWriteLock",
          "locks.ReentrantReadWriteLock$ReadLock",
          "locks.ReentrantReadWriteLock$WriteLock",
          "locks.StampedLock",
          "locks.LockSupport",
          "Semaphore",
          "CountDownLatch",
          "CyclicBarrier",
          "Phaser",
          "Exchanger");

  private static final List<DropIn> ALL = NAMES.stream().map(DropIn::of).toList();

  private static final String JDK = "java.util.concurrent.";
  private static final String PAWL = "io.pawl.";

  private static final Pattern REPLACED =
      Pattern.compile(
          "\\bio\\.pawl\\.("
              + NAMES.stream().map(Pattern::quote).collect(Collectors.joining("|"))
              + ")(?![\\w$])");

  private static DropIn of(String name) {
    try {
      return new DropIn(Class.forName(JDK + name), Class.forName(PAWL + name));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** All of them. */
  static List<DropIn> all() {
    return ALL;
  }

  /** A text with the names of the JDK's classes in place of their replacements'. */
  static String inTermsOfTheJdk(String text) {
    return REPLACED
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(JDK + found.group(1)));
  }

  /** The class of the JDK that a class replaces; the class itself if it replaces none. */
  static Class<?> inTermsOfTheJdk(Class<?> type) {
    return ALL.stream()
        .filter(pair -> pair.pawl == type)
        .<Class<?>>map(DropIn::jdk)
        .findAny()
        .orElse(type);
  }

  /** The pair with this class of the JDK. */
  static @Nullable DropIn replacing(Class<?> jdk) {
    return ALL.stream().filter(pair -> pair.jdk == jdk).findAny().orElse(null);
  }

  @Override
  public String toString() {
    return jdk.getName().substring(JDK.length());
  }
}
