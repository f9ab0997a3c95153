package io.pawl.stress.fault;

import java.util.List;
import java.util.stream.Stream;

/**
 * Something that threads do with fresh objects, and what has to be so afterwards, whatever fails.
 *
 * @param name what it is called
 * @param script what the first actor does; it brings in the others
 */
record Scenario(String name, Script script) {

  /** What the first actor does. */
  @FunctionalInterface
  interface Script {
    void play(Stage stage) throws Exception;
  }

  /** All of the kit, and those that have to fail. */
  static List<Scenario> all() {
    return Stream.of(
            ControlScenarios.all(),
            LockScenarios.all(),
            SharedScenarios.all(),
            MeetingScenarios.all(),
            WordScenarios.all(),
            MemoryScenarios.all(),
            RcuScenarios.all(),
            ChannelScenarios.all())
        .flatMap(List::stream)
        .toList();
  }
}
