package io.pawl.agent;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * The entry of the agent: {@code -javaagent:pawl-agent.jar[=option,...]} gives the classes of an
 * application Pawl's locks in place of the JDK's while they are loaded.
 *
 * <p>The options, separated by commas, are:
 *
 * <ul>
 *   <li>{@code include=pattern[;pattern...]}: only classes whose name matches, for example {@code
 *       include=com.acme.*}. An asterisk stands for any characters, and the name of a class stands
 *       for its nested classes too. Without this option, all classes but the JDK's and Pawl's.
 *   <li>{@code exclude=pattern[;pattern...]}: none of the classes whose name matches.
 *   <li>{@code log=off|skipped|all}: what is written to standard error: nothing but errors, a line
 *       for each class that is left alone although it uses a lock that Pawl has (the default), or a
 *       line for each rewritten class too.
 * </ul>
 *
 * <p>On a Java release before 24 the agent says so and the application starts unchanged. An option
 * that is not understood ends the start of the JVM, as it does for any agent that fails.
 *
 * <p>This class is compiled for Java 11, so that it can speak where the rest of the agent cannot be
 * loaded.
 */
public final class Agent {
  private static final int OLDEST_RELEASE = 24;

  private Agent() {}

  /**
   * Called by the JVM before the application's {@code main}.
   *
   * @param options what follows the equals sign of {@code -javaagent:pawl-agent.jar=}, or null
   * @param instrumentation what the JVM offers to agents
   * @throws IllegalArgumentException when an option is not understood
   */
  public static void premain(@Nullable String options, Instrumentation instrumentation) {
    int release = Runtime.version().feature();
    if (release < OLDEST_RELEASE) {
      System.err.println(unsupported(release));
    } else {
      Installation.install(options == null ? "" : options, instrumentation);
    }
  }

  static String unsupported(int release) {
    return "pawl-agent: needs Java "
        + OLDEST_RELEASE
        + " or later, this is Java "
        + release
        + ". The application runs unchanged, on the JDK's locks. Use a newer Java, or migrate the"
        + " sources with the OpenRewrite recipe io.pawl.UsePawlLocks.";
  }
}
