package io.pawl.examples.refcounts;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Memory that is overwritten when it is freed, and notices whoever touches it then.
 *
 * <p>Real memory would go on to something else, and a program that uses it afterwards would work
 * most of the time. Here the first access after the free fails, and nothing else happens: the
 * memory is an array, so no address is ever wrong.
 */
final class PoisonedMemory {

  private static final int POISON = 0xDEAD_BEEF;

  /** What happens to a program that uses freed memory, or frees it twice. */
  static final class UseAfterFree extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UseAfterFree(String message) {
      super(message);
    }
  }

  private final AtomicInteger freed = new AtomicInteger();

  PoisonedMemory() {}

  /** How many chunks have been freed. */
  int freed() {
    return freed.get();
  }

  Chunk allocate() {
    return new Chunk();
  }

  /** A piece of memory of a few words, each used atomically. */
  final class Chunk {

    private final AtomicIntegerArray words = new AtomicIntegerArray(4);

    int get(int word) {
      return alive(words.get(word), "read");
    }

    void set(int word, int value) {
      int _ = alive(words.getAndSet(word, value), "written");
    }

    int getAndAdd(int word, int delta) {
      return alive(words.getAndAdd(word, delta), "changed");
    }

    int compareAndExchange(int word, int expected, int value) {
      return alive(words.compareAndExchange(word, expected, value), "changed");
    }

    void free() {
      for (int i = 0; i < words.length(); i++) {
        int _ = alive(words.getAndSet(i, POISON), "freed");
      }
      int _ = freed.incrementAndGet();
    }

    private static int alive(int found, String how) {
      if (found == POISON) {
        throw new UseAfterFree("freed memory is " + how);
      }
      return found;
    }
  }
}
