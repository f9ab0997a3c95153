package io.pawl.locks;

/** Words behind the current thread's name while it waits, for thread dumps, which show no more. */
final class NameTag {

  private final String original;
  private final String tagged;

  private NameTag(String original, String tagged) {
    this.original = original;
    this.tagged = tagged;
  }

  static NameTag attach(String words) {
    Thread thread = Thread.currentThread();
    String original = thread.getName();
    String tagged = original + words;
    thread.setName(tagged);
    return new NameTag(original, tagged);
  }

  /** Restores the name, unless somebody has set another meanwhile. */
  void detach() {
    Thread thread = Thread.currentThread();
    if (thread.getName().equals(tagged)) {
      thread.setName(original);
    }
  }
}
