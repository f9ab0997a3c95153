package io.pawl.shared;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/**
 * Data that a lock guards: some numbers and their checksum, which is wrong while somebody changes
 * them, after somebody has died over it, and for good once two have changed them at a time. {@code
 * storm.c} has the same.
 */
final class Block {
  private static final int NUMBERS = 7;
  private static final long CHECKSUM = 8L * NUMBERS;
  private static final int LONGEST_PAUSE = 1000;

  /** How many bytes a block has. */
  static final int BYTES = 8 * (NUMBERS + 1);

  private Block() {}

  /** The part of a number in the checksum. */
  private static long weighed(int index, long number) {
    return (2L * index + 1) * number;
  }

  private static long sum(MemorySegment block) {
    long sum = 0;
    for (int i = 0; i < NUMBERS; i++) {
      sum += weighed(i, block.get(JAVA_LONG, 8L * i));
    }
    return sum;
  }

  /** Changes one of the numbers, and after a moment, in which many a kill comes, the checksum. */
  static void change(MemorySegment block, RandomGenerator random) {
    check(block);
    int index = random.nextInt(NUMBERS);
    long change = random.nextLong();
    block.set(JAVA_LONG, 8L * index, block.get(JAVA_LONG, 8L * index) + change);
    for (int i = random.nextInt(LONGEST_PAUSE); i > 0; i--) {
      Thread.onSpinWait();
    }
    long checksum = block.get(JAVA_LONG, CHECKSUM);
    block.set(JAVA_LONG, CHECKSUM, checksum + weighed(index, change));
  }

  /** Fails unless the checksum is that of the numbers. */
  static void check(MemorySegment block) {
    long expected = sum(block);
    Thread.onSpinWait();
    long checksum = block.get(JAVA_LONG, CHECKSUM);
    if (checksum != expected) {
      throw new AssertionError("unprotected data: " + checksum + ", not " + expected);
    }
  }

  /** Makes the checksum that of the numbers, whatever state they are in. */
  static void repair(MemorySegment block) {
    block.set(JAVA_LONG, CHECKSUM, sum(block));
  }
}
