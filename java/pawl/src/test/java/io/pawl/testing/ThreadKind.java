package io.pawl.testing;

/** On which kind of threads a contract is checked. */
public enum ThreadKind {
  PLATFORM,
  VIRTUAL,
  /** Both, in turn. */
  MIXED;

  /**
   * Makes a daemon thread that is not started.
   *
   * @param index which thread of its group it is
   * @param body what it runs
   */
  public Thread newThread(int index, Runnable body) {
    boolean virtual = this == VIRTUAL || (this == MIXED && index % 2 == 1);
    return virtual
        ? Thread.ofVirtual().name("virtual-" + index).unstarted(body)
        : Thread.ofPlatform().daemon().name("platform-" + index).unstarted(body);
  }
}
