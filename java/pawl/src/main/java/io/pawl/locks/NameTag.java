package io.pawl.locks;

/** Words behind the current thread's name while it waits, for thread dumps, which show no more. */
final class NameTag {

  private final String original;
  private final String tagged;

  private NameTag(String original, String tagged) {
    this.original = original;
    this.tagged = tagged;
  }

  /**
   * Sets the name; does nothing if there is no memory for it. Strings are not added: the first sum
   * of a program initializes a factory of the JDK, which is lost if there is no memory for that.
   */
  static NameTag attach(String words) {
    Thread thread = Thread.currentThread();
    String original = thread.getName();
    NameTag tag = new NameTag(original, original.concat(words));
    thread.setName(tag.tagged);
    return tag;
  }

  /** Restores the name, unless somebody has set another meanwhile. */
  void detach() {
    Thread thread = Thread.currentThread();
    if (thread.getName().equals(tagged)) {
      thread.setName(original);
    }
  }
}
