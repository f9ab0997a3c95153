package io.pawl.benchmarks.duel;

/** The collectors under which locks are measured: storing the owner has a barrier. */
enum Collector {
  G1("G1", "-XX:+UseG1GC"),
  PARALLEL("Parallel", "-XX:+UseParallelGC"),
  ZGC("ZGC", "-XX:+UseZGC");

  private final String title;
  private final String flag;

  Collector(String title, String flag) {
    this.title = title;
    this.flag = flag;
  }

  String title() {
    return title;
  }

  String flag() {
    return flag;
  }
}
