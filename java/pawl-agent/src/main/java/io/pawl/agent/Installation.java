package io.pawl.agent;

import java.lang.instrument.Instrumentation;

/** Puts the agent to work. */
final class Installation {
  private Installation() {}

  static void install(String text, Instrumentation instrumentation) {
    Options options = Options.parse(text);
    Log log = new Log(options.log());
    Realms realms = new Realms(instrumentation, options, log);
    // The first class that comes by makes the realm of the application: only then does its loader
    // find the jars of agents that start after this one.
    instrumentation.addTransformer(new Rewriter(instrumentation, realms, options, log));
  }
}
