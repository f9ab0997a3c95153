package io.pawl.agent;

import java.lang.instrument.Instrumentation;

/** Puts the agent to work. */
final class Installation {
  private Installation() {}

  static void install(String text, Instrumentation instrumentation) {
    Options options = Options.parse(text);
    Log log = new Log(options.log());
    Realms realms = new Realms(instrumentation, options, log);
    // First, so that a class either comes by there or is among the loaded classes.
    instrumentation.addTransformer(new Rewriter(instrumentation, realms, options, log));
    // Here no thread of the application runs yet, and what is skipped is known from the start.
    Realm _ = realms.of(ClassLoader.getSystemClassLoader(), null);
  }
}
