package io.pawl.agent;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The JDK's classes that Pawl has a drop-in for, and their names in class files. */
final class DropIns {
  static final String STAMPED_LOCK = "java/util/concurrent/locks/StampedLock";

  private static final String JDK = "java/util/concurrent/";
  private static final byte[] PREFIX = bytes(JDK);

  /** Boyer, Moore and Horspool's: a byte beyond ASCII counts as one of ASCII, a step too short. */
  private static final byte[] STEPS = steps(PREFIX);

  private static final String PAWL = "io/pawl/";

  /** Internal names. The two packages and the two libraries have the same simple names. */
  static final Set<String> NAMES =
      Set.of(
          JDK + "locks/ReentrantLock",
          JDK + "locks/ReentrantReadWriteLock",
          JDK + "locks/ReentrantReadWriteLock$ReadLock",
          JDK + "locks/ReentrantReadWriteLock$WriteLock",
          STAMPED_LOCK,
          JDK + "Semaphore",
          JDK + "CountDownLatch",
          JDK + "CyclicBarrier",
          JDK + "Phaser",
          JDK + "Exchanger");

  /** How the names go on behind the package, the interfaces of locks among them. */
  private static final List<byte[]> RESTS =
      Stream.concat(
              NAMES.stream().map(name -> name.substring(JDK.length())),
              Stream.of("locks/Lock", "locks/ReadWriteLock"))
          .map(DropIns::bytes)
          .toList();

  private DropIns() {}

  static boolean isDropIn(String internalName) {
    return NAMES.contains(internalName);
  }

  /** True unless a text in a class file is no mention of a drop-in or of an interface of locks. */
  static boolean maybeIn(byte[] classFile, int start, int end) {
    int last = PREFIX.length - 1;
    for (int i = start; i + PREFIX.length < end; i += STEPS[classFile[i + last] & 0x7F]) {
      if (classFile[i + last] == PREFIX[last]
          && (i == start || classFile[i - 1] == 'L')
          && isAt(classFile, i, end, PREFIX)
          && isRestAt(classFile, i + PREFIX.length, end)) {
        return true;
      }
    }
    return false;
  }

  /** Where a text is sought that ends in some byte, how far ahead the next place may be. */
  private static byte[] steps(byte[] text) {
    byte[] steps = new byte[0x80];
    Arrays.fill(steps, (byte) text.length);
    for (int i = 0; i < text.length - 1; i++) {
      steps[text[i]] = (byte) (text.length - 1 - i);
    }
    return steps;
  }

  private static boolean isRestAt(byte[] classFile, int start, int end) {
    for (byte[] rest : RESTS) {
      if (isAt(classFile, start, end, rest)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(byte[] classFile, int start, int end, byte[] text) {
    return text.length <= end - start
        && Arrays.equals(classFile, start, start + text.length, text, 0, text.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Tells whether a text is the internal name of a drop-in, or a descriptor or signature with one.
   */
  static boolean mentionedIn(String text) {
    return firstIn(text) != null;
  }

  /** The internal name of the first drop-in that a name, a descriptor or a signature mentions. */
  static @Nullable String firstIn(String text) {
    int start = text.indexOf(JDK);
    while (start >= 0) {
      String name = nameAt(text, start);
      if (name != null) {
        return name;
      }
      start = text.indexOf(JDK, start + 1);
    }
    return null;
  }

  /** The text with Pawl's names for all drop-ins that it mentions. */
  static String rename(String text) {
    StringBuilder renamed = new StringBuilder();
    int copied = 0;
    int start = text.indexOf(JDK);
    while (start >= 0) {
      if (nameAt(text, start) != null) {
        renamed.append(text, copied, start).append(PAWL);
        copied = start + JDK.length();
      }
      start = text.indexOf(JDK, start + 1);
    }
    return copied == 0 ? text : renamed.append(text, copied, text.length()).toString();
  }

  /** Tells whether a text mentions Pawl's class of the same name as a drop-in's. */
  static boolean pawlMentionedIn(String text) {
    return text.contains(PAWL) && mentionedIn(text.replace(PAWL, JDK));
  }

  /** A whole text is a bare name; within a descriptor or signature, a name begins with an L. */
  private static @Nullable String nameAt(String text, int start) {
    if (start == 0) {
      return NAMES.contains(text) ? text : null;
    }
    if (text.charAt(start - 1) != 'L') {
      return null;
    }
    int end = start;
    while (end < text.length() && ";<.".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String name = text.substring(start, end);
    return end < text.length() && NAMES.contains(name) ? name : null;
  }
}
